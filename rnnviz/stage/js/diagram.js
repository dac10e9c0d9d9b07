// The inside of one cell as a diagram: boxes of units, and the wiring that joins them.
/** @import { Picked } from "./cellpanel.js" */
/** @import { Anatomy, ChainFilm } from "./film.d.ts" */
import { anatomyPlan } from "./anatomy.js";
import { arrayOf, SQUASH_NAMES, stateAt } from "./arithmetic.js";
import { digits, glyph, strength } from "./scales.js";
import { draw, paintUnit, put, write } from "./svg.js";
import { row } from "./unpack.js";
import { wire } from "./wiring.js";

/** @type {Record<string, number>} */
const MOVES = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1, Enter: 0, " ": 0 };

/**
 * What a box shows: the array it names, and whether it is that of the step before.
 * @typedef {{ symbol: string, ago: number }} Shown
 * @typedef {Shown & { squares: { square: SVGElement, title: SVGElement }[] }} Box
 */

export class Diagram {
  /** @type {Box[]} */ boxes = [];
  /** Units that can be chosen. @type {(Picked & { square: SVGElement })[]} */ choices = [];

  /** @param {Element} parent @param {ChainFilm} film @param {(picked: Picked) => void} onPick */
  constructor(parent, film, onPick) {
    const { cell, H } = film;
    this.film = film;
    this.onPick = onPick;
    this.plan = anatomyPlan(cell, H);
    const { width, height } = this.plan;
    const size = { viewBox: `0 0 ${width} ${height}`, width, height };
    const label = `Inside the ${cell.title} cell`;
    this.svg = draw(parent, "svg", { class: "diagram", ...size, role: "group", "aria-label": label });
    const rails = draw(this.svg, "g", { class: "rails" });
    this.drawStates(cell.anatomy);
    this.drawBlocks();
    wire(this.svg, rails, cell, this.plan);
    this.glyph = this.drawEnds(cell.anatomy);
  }

  /**
   * A rounded box with one square a unit.
   * @param {[number, number]} place @param {string} label @param {Shown} shown
   * @param {string} term it lights up with @param {string} className
   */
  box([x, y], label, { symbol, ago }, term, className) {
    const { box, unit, perRow } = this.plan;
    const [left, top] = [-box.width / 2, -box.height / 2];
    const look = { class: `vector ${className}`, transform: `translate(${x} ${y})`, "data-term": term };
    const group = draw(this.svg, "g", look);
    draw(group, "rect", { class: "box", x: left, y: top, width: box.width, height: box.height, rx: 11 });
    draw(group, "text", { y: top + 17 }, label);
    const columns = Math.min(this.film.H, perRow);
    const squares = Array.from({ length: this.film.H }, (_, j) => {
      const x = (j % columns) * unit - (columns * unit - 2) / 2;
      return this.square(group, { symbol, ago }, j, { x, y: top + 24 + Math.floor(j / columns) * unit });
    });
    this.boxes.push({ symbol, ago, squares });
  }

  /** @param {Element} group @param {Shown} shown @param {number} j @param {{ x: number, y: number }} place */
  square(group, { symbol, ago }, j, place) {
    const looks = { class: "unit positive", "data-unit": j, role: ago ? "img" : "button" };
    const square = draw(group, "rect", { ...place, width: 13, height: 13, rx: 2, ...looks });
    const title = draw(square, "title");
    if (!ago) {
      this.choices.push({ symbol, unit: j, square });
      square.addEventListener("click", () => this.onPick({ symbol, unit: j }));
      square.addEventListener("keydown", (event) => this.keyed(event, square));
    }
    return { square, title };
  }

  /** One tab stop for all units: arrows walk from one to the next, in the order of the boxes.
   * @param {KeyboardEvent} event @param {SVGElement} square */
  keyed(event, square) {
    const step = MOVES[event.key];
    if (step === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    const here = this.choices.findIndex((choice) => choice.square === square);
    const next = this.choices[(here + step + this.choices.length) % this.choices.length];
    this.onPick({ symbol: next.symbol, unit: next.unit });
    next.square.focus();
  }

  /** @param {Anatomy} anatomy */
  drawStates({ memory, reveal }) {
    const { y, left, right, gated } = this.plan;
    /** @param {string} symbol @param {number} at */
    const before = (symbol, at) =>
      this.box([left, at], `${symbol} before`, { symbol, ago: 1 }, `${symbol}_prev`, "state");
    /** @param {string} symbol @param {number} at */
    const now = (symbol, at) => this.box([right, at], `${symbol} now`, { symbol, ago: 0 }, symbol, "state");
    if (!gated || reveal) before("h", y.gates);
    if (!gated) return;
    before(memory, y.memory);
    now(memory, y.memory);
    if (reveal) now("h", y.gates);
  }

  drawBlocks() {
    const { x, y, order } = this.plan;
    const { blocks } = this.film.cell;
    for (const symbol of order) {
      const block = blocks.find((b) => b.symbol === symbol);
      const squash = block && SQUASH_NAMES[block.activation];
      const label = `${symbol} = ${squash ? `${squash}(…)` : "the sum"}`;
      this.box([x[symbol], y.gates], label, { symbol, ago: 0 }, symbol, `gate gate-${symbol}`);
    }
  }

  /** Where x comes in, and h goes out. Returns the letter's text.
   * @param {Anatomy} anatomy */
  drawEnds({ reveal }) {
    const { left, right, box, gated, y } = this.plan;
    const place = { class: "letter seen", transform: `translate(${left} ${y.input})`, "data-term": "x" };
    const letter = draw(this.svg, "g", place);
    draw(letter, "circle", { r: 16 });
    const text = draw(letter, "text", { y: 6 });
    const out = gated && !reveal ? y.memory : y.gates;
    draw(this.svg, "text", { class: "out", x: right + box.width / 2 + 8, y: out + 5 }, "→ t + 1");
    return text;
  }

  /** Show snapshot k at step t, one unit marked.
   * @param {number} k @param {number} t @param {Picked} picked */
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
