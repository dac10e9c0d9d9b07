// A small chart of one training: a curve over updates, revealed up to the film's place; its future stays faint.
import { brief } from "./scales.js";
import { draw, put, write } from "./svg.js";

export const PLOT_LEFT = 40;
export const PLOT_RIGHT = 10;
const TITLE = 18;

/** One number per pixel column at the most: the extremes of what falls into it. */
export function columns(values, x) {
  const found = [];
  values.forEach((value, u) => {
    if (!Number.isFinite(value)) return;
    const at = Math.round(x(u));
    const last = found.at(-1);
    if (last && last.at === at) Object.assign(last, { low: Math.min(last.low, value), high: Math.max(last.high, value) });
    else found.push({ at, low: value, high: value });
  });
  return found;
}

export class Plot {
  /** look: {title, width, top, height, goal, low, high, log, mark}; low and high are ends of the axis. */
  constructor(parent, look) {
    Object.assign(this, look);
    this.group = draw(parent, "g", { class: "plot", transform: `translate(0 ${look.top})` });
    draw(this.group, "text", { class: "plotname", x: PLOT_LEFT, y: 12 }, look.title);
    this.value = draw(this.group, "text", { class: "plotvalue", x: look.width - PLOT_RIGHT, y: 12 });
    for (const tick of look.ticks) this.grid(tick);
    if (look.mark !== undefined) this.dashed(look.mark);
    this.curves = draw(this.group, "g");
    this.veil = draw(this.group, "rect", { class: "veil", y: TITLE - 2, height: look.height - TITLE + 3 });
    this.cursor = draw(this.group, "line", { class: "cursor", y1: TITLE, y2: look.height });
  }

  x(update) {
    return PLOT_LEFT + (update / this.goal) * (this.width - PLOT_LEFT - PLOT_RIGHT);
  }

  y(value) {
    const [low, high, at] = this.log ? [this.low, this.high, value].map((v) => Math.log10(Math.max(v, 1e-30))) : [this.low, this.high, value];
    const share = Math.min(1, Math.max(0, (at - low) / (high - low)));
    return this.height - share * (this.height - TITLE);
  }

  grid(tick) {
    const y = this.y(tick);
    draw(this.group, "line", { class: "gridline", x1: PLOT_LEFT, x2: this.width - PLOT_RIGHT, y1: y, y2: y });
    draw(this.group, "text", { class: "ticktext", x: PLOT_LEFT - 6, y: y + 4 }, this.percent ? `${Math.round(tick * 100)}%` : brief(tick));
  }

  dashed(value) {
    const y = this.y(value);
    draw(this.group, "line", { class: "dashed", x1: PLOT_LEFT, x2: this.width - PLOT_RIGHT, y1: y, y2: y });
  }

  curve(values, className, step = 1) {
    const line = columns(values, (u) => this.x(u * step));
    if (!line.length) return;
    const d = line.map(({ at, low, high }) => `${at} ${this.y(high).toFixed(1)}${low < high ? ` L${at} ${this.y(low).toFixed(1)}` : ""}`).join(" L");
    draw(this.curves, "path", { class: `line ${className}`, d: `M${d}` });
  }

  /** Points that stand at their own updates. */
  points(updates, values, className) {
    const d = updates.flatMap((u, i) => (Number.isFinite(values[i]) ? [`${this.x(u).toFixed(1)} ${this.y(values[i]).toFixed(1)}`] : [])).join(" L");
    if (d) draw(this.curves, "path", { class: `line ${className}`, d: `M${d}` });
  }

  paint(update, text) {
    const x = this.x(update);
    put(this.cursor, "x1", x.toFixed(1));
    put(this.cursor, "x2", x.toFixed(1));
    put(this.veil, "x", x.toFixed(1));
    put(this.veil, "width", Math.max(0, this.width - PLOT_RIGHT - x + 2).toFixed(1));
    write(this.value, text);
  }
}
