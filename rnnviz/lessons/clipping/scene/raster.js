// One sequence inside one network: what it reads, some of its units at every step, and how much of the error gets
// there.
/** @import { Numbers } from "../../../stage/js/film.d.ts" */
/** @import { PairFilm } from "./film.d.ts" */
import { across, leftTick } from "../../../stage/js/axes.js";
import { gradientLevel, strength } from "../../../stage/js/scales.js";
import { draw, paintUnit, put } from "../../../stage/js/svg.js";
import { lettersShown } from "./letters.js";

const LETTERS = 20; // pixels, their row
const UNIT = 9;
const BARS = 54;
const GAP = 16;
const PAD = { left: 40, right: 10 };
const ROOMY = 9; // pixels between two letters
const LEVELS = 127;
const LOST = -128; // a state that is not finite
const SAYS =
  "Above: hidden units, blue below zero and orange above. " +
  "Below: the length of ∂L/∂h at each step, on a log axis from 10⁻⁸ to 100.";

/** @param {number} units */
export const rasterHeight = (units) => LETTERS + units * UNIT + GAP + BARS;

export class Raster {
  /** @param {Element} parent @param {PairFilm} film @param {number} width */
  constructor(parent, film, width) {
    const [, , units, T] = film.arrays.hidden.shape;
    this.pitch = (width - PAD.left - PAD.right) / T;
    this.floor = rasterHeight(units);
    this.frame = { left: PAD.left, right: width - PAD.right, top: LETTERS, bottom: this.floor };
    this.group = draw(parent, "g", { class: "raster" });
    this.letters(film);
    this.squares = Array.from({ length: units * T }, (_, i) => this.square(Math.floor(i / T), i % T));
    leftTick(this.group, this.frame, LETTERS + (units * UNIT) / 2, "h");
    leftTick(this.group, this.frame, this.floor - BARS / 2, "∂L/∂h").classList.add("error");
    draw(this.group, "title", {}, SAYS);
    across(this.group, this.frame, this.floor);
    this.bars = Array.from({ length: T }, (_, t) => this.bar(t));
  }

  /** @param {PairFilm} film */
  letters({ symbols, clues }) {
    for (const t of lettersShown(symbols, clues, this.pitch, ROOMY)) {
      const place = { x: PAD.left + (t + 0.5) * this.pitch, y: 13 };
      draw(this.group, "text", { class: clues.includes(t) ? "symbol clue" : "symbol", ...place }, symbols[t]);
    }
  }

  /** @param {number} unit @param {number} t */
  square(unit, t) {
    const place = { x: (PAD.left + t * this.pitch).toFixed(2), y: LETTERS + unit * UNIT };
    return draw(this.group, "rect", { class: "unit", ...place, width: this.pitch.toFixed(2), height: UNIT });
  }

  /** @param {number} t */
  bar(t) {
    const place = { x: PAD.left + t * this.pitch + 0.5, width: Math.max(1, this.pitch - 1) };
    return draw(this.group, "rect", { class: "bar", ...place });
  }

  /**
   * @param {Numbers} hidden each state as one of 127 steps of a colour, either way from zero, one unit after the other
   * @param {Numbers} reach lengths, one a step
   */
  paint(hidden, reach) {
    this.squares.forEach((square, i) => {
      const state = hidden[i] === LOST ? NaN : hidden[i] / LEVELS;
      paintUnit(square, state, strength(state, 1));
    });
    this.bars.forEach((bar, t) => {
      const height = gradientLevel(reach[t]) * BARS;
      put(bar, "y", (this.floor - height).toFixed(1));
      put(bar, "height", height.toFixed(1));
    });
  }
}
