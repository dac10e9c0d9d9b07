// One of the two networks on the theatre's stage: its sequence, and its training's curves.
import { Plot } from "../../../stage/js/plot.js";
import { Raster, rasterHeight } from "./raster.js";
import { brief, digits, percent } from "../../../stage/js/scales.js";
import { add, draw, write } from "../../../stage/js/svg.js";
import { shareAbove, Threshold } from "./threshold.js";
import { block, row } from "../../../stage/js/unpack.js";

const BETWEEN = 22;
const NORMS = { low: 1e-4, high: 1e3, height: 158 };
const CLIPPED = 1 - 1e-5; // a float32 of a norm that was not clipped may differ in its last digit

/** Updates between these two, both included, at which clipping changed the gradient, as a share. */
export function firedShare(norms, clipped, from, to) {
  let fired = 0;
  for (let u = from; u <= to; u++) fired += !(clipped[u] >= norms[u] * CLIPPED);
  return fired / (to - from + 1);
}

/** What the training obeyed at an update: the latest of the terms that had begun. */
export const termsAt = (terms, update) => terms.findLast((one) => one.update <= update);

export class Side {
  constructor(host, k, { onTheta, onThetaDone }) {
    Object.assign(this, { k, onTheta, onThetaDone });
    this.root = add(host, "section", { class: "side", "aria-label": k ? "With clipping" : "Without clipping" });
    this.title = add(this.root, "h4");
    this.says = add(this.root, "p", { class: "sidesays" });
  }

  of(name) {
    return row(this.film.arrays[name], this.k);
  }

  load(film, width, theta) {
    Object.assign(this, { film, width, theta });
    this.root.style.width = `${width}px`;
    this.svg?.remove();
    const raster = rasterHeight(film.arrays.hidden.shape[2]);
    const tops = [raster + BETWEEN];
    for (const height of [NORMS.height, 92, 76, 64, 64]) tops.push(tops.at(-1) + height + BETWEEN);
    const height = tops.at(-1);
    this.svg = draw(this.root, "svg", { class: "sidepicture", width, height, viewBox: `0 0 ${width} ${height}`, role: "img" });
    this.raster = new Raster(this.svg, film, { width, top: 0 });
    const frame = (i, look) => new Plot(this.svg, { width, goal: film.goal, top: tops[i], ...look });
    this.norms = frame(0, { title: this.k ? "Gradient norm (purple: before clipping)" : "Gradient norm", ticks: [1e-3, 0.1, 10, 1000], log: true, ...NORMS });
    this.losses = frame(1, { title: `Loss, nats (dashed: no memory, ${digits(film.baseline)})`, ticks: [0, film.top], low: 0, high: film.top, height: 92, mark: film.baseline });
    this.right = frame(2, { title: "Right answers (dashed: chance)", ticks: [0, 1], low: 0, high: 1, height: 76, mark: film.chance, percent: true });
    this.saturated = frame(3, { title: "Saturated activations", ticks: [0, 1], low: 0, high: 1, height: 64, percent: true });
    this.stretch = frame(4, { title: "Largest singular value of W_hh, log", ticks: [1, film.widest], low: 0.5, high: film.widest, height: 64, log: true });
    this.drawCurves(film);
    this.threshold = film.how === "norm" ? new Threshold(this.norms, { rungs: film.rungs, theta, onMove: this.onTheta, onRelease: this.onThetaDone }) : null;
    if (this.threshold && !this.k) this.threshold.group.classList.add("ghost");
  }

  drawCurves(film) {
    this.norms.curve(this.of("norms"), "before");
    if (this.k) this.norms.curve(this.of("clipped"), "after");
    this.losses.curve(this.of("losses"), "plain");
    this.right.curve(this.of("right"), "plain");
    this.saturated.points(film.frames, film.frames.map((_, i) => row(film.arrays.saturated, i)[this.k]), "plain");
    this.stretch.points(film.frames, film.frames.map((_, i) => row(film.arrays.stretch, i)[this.k]), "plain");
    for (const terms of film.terms.slice(1)) this.markChange(terms);
  }

  markChange({ update, theta, rate, how }) {
    const x = this.norms.x(update);
    draw(this.norms.group, "line", { class: "change", x1: x, x2: x, y1: 18, y2: this.norms.height });
    draw(this.norms.group, "text", { class: "changename", x: x + 4, y: 30 }, `θ ${brief(theta)}${how === "norm" ? "" : " by value"}, rate ${brief(rate)}`);
  }

  /** Frame i of the film. */
  paint(i, theta) {
    const { film, k } = this;
    const update = film.frames[i];
    this.raster.paint(block(film.arrays.hidden, i, k), row(film.arrays.reach, i, k));
    const at = (name) => this.of(name)[update];
    const frame = (name) => row(film.arrays[name], i)[k];
    const after = k ? ` → ${digits(at("clipped"))}` : "";
    this.norms.paint(update, `${digits(at("norms"))}${after}`);
    this.losses.paint(update, digits(at("losses")));
    this.right.paint(update, percent(at("right")));
    this.saturated.paint(update, percent(frame("saturated")));
    this.stretch.paint(update, Number.isFinite(frame("stretch")) ? digits(frame("stretch")) : film.recurrent ? "not finite" : "no W_hh");
    write(this.title, this.heading(update, theta));
    write(this.says, this.sentence(i, update));
  }

  heading(update, theta) {
    const { film } = this;
    if (!this.k) {
      const share = percent(shareAbove(this.of("norms").subarray(0, update + 1), theta));
      return film.how === "norm" ? `Without clipping · θ = ${brief(theta)} would have fired on ${share} of updates` : "Without clipping";
    }
    const now = termsAt(film.terms, update);
    const name = now.how === "norm" ? "With clipping" : "With clipping by value";
    if (theta !== film.theta) {
      return `${name} · θ = ${brief(theta)}: ${percent(shareAbove(this.of("norms").subarray(0, update + 1), theta))} of these norms are longer`;
    }
    const since = now.update ? ` since ${now.update.toLocaleString("en")}` : "";
    return `${name} at θ = ${brief(now.theta)} · fired on ${percent(firedShare(this.of("norms"), this.of("clipped"), now.update, update))} of updates${since}`;
  }

  /** What stands out at this frame, measured. */
  sentence(i, update) {
    const { film, k } = this;
    const step = (termsAt(film.terms, update).rate * this.of("clipped")[update]) / row(film.arrays.length, i)[k];
    const saturated = row(film.arrays.saturated, i)[k];
    const first = row(film.arrays.reach, i, k)[film.clues[0] ?? 0];
    const right = this.of("right")[update];
    if (!Number.isFinite(this.of("losses")[update])) return "The loss is not a number any more: this network stays as it is.";
    if (step > 0.15) return `The next step moves the weights by ${percent(step)} of their length.`;
    if (right >= 0.99) return `Solved: ${percent(right)} right over the last 100 updates.`;
    if (saturated > 0.3) return `${percent(saturated)} of all activations are saturated; the first clue hears an error of ${digits(first)}.`;
    if (update === 0) return "The same weights, the same sequences.";
    return `${percent(right)} right; the first clue hears an error of ${digits(first)}.`;
  }
}
