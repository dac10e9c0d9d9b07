// The unit's own map x ↦ w σ(x) + b: where it meets the diagonal the state can rest; the staircase is its way from x₀.
import { fixedPoints, orbit } from "./cliffmath.js";
import { brief } from "../../../stage/js/scales.js";
import { draw, put } from "../../../stage/js/svg.js";

const REACH = 6; // the state is shown from −6 to 6
const MAP_PAD = { left: 40, right: 10, top: 10, bottom: 40 };

export class StateMap {
  constructor(parent, film, { width, height }) {
    Object.assign(this, { film, width, height });
    this.svg = draw(parent, "svg", { class: "statemap", width, height, viewBox: `0 0 ${width} ${height}`, role: "img" });
    this.axes();
    this.curve = draw(this.svg, "path", { class: "mapcurve" });
    this.stairs = draw(this.svg, "path", { class: "stairs" });
    this.rests = Array.from({ length: 3 }, () => draw(this.svg, "circle", { class: "rest", r: 6 }));
  }

  x(value) {
    return MAP_PAD.left + ((clip(value) + REACH) / (2 * REACH)) * (this.width - MAP_PAD.left - MAP_PAD.right);
  }

  y(value) {
    return this.height - MAP_PAD.bottom - ((clip(value) + REACH) / (2 * REACH)) * (this.height - MAP_PAD.top - MAP_PAD.bottom);
  }

  axes() {
    for (const tick of [-5, 0, 5]) {
      const text = tick < 0 ? `−${-tick}` : brief(tick);
      draw(this.svg, "line", { class: "gridline", x1: this.x(-REACH), x2: this.x(REACH), y1: this.y(tick), y2: this.y(tick) });
      draw(this.svg, "text", { class: "ticktext", x: MAP_PAD.left - 6, y: this.y(tick) + 4 }, text);
      draw(this.svg, "text", { class: "tickmid", x: this.x(tick), y: this.height - MAP_PAD.bottom + 16 }, text);
    }
    draw(this.svg, "text", { class: "tickmid", x: this.x(0), y: this.height - 6 }, "state x, and w σ(x) + b above it");
    draw(this.svg, "path", { class: "diagonal", d: `M${this.x(-REACH)} ${this.y(-REACH)} L${this.x(REACH)} ${this.y(REACH)}` });
  }

  paint({ w, b }) {
    const xs = Array.from({ length: 97 }, (_, i) => -REACH + i / 8);
    const f = (x) => (0.5 * (1 + Math.tanh(0.5 * x))) * w + b;
    put(this.curve, "d", `M${xs.map((x) => `${this.x(x).toFixed(1)} ${this.y(f(x)).toFixed(1)}`).join(" L")}`);
    const way = orbit(this.film, w, b);
    const steps = way.slice(1).map((next, t) => `L${this.x(way[t]).toFixed(1)} ${this.y(next).toFixed(1)} L${this.x(next).toFixed(1)} ${this.y(next).toFixed(1)}`);
    put(this.stairs, "d", `M${this.x(way[0]).toFixed(1)} ${this.y(-REACH)} ${steps.join(" ")}`);
    const found = fixedPoints(w, b);
    this.rests.forEach((circle, i) => {
      put(circle, "visibility", i < found.length ? "visible" : "hidden");
      if (i >= found.length) return;
      put(circle, "class", found[i].slope < 1 ? "rest drawn" : "rest pushed");
      put(circle, "cx", this.x(found[i].x).toFixed(1));
      put(circle, "cy", this.y(found[i].x).toFixed(1));
    });
    return found;
  }
}

const clip = (value) => Math.max(-REACH, Math.min(REACH, value));
