// The arithmetic of one unit, written out with the numbers of this very run.
import { factor } from "./anatomy.js";
import { arrayOf, SQUASH_NAMES, stateAt, unitSum } from "./arithmetic.js";
import { digits, quoted } from "./scales.js";
import { add } from "./svg.js";
import { row } from "./unpack.js";

const MOST = 8; // products spelled out; the smaller ones are summed

/** Fill `host` with how unit j of `symbol` got its value at step t of snapshot k. */
export function spellOut(host, film, symbol, j, k, t) {
  host.replaceChildren();
  const block = film.cell.blocks.find((b) => b.symbol === symbol);
  add(host, "h4", {}, `${block ? block.name : `state ${symbol}`}, unit ${j + 1}, at step ${t + 1}`);
  const table = add(host, "dl");
  if (block) spellBlock(table, film, symbol, j, k, t);
  else spellState(table, film, symbol, j, k, t);
}

function line(table, name, text, note) {
  add(table, "dt", {}, name);
  const cell = add(table, "dd", {}, text);
  if (note) add(cell, "small", {}, note);
  return cell;
}

function spellBlock(table, film, symbol, j, k, t) {
  const s = unitSum(film, symbol, j, k, t);
  line(table, "Σ w·x", digits(s.x), ` = weight of ${quoted(film.alphabet[film.inputs[t]])} × 1; every other input is 0`);
  if (s.block.reads_h) spellProducts(line(table, "Σ u·h", digits(s.fromHidden), t === 0 ? " = h starts at 0" : " = "), t === 0 ? [] : s.recurrent);
  if (s.resetBy === null) line(table, "b", digits(s.biasIn + s.biasHidden));
  else spellReset(table, s);
  if (s.peephole) line(table, "p·c", digits(s.peephole.product), ` = ${digits(s.peephole.weight)} × ${digits(s.peephole.state)}`);
  line(table, "sum", digits(s.sum));
  const squash = SQUASH_NAMES[s.block.activation];
  line(table, symbol, digits(s.recorded), squash ? ` = ${squash}(${digits(s.sum)})` : " = the sum itself").className = "total";
}

function spellReset(table, s) {
  line(table, "b", digits(s.biasIn), " on the input's side");
  line(table, "r × (Σ u·h + b)", digits(s.resetBy * (s.fromHidden + s.biasHidden)),
       ` = ${digits(s.resetBy)} × (${digits(s.fromHidden)} + ${digits(s.biasHidden)})`);
}

function spellProducts(cell, products) {
  const bySize = [...products].sort((a, b) => Math.abs(b.product) - Math.abs(a.product));
  const shown = bySize.slice(0, MOST).sort((a, b) => a.k - b.k);
  shown.forEach((p, i) => {
    const chip = add(cell, "span", { class: `product ${p.product < 0 ? "negative" : "positive"}`, title: `from unit ${p.k + 1}` });
    chip.textContent = `${i ? "+ " : ""}${digits(p.weight)}·${p.state < 0 ? `(${digits(p.state)})` : digits(p.state)}`;
  });
  const rest = bySize.slice(MOST);
  if (rest.length) add(cell, "small", {}, ` + ${rest.length} smaller: ${digits(rest.reduce((sum, p) => sum + p.product, 0))}`);
}

function spellState(table, film, symbol, j, k, t) {
  const { anatomy } = film.cell;
  const now = (name) => row(arrayOf(film, name), k, t)[j];
  if (symbol !== anatomy.memory) {
    line(table, anatomy.reveal, digits(now(anatomy.reveal)), " how much is revealed");
    line(table, `tanh(${anatomy.memory})`, digits(Math.tanh(now(anatomy.memory))), ` = tanh(${digits(now(anatomy.memory))})`);
    line(table, symbol, digits(now(symbol)), ` = ${digits(now(anatomy.reveal))} × ${digits(Math.tanh(now(anatomy.memory)))}`).className = "total";
    return;
  }
  const share = (f) => (f.complement ? 1 - now(f.symbol) : now(f.symbol));
  const [keep, writing] = [factor(anatomy.keep), factor(anatomy.write)];
  const before = stateAt(film, symbol, k, t - 1)[j];
  line(table, "kept", digits(share(keep) * before), ` = ${anatomy.keep} × ${symbol} before = ${digits(share(keep))} × ${digits(before)}`);
  line(table, "written", digits(share(writing) * now(anatomy.new)),
       ` = ${anatomy.write} × ${anatomy.new} = ${digits(share(writing))} × ${digits(now(anatomy.new))}`);
  line(table, symbol, digits(now(symbol)), " = kept + written").className = "total";
}
