// One sequence inside one network: what it reads, some of its units at every step, and how much of the error gets there.
import { gradientLevel } from "../../../stage/js/scales.js";
import { draw, paintUnit, put } from "../../../stage/js/svg.js";

const LETTER_ROW = 20;
const UNIT_HEIGHT = 9;
const BAR_ROW = 54;
const ROW_GAP = 16;
const SIDE_MARGIN = 40;
const LEVELS = 127;
const LOST = -128; // a state that is not finite

export const rasterHeight = (units) => LETTER_ROW + units * UNIT_HEIGHT + ROW_GAP + BAR_ROW;

export class Raster {
  constructor(parent, film, { width, top }) {
    const [, , units, T] = film.arrays.hidden.shape;
    Object.assign(this, { film, units, T });
    this.group = draw(parent, "g", { class: "raster", transform: `translate(0 ${top})` });
    this.wide = (width - SIDE_MARGIN - 10) / T;
    this.letters(film);
    this.squares = Array.from({ length: units * T }, (_, i) => this.square(Math.floor(i / T), i % T));
    this.floor = LETTER_ROW + units * UNIT_HEIGHT + ROW_GAP + BAR_ROW;
    draw(this.group, "text", { class: "ticktext", x: SIDE_MARGIN - 6, y: LETTER_ROW + (units * UNIT_HEIGHT) / 2 + 4 }, "h");
    draw(this.group, "text", { class: "ticktext error", x: SIDE_MARGIN - 6, y: this.floor - BAR_ROW / 2 + 4 }, "∂L/∂h");
    draw(this.group, "title", {}, "Above: hidden units, blue below zero and orange above. Below: how long the error is that reaches each step, on a log axis from 1e−8 to 100.");
    draw(this.group, "line", { class: "gridline", x1: SIDE_MARGIN, x2: width - 10, y1: this.floor, y2: this.floor });
    this.bars = Array.from({ length: T }, (_, t) => draw(this.group, "rect", { class: "bar", x: SIDE_MARGIN + t * this.wide + 0.5, width: Math.max(1, this.wide - 1) }));
  }

  /** Every letter where there is room; the clues always. */
  letters(film) {
    film.symbols.forEach((symbol, t) => {
      const clue = film.clues.includes(t);
      if (!clue && this.wide < 9) return;
      draw(this.group, "text", { class: clue ? "symbol clue" : "symbol", x: SIDE_MARGIN + (t + 0.5) * this.wide, y: 13 }, symbol);
    });
  }

  square(unit, t) {
    return draw(this.group, "rect", { class: "unit", x: (SIDE_MARGIN + t * this.wide).toFixed(2), y: LETTER_ROW + unit * UNIT_HEIGHT, width: this.wide.toFixed(2), height: UNIT_HEIGHT });
  }

  /** `hidden` holds each state as one of 127 steps of a colour, either way from zero; `reach` lengths. */
  paint(hidden, reach) {
    this.squares.forEach((square, i) => {
      const state = hidden[i] === LOST ? NaN : hidden[i] / LEVELS;
      paintUnit(square, state, Number.isFinite(state) ? Math.abs(state) : 1);
    });
    this.bars.forEach((bar, t) => {
      const height = gradientLevel(reach[t]) * BAR_ROW;
      put(bar, "y", (this.floor - height).toFixed(1));
      put(bar, "height", height.toFixed(1));
    });
  }
}
