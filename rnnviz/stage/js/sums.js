// The arithmetic of one unit, written out with the numbers of this very run.
/** @import { Anatomy, ChainFilm, Factor } from "./film.d.ts" */
import { arrayOf, LARGEST, memorySum, revealed, SQUASH_NAMES, total, unitSum } from "./arithmetic.js";
import { digits, quoted } from "./scales.js";
import { add } from "./svg.js";
import { row } from "./unpack.js";

const MOST = 8; // products spelled out; the smaller ones are summed
const OVERFLOWED = `overflowed on the way: single precision ends at ${digits(LARGEST)}`;

/**
 * What is spelled out of one number. Its name, as the equation beside it writes it, each of what it `says` and the sum of
 * its `products` are arithmetic and come to its `value`; a `note` is words. A `part` is one of those that make the sum.
 * @typedef {object} Line
 * @property {string} name
 * @property {number} value
 * @property {string[]} [says]
 * @property {Product[]} [products] the largest
 * @property {string} [rest] the sum of the others
 * @property {string} [note]
 * @property {boolean} [part]
 * @property {boolean} [total]
 *
 * @typedef {{ text: string, from: number, negative: boolean }} Product
 * @typedef {ReturnType<typeof unitSum>} UnitSum
 */

/** Fill `host` with how unit j of `symbol` got its value at step t of snapshot k.
 * @param {Element} host @param {ChainFilm} film @param {string} symbol @param {number} j @param {number} k
 * @param {number} t */
export function spellOut(host, film, symbol, j, k, t) {
  host.replaceChildren();
  const block = film.cell.blocks.find((b) => b.symbol === symbol);
  add(host, "h4", {}, `${block ? block.name : `state ${symbol}`}, unit ${j + 1}, at step ${t + 1}`);
  const table = add(host, "dl");
  for (const line of lines(film, symbol, j, k, t)) write(table, line);
}

/** What is spelled out, as data.
 * @param {ChainFilm} film @param {string} symbol @param {number} j @param {number} k @param {number} t
 * @returns {Line[]} */
export function lines(film, symbol, j, k, t) {
  const { anatomy, blocks } = film.cell;
  if (blocks.some((b) => b.symbol === symbol)) return blockLines(film, symbol, j, k, t);
  if (symbol === anatomy.memory && anatomy.adds_up) return memoryLines(anatomy, memorySum(film, j, k, t), t);
  const shown = symbol === "h" ? revealed(film, j, k, t) : null;
  if (anatomy.reveal && shown) return revealLines(anatomy, anatomy.reveal, shown);
  const note = "made as its equation says, not as the sum of a part kept and a part written";
  return [{ name: now(symbol), value: row(arrayOf(film, symbol), k, t)[j], note, total: true }];
}

/**
 * @param {ChainFilm} film @param {string} symbol @param {number} j @param {number} k @param {number} t
 * @returns {Line[]}
 */
function blockLines(film, symbol, j, k, t) {
  const s = unitSum(film, symbol, j, k, t);
  const note = `the weight of ${quoted(film.alphabet[film.inputs[t]])}; every other input is 0`;
  /** @type {Line[]} */
  const found = [
    { name: `W_{i${symbol}} x_t`, value: s.x, note, part: true },
    ...(s.resetBy === null ? hiddenLines(s, symbol, t) : resetLines(s, s.resetBy, symbol, t)),
    ...peepholeLines(s, symbol, t),
  ];
  const parts = found.filter((line) => line.part).map((line) => line.value);
  const sums = { name: "sum", value: s.sum, says: [sum(...parts)], note: overflow(s.sum, ...parts) };
  return [...found, sums, activationLine(s, symbol)];
}

/** What became of the sum. A pass that overflowed on the way says so: the sum here is not the one it had.
 * @param {UnitSum} s @param {string} symbol @returns {Line} */
function activationLine(s, symbol) {
  const line = { name: now(symbol), value: s.recorded, total: true };
  const squash = SQUASH_NAMES[s.block.activation];
  if (!Number.isFinite(s.recorded) && !Object.is(s.recorded, s.value)) return { ...line, note: OVERFLOWED };
  return { ...line, says: [squash ? `${squash}(${digits(s.sum)})` : "sum"] };
}

/** @param {UnitSum} s @param {string} symbol @param {number} t @returns {Line[]} */
function hiddenLines(s, symbol, t) {
  if (!s.block.reads_h) return [{ name: `b_{i${symbol}}`, value: s.biasIn, part: true }];
  const says = [sum(s.biasIn, s.biasHidden)];
  const bias = { name: `b_{i${symbol}} + b_{h${symbol}}`, value: s.biasIn + s.biasHidden, says, part: true };
  return [{ ...productsLine(s, symbol, t), part: true }, bias];
}

/** @param {UnitSum} s @param {number} resetBy @param {string} symbol @param {number} t @returns {Line[]} */
function resetLines(s, resetBy, symbol, t) {
  return [
    { name: `b_{i${symbol}}`, value: s.biasIn, part: true },
    productsLine(s, symbol, t),
    { name: `b_{h${symbol}}`, value: s.biasHidden },
    {
      name: `${now(String(s.block.reset))} × (W_{h${symbol}} ${before("h")} + b_{h${symbol}})`,
      value: resetBy * (s.fromHidden + s.biasHidden),
      says: [`${digits(resetBy)} × (${sum(s.fromHidden, s.biasHidden)})`],
      part: true,
    },
  ];
}

/** @param {UnitSum} s @param {string} symbol @param {number} t @returns {Line} */
function productsLine(s, symbol, t) {
  const line = { name: `W_{h${symbol}} ${before("h")}`, value: s.fromHidden };
  if (t === 0) return { ...line, note: startsAtZero("h") };
  const bySize = [...s.recurrent].sort((a, b) => Math.abs(b.product) - Math.abs(a.product));
  const shown = bySize.slice(0, MOST).sort((a, b) => a.k - b.k);
  const products = shown.map(({ k, weight, state, product }, i) => ({
    text: i ? `+ ${inside(weight)}·${inside(state)}` : `${digits(weight)}·${inside(state)}`,
    from: k,
    negative: product < 0,
  }));
  const others = bySize.slice(MOST).map((p) => p.product);
  const rest = others.length ? `+ ${others.length} smaller: ${inside(total(others))}` : "";
  return { ...line, products, rest, note: overflow(s.fromHidden, ...s.recurrent.map((p) => p.state)) };
}

/** @param {UnitSum} s @param {string} symbol @param {number} t @returns {Line[]} */
function peepholeLines({ peephole, block }, symbol, t) {
  if (!peephole) return [];
  const { state, ago } = block.sees;
  const says = [product(peephole.weight, peephole.state)];
  const note = t < ago ? startsAtZero(state) : undefined;
  const name = `p_${symbol} × ${ago ? before(state) : now(state)}`;
  return [{ name, value: peephole.product, says, note, part: true }];
}

/** @param {Anatomy} anatomy @param {ReturnType<typeof memorySum>} sum @param {number} t @returns {Line[]} */
function memoryLines({ memory, keep, write, new: candidate }, { kept, written, recorded }, t) {
  /** @type {Line[]} */
  const parts = [{ name: "written", value: written.product, says: scaled(write, now(candidate), written) }];
  const note = t === 0 ? startsAtZero(memory) : undefined;
  const past = before(memory);
  if (keep && kept) parts.unshift({ name: "kept", value: kept.product, says: scaled(keep, past, kept), note });
  const says = [parts.map((line) => line.name).join(" + "), sum(...parts.map((line) => line.value))];
  return [...parts, { name: now(memory), value: recorded, says, total: true }];
}

/**
 * @param {Anatomy} anatomy @param {Factor} reveal @param {NonNullable<ReturnType<typeof revealed>>} s
 * @returns {Line[]}
 */
function revealLines({ memory, squash }, reveal, s) {
  const name = SQUASH_NAMES[squash];
  const shown = name ? `${name}(${now(memory)})` : now(memory);
  const says = name ? [`${name}(${digits(s.memory)})`] : [];
  const gate = { name: inProduct(reveal), value: s.share, note: "how much is revealed" };
  const product = scaled(reveal, shown, { share: s.share, value: s.squashed });
  return [
    ...(reveal.gate ? [gate] : []),
    { name: shown, value: s.squashed, says },
    { name: now("h"), value: s.recorded, says: product, total: true },
  ];
}

/** @param {Factor} factor @param {string} name @param {{ share: number, value: number }} part */
function scaled(factor, name, { share, value }) {
  return factor.gate === null ? [name] : [`${inProduct(factor)} × ${name}`, product(share, value)];
}

/** A factor as it stands before a × sign.
 * @param {Factor} factor */
function inProduct({ gate, complement, among }) {
  const name = now(gate ?? "1");
  if (among.length) return `${name} / (${among.map(now).join(" + ")})`;
  return complement ? `(1 − ${name})` : name;
}

/** What is said of a number that overflowed although nothing that it is made of did.
 * @param {number} value @param {number[]} terms */
function overflow(value, ...terms) {
  return !Number.isFinite(value) && terms.every(Number.isFinite) ? OVERFLOWED : undefined;
}

/** @param {string} symbol */
const now = (symbol) => `${symbol}_t`;
/** @param {string} state */
const before = (state) => `${state}_{t−1}`;
/** @param {string} state */
const startsAtZero = (state) => `${state} starts at 0`;
/** Within a sum or a product. @param {number} value */
const inside = (value) => (value < 0 ? `(${digits(value)})` : digits(value));
/** @param {number[]} terms */
const product = (...terms) => chained(terms, "×");
/** @param {number[]} terms */
const sum = (...terms) => chained(terms, "+");
/** @param {number[]} terms @param {string} sign */
const chained = ([first, ...others], sign) => [digits(first), ...others.map(inside)].join(` ${sign} `);

/** @param {Element} table @param {Line} line */
function write(table, { name, value, says = [], products, rest = "", note, total }) {
  indexed(add(table, "dt"), name);
  const cell = add(table, "dd", total ? { class: "total" } : {}, digits(value));
  for (const text of says) indexed(add(cell, "small", {}, " = "), text);
  if (products) chips(add(cell, "small", {}, " = "), products, rest);
  if (note) add(cell, "small", {}, `, ${note}`);
}

/** @param {Element} host @param {Product[]} products @param {string} rest */
function chips(host, products, rest) {
  for (const { text, from, negative } of products) {
    const looks = `product ${negative ? "negative" : "positive"}`;
    add(host, "span", { class: looks, title: `from unit ${from + 1}` }, text);
    host.append(" ");
  }
  host.append(rest);
}

/** A text whose indices, W_{if} and x_t, are set low.
 * @param {Element} host @param {string} text */
function indexed(host, text) {
  text.split(/_\{?([\w−]+)\}?/).forEach((part, i) => {
    if (i % 2) add(host, "sub", {}, part);
    else host.append(part);
  });
}
