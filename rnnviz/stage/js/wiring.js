// What joins the boxes of an opened cell: rails, and the operations on them.
/** @import { AnatomyPlan } from "./anatomy.js" */
/** @import { Block, Cell, Factor } from "./film.d.ts" */
import { SQUASH_NAMES } from "./arithmetic.js";
import { draw } from "./svg.js";

/** Draw the rails of a cell into the group `rails`, and the operations above all that is in `svg`.
 * @param {Element} svg @param {Element} rails @param {Cell} cell @param {AnatomyPlan} plan */
export function wire(svg, rails, cell, plan) {
  const wiring = new Wiring(svg, rails, cell, plan);
  if (plan.gated) wiring.update();
  if (cell.anatomy.reveal) wiring.reveal(cell.anatomy.reveal);
  wiring.feed();
  for (const block of cell.blocks) {
    if (block.reset) wiring.reset(block.symbol, block.reset);
    if (block.peephole) wiring.peephole(block);
  }
}

class Wiring {
  /** @param {Element} svg @param {Element} rails @param {Cell} cell @param {AnatomyPlan} plan */
  constructor(svg, rails, cell, plan) {
    this.svg = svg;
    this.rails = rails;
    this.cell = cell;
    this.plan = plan;
    this.top = plan.y.gates - plan.box.height / 2; // of the gates' boxes
    this.bottom = this.top + plan.box.height;
  }

  /** @param {string} term @param {string} d @param {string} [className] */
  rail(term, d, className = "") {
    draw(this.rails, "path", { class: className, d, "data-term": term });
  }

  /** @param {number} x @param {number} y @param {string} sign @param {string} term */
  op(x, y, sign, term) {
    const word = sign.length > 1;
    const width = word ? Math.max(44, 8 * sign.length + 12) : 24;
    const place = { class: word ? "op word" : "op", transform: `translate(${x} ${y})`, "data-term": term };
    const group = draw(this.svg, "g", place);
    draw(group, "rect", { x: -width / 2, y: -12, width, height: 24, rx: 12 });
    draw(group, "text", { y: 5 }, sign);
  }

  /** @param {number} x @param {number} y */
  dot(x, y) {
    draw(this.rails, "circle", { cx: x, cy: y, r: 2.6 });
  }

  /** The memory from left to right: what is kept of it, and what is written to it. */
  update() {
    const { cell, plan, top } = this;
    const { memory, new: candidate, keep, adds_up: addsUp } = cell.anatomy;
    const { x, y, left, right, box } = plan;
    const proposal = x[candidate];
    const past = keep || !addsUp;
    const from = past ? left + box.width / 2 : proposal;
    this.rail(past ? `${memory}_prev` : memory, `M${from} ${y.memory} H${right - box.width / 2 - 2}`);
    this.rail(candidate, `M${proposal} ${top} V${y.memory}`);
    if (!addsUp) return this.otherwise(proposal);
    if (keep) this.op(proposal, y.memory, "+", memory);
    if (keep?.gate) this.keep(keep, keep.gate, `${memory}_prev`);
    this.write(proposal);
  }

  /** @param {Factor} keep @param {string} gate @param {string} past */
  keep(keep, gate, past) {
    const { x, y } = this.plan;
    this.rail(gate, `M${x[gate]} ${this.top} V${y.memory}`);
    this.op(x[gate], y.memory, "×", past);
    if (keep.sign) this.op(x[gate], y.memory + 33, keep.sign, gate);
  }

  /** @param {number} proposal where the candidate stands */
  write(proposal) {
    const { write, keep, new: candidate } = this.cell.anatomy;
    if (!write.gate) return;
    const { x, y } = this.plan;
    const [start, shared] = [x[write.gate], write.gate === keep?.gate];
    this.rail(write.gate, `M${start} ${shared ? y.write : this.top} V${y.write} H${proposal}`);
    if (shared) this.dot(start, y.write);
    if (write.sign) this.op((start + proposal) / 2, y.write, write.sign, write.gate);
    this.op(proposal, y.write, "×", candidate);
  }

  /** A memory that is no sum: all that makes it comes together in one place, and the equation says how.
   * @param {number} proposal where the candidate stands */
  otherwise(proposal) {
    const { blocks, anatomy } = this.cell;
    const { order, x, y } = this.plan;
    const elsewhere = [anatomy.new, anatomy.reveal?.gate, ...blocks.map((b) => b.reset)];
    for (const symbol of order.filter((s) => !elsewhere.includes(s))) {
      this.rail(symbol, `M${x[symbol]} ${this.top} V${y.write} H${proposal}`);
      this.dot(proposal, y.write);
    }
    this.op(proposal, y.memory, "update", anatomy.memory);
  }

  /** @param {Factor} reveal */
  reveal(reveal) {
    const { memory, squash } = this.cell.anatomy;
    const { x, y, right, box } = this.plan;
    const under = y.memory + box.height / 2;
    const gate = y.write + 8;
    this.rail(memory, `M${right} ${under} V${this.top}`);
    if (SQUASH_NAMES[squash]) this.op(right, (under + gate) / 2 - 6, SQUASH_NAMES[squash], memory);
    if (!reveal.gate) return;
    this.rail(reveal.gate, `M${x[reveal.gate]} ${this.top} V${gate} H${right}`);
    if (reveal.sign) this.op((x[reveal.gate] + right) / 2, gate, reveal.sign, reveal.gate);
    this.op(right, gate, "×", "h");
  }

  /** What a block reads: h of the step before, and x. */
  feed() {
    const { cell, plan, bottom } = this;
    const { order, x, y, left } = plan;
    const source = (plan.gated && !cell.anatomy.reveal ? y.memory : y.gates) + plan.box.height / 2;
    const readers = cell.blocks.filter((b) => b.reads_h).map((b) => x[b.symbol]);
    if (readers.length) this.rail("h_prev", `M${left} ${source} V${y.bus} H${Math.max(...readers) - 24}`);
    for (const across of readers) this.rail("h_prev", `M${across - 24} ${y.bus} V${bottom}`);
    this.rail("x", `M${left + 16} ${y.input} H${x[order[order.length - 1]] + 24}`);
    for (const symbol of order) this.rail("x", `M${x[symbol] + 24} ${y.input} V${bottom}`);
  }

  /** A reset gate acts on the matrix product, not on the h that goes into it.
   * @param {string} symbol @param {string} reset */
  reset(symbol, reset) {
    const { x, y, box } = this.plan;
    const across = x[symbol] - 24;
    this.op(across, this.bottom + 52, "W h + b", "h_prev");
    this.rail(reset, `M${x[reset] + box.width / 2} ${y.gates} h8 V${this.bottom + 19} H${across}`);
    this.op(across, this.bottom + 19, "×", reset);
  }

  /** @param {Block} block */
  peephole({ symbol, sees: { state, ago } }) {
    const { x, y, left, right, box } = this.plan;
    const [from, to] = [ago ? left : right, x[symbol]];
    const start = `M${from} ${y.memory + box.height / 2}`;
    const bend = `C${from} ${y.write + 20} ${to} ${y.write - 20} ${to - 30} ${this.top}`;
    this.rail(ago ? `${state}_prev` : state, `${start} ${bend}`, "peep");
  }
}
