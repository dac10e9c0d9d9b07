// The length of the gradient at each step, on a log axis: a straight line is exponential decay or growth.
/** @import { FlowFilm, FlowLine, Shown } from "./film.d.ts" */
/** @import { FlowPlan } from "./flowplan.js" */
import { across, axisNames, belowTick, leftTick } from "../../../stage/js/axes.js";
import { polyline } from "../../../stage/js/path.js";
import { power } from "../../../stage/js/scales.js";
import { draw, put } from "../../../stage/js/svg.js";
import { look } from "./flow.js";
import { Law } from "./law.js";

const DECADES = [1, 2, 4, 5, 10, 20]; // between two ticks
const MOST_TICKS = 9;
const STEPS = [1, 5, 10, 20]; // between two ticks
const TICK = 34; // pixels that the number of a step needs

export class FlowChart {
  /** @param {Element} svg @param {FlowFilm} film @param {FlowPlan} plan */
  constructor(svg, film, plan) {
    this.film = film;
    this.plan = plan;
    this.group = draw(svg, "g", { class: "flowchart" });
    this.drawAxes();
    const inside = draw(this.group, "g", { "clip-path": `url(#${this.clip(svg)})` });
    this.bands = film.lines.map((line) => hued(draw(inside, "path", { class: "band" }), line));
    const hasExact = film.laws.length > 1 && film.laws.some((law) => law.name === "exact"); // the bound is the same
    this.laws = film.laws.map(
      ({ name, text }) => new Law(inside, this.group, film, plan, name, name === "bound" && hasExact ? "" : text),
    );
    this.lines = film.lines.map((line) => {
      const shape = { class: `norm ${look(line)}`, "stroke-dasharray": line.dash };
      return hued(draw(inside, "path", shape), line);
    });
    this.cross = draw(inside, "line", { class: "cross", y1: plan.top, y2: plan.bottom });
  }

  /** The chart's inside as a shape to clip with; returns its name.
   * @param {Element} svg */
  clip(svg) {
    const { left, right, top, bottom } = this.plan;
    const id = `clip-${Math.random().toString(36).slice(2)}`;
    const shape = draw(draw(svg, "defs"), "clipPath", { id });
    draw(shape, "rect", { x: left, y: top, width: right - left, height: bottom - top });
    return id;
  }

  drawAxes() {
    const { plan, film, group } = this;
    const decades = film.ceiling - film.floor;
    const every = DECADES.find((n) => decades / n <= MOST_TICKS) ?? decades;
    for (let p = Math.ceil(film.floor / every) * every; p <= film.ceiling; p += every) {
      across(group, plan, plan.y(p), p === 0 ? "gridline one" : "gridline");
      leftTick(group, plan, plan.y(p), power(p));
    }
    for (const t of this.ticks()) belowTick(group, plan, plan.x(t - 1), String(t));
    axisNames(group, plan, "step t", "length of the gradient at step t");
  }

  /** The first step, the last, and round numbers between that leave those two room. */
  ticks() {
    const { T } = this.film;
    const every = STEPS.find((n) => n * this.plan.pitch >= TICK) ?? 25;
    const between = Array.from({ length: T }, (_, t) => t + 1).filter((t) => t % every === 0);
    const roomy = between.filter((t) => t > 1 + every / 2 && t + every / 2 < T);
    return [...new Set([1, ...roomy, T])];
  }

  /**
   * @param {Shown} shown @param {number} back steps that the error has gone back
   * @param {number} hover the step under the pointer, −1 for none @param {number} T
   */
  paint({ log, low, high, laws }, back, hover, T) {
    const from = Math.max(0, T - Math.ceil(back));
    this.lines.forEach((path, l) => {
      put(path, "d", polyline(this.points(log[l], from, T)));
    });
    this.bands.forEach((path, l) => {
      const around = [...this.points(high[l], from, T), ...this.points(low[l], from, T).reverse()];
      put(path, "d", from < T && this.film.lines[l].whole ? `${polyline(around)}Z` : ""); // parts would blur it
    });
    this.laws.forEach((law, i) => {
      law.paint(log[this.film.laws[i].line][T - 1], laws[i], from, T);
    });
    const x = this.plan.x(Math.max(hover, 0));
    put(this.cross, "visibility", hover < 0 ? "hidden" : "visible");
    put(this.cross, "x1", x);
    put(this.cross, "x2", x);
  }

  /** @param {Float32Array} values @param {number} from @param {number} T */
  points(values, from, T) {
    /** @type {[number, number][]} */
    const found = [];
    for (let t = from; t < T; t++) found.push([this.plan.x(t), this.plan.y(values[t])]);
    return found;
  }
}

/**
 * @template {SVGElement} Path
 * @param {Path} path @param {FlowLine} line
 */
function hued(path, line) {
  path.style.setProperty("--hue", line.hue);
  return path;
}
