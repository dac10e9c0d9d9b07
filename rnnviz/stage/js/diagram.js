// The inside of one cell as a diagram: boxes of units, operations, and the rails that join them.
import { anatomyPlan, factor } from "./anatomy.js";
import { arrayOf, SQUASH_NAMES, stateAt } from "./arithmetic.js";
import { digits, glyph, strength } from "./scales.js";
import { draw, paintUnit, put, write } from "./svg.js";
import { row } from "./unpack.js";

/** `onPick(symbol, unit)` is called when a unit's square is chosen. */
export class Diagram {
  constructor(parent, film, onPick) {
    const { cell, H } = film;
    Object.assign(this, { film, onPick, boxes: [], choices: [], anatomy: cell.anatomy });
    this.plan = anatomyPlan(cell, H);
    const { width, height } = this.plan;
    this.svg = draw(parent, "svg", { class: "diagram", viewBox: `0 0 ${width} ${height}`, width, height, role: "group",
      "aria-label": `Inside the ${cell.title} cell` });
    this.rails = draw(this.svg, "g", { class: "rails" });
    this.drawStates();
    this.drawBlocks();
    if (this.plan.gated) this.drawUpdate();
    this.drawBuses();
  }

  rail(term, d) {
    draw(this.rails, "path", { d, "data-term": term });
  }

  op(x, y, sign, term) {
    const group = draw(this.svg, "g", { class: sign.length > 1 ? "op word" : "op", transform: `translate(${x} ${y})`, "data-term": term });
    draw(group, "rect", { x: sign.length > 1 ? -22 : -12, y: -12, width: sign.length > 1 ? 44 : 24, height: 24, rx: 12 });
    draw(group, "text", { y: 5 }, sign);
  }

  dot(x, y) {
    draw(this.rails, "circle", { cx: x, cy: y, r: 2.6 });
  }

  /** A rounded box with one square a unit. `symbol` names the recorded array; `ago` is 1 for the step before. */
  box(x, y, label, symbol, term, ago = 0, className = "") {
    const { box, unit, perRow } = this.plan;
    const group = draw(this.svg, "g", { class: `vector ${className}`, transform: `translate(${x} ${y})`, "data-term": term });
    draw(group, "rect", { class: "box", x: -box.width / 2, y: -box.height / 2, width: box.width, height: box.height, rx: 11 });
    draw(group, "text", { y: -box.height / 2 + 17 }, label);
    const columns = Math.min(this.film.H, perRow);
    const squares = Array.from({ length: this.film.H }, (_, j) => this.square(group, symbol, ago, j,
      (j % columns) * unit - (columns * unit - 2) / 2, -box.height / 2 + 24 + Math.floor(j / columns) * unit));
    this.boxes.push({ symbol, ago, squares });
  }

  square(group, symbol, ago, j, x, y) {
    const square = draw(group, "rect", { x, y, width: 13, height: 13, rx: 2, class: "unit positive", "data-unit": j, role: ago ? "img" : "button" });
    const title = draw(square, "title");
    if (!ago) {
      this.choices.push({ symbol, j, square });
      square.addEventListener("click", () => this.onPick(symbol, j));
      square.addEventListener("keydown", (event) => this.keyed(event, square));
    }
    return { square, title };
  }

  /** One tab stop for all units: arrows walk from one to the next, in the order of the boxes. */
  keyed(event, square) {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1, Enter: 0, " ": 0 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    const here = this.choices.findIndex((choice) => choice.square === square);
    const next = this.choices[(here + step + this.choices.length) % this.choices.length];
    this.onPick(next.symbol, next.j);
    next.square.focus();
  }

  drawStates() {
    const { anatomy, plan } = this;
    const { x, y, left, right, box } = plan;
    if (!plan.gated) return this.box(left, y.gates, "h before", "h", "h_prev", 1, "state");
    this.box(left, y.memory, `${anatomy.memory} before`, anatomy.memory, `${anatomy.memory}_prev`, 1, "state");
    this.box(right, y.memory, `${anatomy.memory} now`, anatomy.memory, anatomy.memory, 0, "state");
    if (!anatomy.reveal) return;
    this.box(left, y.gates, "h before", "h", "h_prev", 1, "state");
    this.box(right, y.gates, "h now", "h", "h", 0, "state");
    const under = y.memory + box.height / 2;
    const gate = y.write + 8;
    this.rail("c", `M${right} ${under} V${y.gates - box.height / 2}`);
    this.rail(anatomy.reveal, `M${x[anatomy.reveal]} ${y.gates - box.height / 2} V${gate} H${right}`);
    this.op(right, (under + gate) / 2 - 6, "tanh", anatomy.memory);
    this.op(right, gate, "×", "h");
  }

  drawBlocks() {
    const { cell } = this.film;
    for (const symbol of this.plan.order) {
      const block = cell.blocks.find((b) => b.symbol === symbol);
      const squash = SQUASH_NAMES[block.activation];
      const label = `${block.symbol} = ${squash ? `${squash}(…)` : "the sum"}`;
      this.box(this.plan.x[symbol], this.plan.y.gates, label, symbol, symbol, 0, `gate gate-${symbol}`);
      if (block.peephole) this.drawPeephole(block);
    }
  }

  drawPeephole(block) {
    const { x, y, box } = this.plan;
    const from = block.sees === "c_prev" ? this.plan.left : this.plan.right;
    draw(this.rails, "path", { class: "peep", "data-term": block.sees === "c_prev" ? "c_prev" : "c",
      d: `M${from} ${y.memory + box.height / 2} C${from} ${y.write + 20} ${x[block.symbol]} ${y.write - 20} ${x[block.symbol] - 30} ${y.gates - box.height / 2}` });
  }

  drawUpdate() {
    const { anatomy, plan } = this;
    const { x, y, left, right, box } = plan;
    const top = y.gates - box.height / 2;
    const proposal = x[anatomy.new];
    const [keep, writing] = [factor(anatomy.keep), factor(anatomy.write)];
    this.rail(`${anatomy.memory}_prev`, `M${left + box.width / 2} ${y.memory} H${right - box.width / 2 - 2}`);
    this.rail(anatomy.new, `M${proposal} ${top} V${y.memory}`);
    this.op(proposal, y.memory, "+", anatomy.memory);
    if (keep) {
      this.rail(keep.symbol, `M${x[keep.symbol]} ${top} V${y.memory}`);
      this.op(x[keep.symbol], y.memory, "×", `${anatomy.memory}_prev`);
      if (keep.complement) this.op(x[keep.symbol], y.memory + 33, "1 −", keep.symbol);
    }
    if (!writing) return;
    const start = x[writing.symbol];
    this.rail(writing.symbol, `M${start} ${writing.symbol === keep?.symbol ? y.write : top} V${y.write} H${proposal}`);
    if (writing.symbol === keep?.symbol) this.dot(start, y.write);
    if (writing.complement) this.op((start + proposal) / 2, y.write, "1 −", writing.symbol);
    this.op(proposal, y.write, "×", anatomy.new);
  }

  drawBuses() {
    const { film, plan } = this;
    const { x, y, left, right, box } = plan;
    const bottom = y.gates + box.height / 2;
    const readers = plan.order.filter((s) => film.cell.blocks.find((b) => b.symbol === s).reads_h);
    const source = plan.gated && !this.anatomy.reveal ? y.memory : y.gates;
    if (readers.length) this.rail("h_prev", `M${left} ${source + box.height / 2} V${y.bus} H${Math.max(...readers.map((s) => x[s])) - 24}`);
    this.rail("x", `M${left + 16} ${y.input} H${x[plan.order.at(-1)] + 24}`);
    for (const symbol of plan.order) {
      const block = film.cell.blocks.find((b) => b.symbol === symbol);
      this.rail("x", `M${x[symbol] + 24} ${y.input} V${bottom}`);
      if (block.reads_h) this.rail("h_prev", `M${x[symbol] - 24} ${y.bus} V${bottom}`);
      if (!block.reset) continue;
      this.rail(block.reset, `M${x[block.reset] + box.width / 2} ${y.gates} h8 V${bottom + 19} H${x[symbol] - 24}`);
      this.op(x[symbol] - 24, bottom + 19, "×", block.reset);
    }
    this.letter = draw(this.svg, "g", { class: "letter seen", transform: `translate(${left} ${y.input})`, "data-term": "x" });
    draw(this.letter, "circle", { r: 16 });
    this.glyph = draw(this.letter, "text", { y: 6 });
    draw(this.svg, "text", { class: "out", x: right + box.width / 2 + 8, y: this.outY() + 5 }, "→ t + 1");
  }

  outY() {
    return this.plan.gated && !this.anatomy.reveal ? this.plan.y.memory : this.plan.y.gates;
  }

  /** Show snapshot k at step t, unit `picked` of `symbol` marked. */
  paint(k, t, picked) {
    const { film } = this;
    write(this.glyph, glyph(film.alphabet[film.inputs[t]]));
    for (const { symbol, ago, squares } of this.boxes) {
      const values = ago ? stateAt(film, symbol, k, t - 1) : row(arrayOf(film, symbol), k, t);
      squares.forEach(({ square, title }, j) => {
        paintUnit(square, values[j], strength(values[j], film.limits[symbol] ?? 1));
        const isPicked = !ago && picked.symbol === symbol && picked.unit === j;
        square.classList.toggle("picked", isPicked);
        put(square, "tabindex", isPicked ? 0 : -1);
        const told = `${symbol}${ago ? " before" : ""}, unit ${j + 1}: ${digits(values[j])}`;
        put(square, "aria-label", told);
        write(title, told);
      });
    }
  }
}
