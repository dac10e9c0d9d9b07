// The length of the gradient at each step, on a log axis: a straight line is exponential decay or growth.
import { sup } from "../../../stage/js/legend.js";
import { draw, put } from "../../../stage/js/svg.js";

const DECADES = [1, 2, 4, 5, 10, 20];
const LABEL = 130; // pixels, a law's name

export class FlowChart {
  constructor(svg, film, plan) {
    Object.assign(this, { film, plan });
    const id = `clip-${Math.random().toString(36).slice(2)}`;
    const clip = draw(draw(svg, "defs"), "clipPath", { id });
    draw(clip, "rect", { x: plan.left, y: plan.top, width: plan.right - plan.left, height: plan.bottom - plan.top });
    this.group = draw(svg, "g", { class: "flowchart" });
    this.axes();
    this.inside = draw(this.group, "g", { "clip-path": `url(#${id})` });
    this.bands = film.lines.map((line) => this.hued(draw(this.inside, "path", { class: "band" }), line));
    this.laws = film.laws.map((law) => draw(this.inside, "path", { class: `law ${law.name}` }));
    this.lines = film.lines.map((line) => this.hued(draw(this.inside, "path", { class: `norm ${line.state}`, "stroke-dasharray": line.dash }), line));
    this.labels = film.laws.map((law) => draw(this.group, "text", { class: "lawtext", x: plan.left + 8 }, law.text));
    this.exact = film.laws.some((law) => law.name === "exact" && film.laws.length > 1); // then the bound is the same line
    this.cross = draw(this.inside, "line", { class: "cross", y1: plan.top, y2: plan.bottom });
  }

  hued(path, line) {
    path.style.setProperty("--hue", line.hue);
    return path;
  }

  axes() {
    const { plan, film } = this;
    const decades = film.ceiling - film.floor;
    const every = DECADES.find((n) => decades / n <= 9);
    for (let p = Math.ceil(film.floor / every) * every; p <= film.ceiling; p += every) {
      draw(this.group, "line", { class: p === 0 ? "grid one" : "grid", x1: plan.left, x2: plan.right, y1: plan.y(p), y2: plan.y(p) });
      draw(this.group, "text", { class: "ytick", x: plan.left - 8, y: plan.y(p) + 4 }, p === 0 ? "1" : `10${sup(p)}`);
    }
    const step = [1, 5, 10, 20].find((n) => n * plan.pitch >= 34) ?? 25;
    for (let t = 1; t <= film.T; t++) {
      if (t === 1 || t === film.T || (t % step === 0 && t > 1 + step / 2 && t + step / 2 < film.T)) draw(this.group, "text", { class: "xtick", x: plan.x(t - 1), y: plan.bottom + 16 }, t);
    }
    draw(this.group, "text", { class: "axisname", x: (plan.left + plan.right) / 2, y: plan.bottom + 33 }, "step t");
    draw(this.group, "text", { class: "axisname", transform: `translate(13 ${(plan.top + plan.bottom) / 2}) rotate(-90)` }, "length of the gradient at step t");
  }

  paint({ log, low, high, laws }, back, hover, T) {
    const { plan, film } = this;
    const from = Math.max(0, T - Math.ceil(back));
    this.lines.forEach((path, l) => put(path, "d", this.path(log[l], from, T)));
    this.bands.forEach((path, l) => put(path, "d", from < T ? `${this.path(high[l], from, T)}${this.path(low[l], from, T, true)}Z` : ""));
    this.laws.forEach((path, i) => this.law(path, this.labels[i], log[film.laws[i].line], laws[i], from, T));
    put(this.cross, "visibility", hover < 0 ? "hidden" : "visible");
    put(this.cross, "x1", plan.x(Math.max(hover, 0)));
    put(this.cross, "x2", plan.x(Math.max(hover, 0)));
  }

  path(values, from, T, backwards = false) {
    const { plan } = this;
    const points = [];
    for (let t = from; t < T; t++) points.push(`${plan.x(t).toFixed(1)} ${plan.y(values[t]).toFixed(1)}`);
    if (!points.length) return "";
    if (backwards) points.reverse();
    return `${backwards ? "L" : "M"}${points.join("L")}`;
  }

  /** A constant factor for every step back, from the last step's measured length. */
  law(path, label, log, factor, from, T) {
    const { plan, film } = this;
    const last = T - 1;
    const at = (t) => log[last] + (last - t) * factor;
    put(path, "d", from <= last ? `M${plan.x(from)} ${plan.bottom - (at(from) - film.floor) * this.decade()}L${plan.x(last)} ${plan.y(at(last))}` : "");
    const seen = Math.max(0, Array.from({ length: T }, (_, t) => at(t)).findIndex((v) => v > film.floor && v < film.ceiling));
    const rise = Math.max(0, -factor) * this.decade() * (LABEL / plan.pitch); // over the label's own width
    const under = rise > 40;
    put(label, "x", Math.min(plan.x(seen) + (under ? 14 : 8), plan.width - LABEL).toFixed(1));
    put(label, "y", Math.min(plan.bottom - 4, plan.y(at(seen)) + (under ? 18 : -8 - rise)).toFixed(1));
    put(label, "visibility", from === 0 && !(path.classList.contains("bound") && this.exact) ? "visible" : "hidden");
  }

  decade() {
    return (this.plan.bottom - this.plan.top) / (this.film.ceiling - this.film.floor);
  }
}
