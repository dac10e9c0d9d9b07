// One of the two networks: its sequence, and its training's curves.
/** @import { PlotLook } from "../../../stage/js/plot.js" */
/** @import { PairFilm, Terms } from "./film.d.ts" */
/** @import { Hand } from "./threshold.js" */
import { Plot } from "../../../stage/js/plot.js";
import { digits } from "../../../stage/js/scales.js";
import { add, draw, write } from "../../../stage/js/svg.js";
import { block, row } from "../../../stage/js/unpack.js";
import { given } from "./given.js";
import { Raster, rasterHeight } from "./raster.js";
import { headline, remark, values } from "./sidewords.js";
import { Threshold } from "./threshold.js";

const BETWEEN = 22; // pixels

/** The charts of one training, from the top down.
 * @param {PairFilm} film @param {number} k @returns {Record<string, Omit<PlotLook, "width" | "top" | "goal">>} */
function charts({ baseline, chance, blocks }, k, /** @type {Scales} */ { top, widest }) {
  const whole = { ticks: [0, 1], low: 0, high: 1, isShare: true };
  return {
    norms: {
      title: k ? "Gradient norm (purple: before clipping)" : "Gradient norm",
      ...{ ticks: [1e-3, 0.1, 10, 1000], low: 1e-4, high: 1e3, height: 158, log: true },
    },
    losses: {
      title: `Loss, nats (dashed: no memory, ${digits(baseline)})`,
      ...{ ticks: [0, top], low: 0, high: top, height: 92, mark: baseline },
    },
    right: { title: "Right answers (dashed: chance)", ...whole, height: 76, mark: chance },
    saturated: { title: "Saturated activations", ...whole, height: 64 },
    stretch: {
      title: `Largest singular value of W_hh${blocks > 1 ? `, ${blocks} blocks as one` : ""}, log`,
      ...{ ticks: [1, widest], low: 0.5, high: widest, height: 64, log: true },
    },
  };
}

/** Upper ends that both sides' axes share. @typedef {{ top: number, widest: number }} Scales */

export class Side {
  /** @type {PairFilm} */ film;
  /** @type {SVGSVGElement} */ svg;
  /** @type {Raster} */ raster;
  /** @type {Record<string, Plot>} */ plots = {};
  /** @type {Threshold | undefined} */ threshold;

  /** @param {Element} host @param {number} k 0 without clipping, 1 with it @param {Hand} hand */
  constructor(host, k, hand) {
    this.k = k;
    this.hand = hand;
    this.root = add(host, "section", { class: "side", "aria-label": k ? "With clipping" : "Without clipping" });
    this.title = add(this.root, "h4");
    this.says = add(this.root, "p", { class: "sidesays" });
  }

  /** @param {PairFilm} film @param {Scales} scales @param {number} width @param {number} theta */
  load(film, scales, width, theta) {
    this.film = film;
    this.root.style.width = `${width}px`;
    this.svg?.remove();
    this.svg = draw(this.root, "svg", { class: "sidepicture", width, role: "img" });
    this.raster = new Raster(this.svg, film, width);
    let top = rasterHeight(film.arrays.hidden.shape[2]) + BETWEEN;
    for (const [name, look] of Object.entries(charts(film, this.k, scales))) {
      this.plots[name] = new Plot(this.svg, { ...look, width, goal: film.goal, top });
      top += look.height + BETWEEN;
    }
    this.svg.setAttribute("height", String(top));
    this.svg.setAttribute("viewBox", `0 0 ${width} ${top}`);
    this.drawCurves();
    this.threshold = film.how === "norm" ? new Threshold(this.plots.norms, film.rungs, theta, this.hand) : undefined;
    if (!this.k) this.threshold?.group.classList.add("ghost");
  }

  /** A curve, one value an update.
   * @param {string} name */
  of(name) {
    return row(this.film.arrays[name], this.k);
  }

  drawCurves() {
    const { film, plots, k } = this;
    plots.norms.curve(this.of("norms"), "before");
    if (k) plots.norms.curve(this.of("clipped"), "after");
    for (const name of ["losses", "right"]) plots[name].curve(this.of(name), "plain");
    for (const name of ["saturated", "stretch"]) {
      const each = film.frames.map((_, i) => row(film.arrays[name], i)[k]);
      plots[name].points(film.frames, each, "plain");
    }
    for (const terms of film.terms.slice(1)) this.markChange(terms);
  }

  /** @param {Terms} terms */
  markChange({ update, theta, rate, how }) {
    const { group, look, frame, x } = { ...this.plots.norms, x: this.plots.norms.x(update) };
    draw(group, "line", { class: "change", x1: x, x2: x, y1: frame.top, y2: look.height });
    const text = `θ ${given(theta)}${how === "norm" ? "" : " by value"}, rate ${given(rate)}`;
    draw(group, "text", { class: "changename", x: x + 4, y: frame.top + 12 }, text);
  }

  /** @param {number} i frame of the film @param {number} theta under the hand */
  paint(i, theta) {
    const { film, k, plots } = this;
    this.raster.paint(block(film.arrays.hidden, i, k), row(film.arrays.reach, i, k));
    for (const [name, text] of Object.entries(values(film, k, i))) plots[name].paint(film.frames[i], text);
    write(this.title, headline(film, k, film.frames[i], theta));
    write(this.says, remark(film, k, i));
  }
}
