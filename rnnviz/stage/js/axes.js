// Axes of the charts that draw themselves: numbers to pixels, and the names beside them.
import { draw } from "./svg.js";

const GAP = { left: 7, below: 16 }; // pixels between a chart and its ticks
const NAME = { left: 13, below: 33 }; // and the axis's names
const TINIEST = 1e-30; // stands for what has no logarithm

/**
 * Where a chart's edges stand, in pixels.
 * @typedef {{ left: number, right: number, top: number, bottom: number }} Frame
 */

/** Numbers between two ends on pixels between two ends. */
export class Axis {
  /**
   * @param {[number, number]} values @param {[number, number]} pixels
   * @param {boolean} [log] powers are equally far apart
   */
  constructor(values, [from, to], log = false) {
    this.scale = log ? logarithm : identity;
    this.inverse = log ? exponential : identity;
    this.low = this.scale(values[0]);
    this.span = this.scale(values[1]) - this.low;
    this.from = from;
    this.length = to - from;
  }

  /** The pixel of a value.
   * @param {number} value */
  at(value) {
    return this.from + ((this.scale(value) - this.low) / this.span) * this.length;
  }

  /** The value at a pixel.
   * @param {number} pixel */
  value(pixel) {
    return this.inverse(this.low + ((pixel - this.from) / this.length) * this.span);
  }
}

/** @param {number} x */
const identity = (x) => x;
/** @param {number} x */
const logarithm = (x) => Math.log10(Math.max(x, TINIEST));
/** @param {number} x */
const exponential = (x) => 10 ** x;

/** A line across the chart at a height, under a class of its own.
 * @param {Element} parent @param {Frame} frame @param {number} y @param {string} [className] */
export function across(parent, { left, right }, y, className = "gridline") {
  return draw(parent, "line", { class: className, x1: left, x2: right, y1: y, y2: y });
}

/** What a height means, left of the chart.
 * @param {Element} parent @param {Frame} frame @param {number} y @param {string} text */
export function leftTick(parent, { left }, y, text) {
  return draw(parent, "text", { class: "tick left", x: left - GAP.left, y: y + 4 }, text);
}

/** What a column means, below the chart.
 * @param {Element} parent @param {Frame} frame @param {number} x @param {string} text */
export function belowTick(parent, { bottom }, x, text) {
  return draw(parent, "text", { class: "tick below", x, y: bottom + GAP.below }, text);
}

/** The names of both axes.
 * @param {Element} parent @param {Frame} frame @param {string} below @param {string} [beside] */
export function axisNames(parent, { left, right, top, bottom }, below, beside) {
  draw(parent, "text", { class: "tick axisname", x: (left + right) / 2, y: bottom + NAME.below }, below);
  const turned = `translate(${NAME.left} ${(top + bottom) / 2}) rotate(-90)`;
  if (beside) draw(parent, "text", { class: "tick axisname", transform: turned }, beside);
}
