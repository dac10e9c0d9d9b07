// The inside of one cell as a diagram: boxes of units, and the wiring that joins them.
import { anatomyPlan } from "./anatomy.js";
import { arrayOf, SQUASH_NAMES, stateAt } from "./arithmetic.js";
import { digits, glyph, strength } from "./scales.js";
import { draw, paintUnit, put, write } from "./svg.js";
import { row } from "./unpack.js";
import { wire } from "./wiring.js";

/** `onPick(symbol, unit)` is called when a unit's square is chosen. */
export class Diagram {
  constructor(parent, film, onPick) {
    const { cell, H } = film;
    Object.assign(this, { film, onPick, boxes: [], choices: [] });
    this.plan = anatomyPlan(cell, H);
    const { width, height } = this.plan;
    const size = { viewBox: `0 0 ${width} ${height}`, width, height };
    const label = `Inside the ${cell.title} cell`;
    this.svg = draw(parent, "svg", { class: "diagram", ...size, role: "group", "aria-label": label });
    const rails = draw(this.svg, "g", { class: "rails" });
    this.drawStates(cell.anatomy);
    this.drawBlocks();
    wire(this.svg, rails, cell, this.plan);
    this.drawEnds(cell.anatomy);
  }

  /** A rounded box with one square a unit. `symbol` names the recorded array; `ago` is 1 for the step before. */
  box(x, y, label, symbol, term, ago = 0, className = "") {
    const { box, unit, perRow } = this.plan;
    const [left, top] = [-box.width / 2, -box.height / 2];
    const place = { class: `vector ${className}`, transform: `translate(${x} ${y})`, "data-term": term };
    const group = draw(this.svg, "g", place);
    draw(group, "rect", { class: "box", x: left, y: top, width: box.width, height: box.height, rx: 11 });
    draw(group, "text", { y: top + 17 }, label);
    const columns = Math.min(this.film.H, perRow);
    const at = (j) => [(j % columns) * unit - (columns * unit - 2) / 2, top + 24 + Math.floor(j / columns) * unit];
    const squares = Array.from({ length: this.film.H }, (_, j) => this.square(group, symbol, ago, j, ...at(j)));
    this.boxes.push({ symbol, ago, squares });
  }

  square(group, symbol, ago, j, x, y) {
    const looks = { class: "unit positive", "data-unit": j, role: ago ? "img" : "button" };
    const square = draw(group, "rect", { x, y, width: 13, height: 13, rx: 2, ...looks });
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

  drawStates({ memory, reveal }) {
    const { y, left, right, gated } = this.plan;
    if (!gated || reveal) this.box(left, y.gates, "h before", "h", "h_prev", 1, "state");
    if (!gated) return;
    this.box(left, y.memory, `${memory} before`, memory, `${memory}_prev`, 1, "state");
    this.box(right, y.memory, `${memory} now`, memory, memory, 0, "state");
    if (reveal) this.box(right, y.gates, "h now", "h", "h", 0, "state");
  }

  drawBlocks() {
    const { x, y, order } = this.plan;
    for (const symbol of order) {
      const block = this.film.cell.blocks.find((b) => b.symbol === symbol);
      const squash = SQUASH_NAMES[block.activation];
      const label = `${symbol} = ${squash ? `${squash}(…)` : "the sum"}`;
      this.box(x[symbol], y.gates, label, symbol, symbol, 0, `gate gate-${symbol}`);
    }
  }

  /** Where x comes in, and h goes out. */
  drawEnds({ reveal }) {
    const { left, right, box, gated, y } = this.plan;
    const place = { class: "letter seen", transform: `translate(${left} ${y.input})`, "data-term": "x" };
    const letter = draw(this.svg, "g", place);
    draw(letter, "circle", { r: 16 });
    this.glyph = draw(letter, "text", { y: 6 });
    const out = gated && !reveal ? y.memory : y.gates;
    draw(this.svg, "text", { class: "out", x: right + box.width / 2 + 8, y: out + 5 }, "→ t + 1");
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
