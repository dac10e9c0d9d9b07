// A small chart of one training: a curve over updates, revealed up to the film's place; its future stays faint.
import { Axis, across, leftTick } from "./axes.js";
import { polyline } from "./path.js";
import { clamp } from "./range.js";
import { brief, percent } from "./scales.js";
import { draw, put, write } from "./svg.js";

const SIDES = { left: 40, right: 10 };
const TITLE = 18;

/**
 * What a chart looks like. Pixels; `top` is where it begins in its parent.
 * @typedef {object} PlotLook
 * @property {string} title
 * @property {number} width
 * @property {number} top
 * @property {number} height
 * @property {number} goal updates at the right end
 * @property {number} low end of the axis
 * @property {number} high
 * @property {number[]} ticks
 * @property {boolean} [log]
 * @property {boolean} [isShare] ticks are per cent
 * @property {number} [mark] a dashed level
 */

/** One number per pixel column at the most: the extremes of what falls into it.
 * @param {ArrayLike<number>} values @param {(place: number) => number} x */
export function columns(values, x) {
  /** @type {{ at: number, low: number, high: number }[]} */
  const found = [];
  for (let u = 0; u < values.length; u++) {
    const value = values[u];
    if (!Number.isFinite(value)) continue;
    const at = Math.round(x(u));
    const last = found.at(-1);
    if (last?.at !== at) found.push({ at, low: value, high: value });
    else Object.assign(last, { low: Math.min(last.low, value), high: Math.max(last.high, value) });
  }
  return found;
}

export class Plot {
  /** @param {Element} parent @param {PlotLook} look */
  constructor(parent, look) {
    const { width, height, low, high, log } = look;
    this.look = look;
    this.frame = { left: SIDES.left, right: width - SIDES.right, top: TITLE, bottom: height };
    this.across = new Axis([0, look.goal], [this.frame.left, this.frame.right]);
    this.up = new Axis([low, high], [height, TITLE], log);
    this.group = draw(parent, "g", { class: "plot", transform: `translate(0 ${look.top})` });
    draw(this.group, "text", { class: "plotname", x: this.frame.left, y: 12 }, look.title);
    this.value = draw(this.group, "text", { class: "plotvalue", x: this.frame.right, y: 12 });
    for (const tick of look.ticks) this.grid(tick);
    if (look.mark !== undefined) across(this.group, this.frame, this.y(look.mark), "dashed");
    this.curves = draw(this.group, "g");
    this.veil = draw(this.group, "rect", { class: "veil", y: TITLE - 2, height: height - TITLE + 3 });
    this.cursor = draw(this.group, "line", { class: "cursor", y1: TITLE, y2: height });
  }

  /** @param {number} update */
  x(update) {
    return this.across.at(update);
  }

  /** What lies beyond the axis is drawn at its end.
   * @param {number} value */
  y(value) {
    return clamp(this.up.at(value), this.frame.top, this.frame.bottom);
  }

  /** @param {number} tick */
  grid(tick) {
    across(this.group, this.frame, this.y(tick));
    leftTick(this.group, this.frame, this.y(tick), this.look.isShare ? percent(tick) : brief(tick));
  }

  /** One value an update.
   * @param {ArrayLike<number>} values @param {string} className */
  curve(values, className) {
    const line = columns(values, (u) => this.x(u));
    this.line(
      line.flatMap(({ at, low, high }) =>
        low < high ? [this.point(at, high), this.point(at, low)] : [this.point(at, high)],
      ),
      className,
    );
  }

  /** Points that stand at their own updates.
   * @param {number[]} updates @param {number[]} values @param {string} className */
  points(updates, values, className) {
    const known = updates.map((_, i) => i).filter((i) => Number.isFinite(values[i]));
    this.line(
      known.map((i) => this.point(this.x(updates[i]), values[i])),
      className,
    );
  }

  /** @param {number} x @param {number} value @returns {[number, number]} */
  point(x, value) {
    return [x, this.y(value)];
  }

  /** @param {[number, number][]} points @param {string} className */
  line(points, className) {
    if (points.length) draw(this.curves, "path", { class: `line ${className}`, d: polyline(points) });
  }

  /** @param {number} update @param {string} text */
  paint(update, text) {
    const x = this.x(update);
    put(this.cursor, "x1", x.toFixed(1));
    put(this.cursor, "x2", x.toFixed(1));
    put(this.veil, "x", x.toFixed(1));
    put(this.veil, "width", Math.max(0, this.frame.right - x + 2).toFixed(1));
    write(this.value, text);
  }
}
