// The unit's own map x ↦ w σ(x) + b: where it meets the diagonal the state can rest; the staircase is its way from x₀.
/** @import { Ball, CliffFilm } from "./film.d.ts" */
import { Axis, across, axisNames, belowTick, leftTick } from "../../../stage/js/axes.js";
import { polyline } from "../../../stage/js/path.js";
import { clamp } from "../../../stage/js/range.js";
import { brief, MINUS } from "../../../stage/js/scales.js";
import { draw, put } from "../../../stage/js/svg.js";
import { fixedPoints, orbit, sigmoid } from "./cliffmath.js";

const REACH = 6; // the state is shown from −6 to 6
const TICKS = [-5, 0, 5];
const FINENESS = 1 / 8; // of the curve
const MOST = 3; // resting states there can be
const PAD = { left: 40, right: 10, top: 10, bottom: 40 };

export class StateMap {
  /** @param {Element} parent @param {CliffFilm} film @param {{ width: number, height: number }} size */
  constructor(parent, film, { width, height }) {
    this.film = film;
    this.frame = { left: PAD.left, right: width - PAD.right, top: PAD.top, bottom: height - PAD.bottom };
    this.across = new Axis([-REACH, REACH], [this.frame.left, this.frame.right]);
    this.up = new Axis([-REACH, REACH], [this.frame.bottom, this.frame.top]);
    const look = { class: "statemap", width, height, viewBox: `0 0 ${width} ${height}`, role: "img" };
    this.svg = draw(parent, "svg", look);
    this.drawAxes();
    this.curve = draw(this.svg, "path", { class: "mapcurve" });
    this.stairs = draw(this.svg, "path", { class: "stairs" });
    this.rests = Array.from({ length: MOST }, () => draw(this.svg, "circle", { class: "rest", r: 6 }));
  }

  drawAxes() {
    for (const tick of TICKS) {
      const text = brief(Math.abs(tick));
      const signed = tick < 0 ? MINUS + text : text;
      across(this.svg, this.frame, this.up.at(tick));
      leftTick(this.svg, this.frame, this.up.at(tick), signed);
      belowTick(this.svg, this.frame, this.across.at(tick), signed);
    }
    axisNames(this.svg, this.frame, "state x, and w σ(x) + b above it");
    draw(this.svg, "path", { class: "diagonal", d: polyline([this.point(-REACH, -REACH), this.point(REACH, REACH)]) });
  }

  /** What lies beyond the map is drawn at its edge.
   * @param {number} x @param {number} y @returns {[number, number]} */
  point(x, y) {
    return [this.across.at(clamp(x, -REACH, REACH)), this.up.at(clamp(y, -REACH, REACH))];
  }

  /** Returns the resting states.
   * @param {Ball} ball */
  paint({ w, b }) {
    const xs = Array.from({ length: (2 * REACH) / FINENESS + 1 }, (_, i) => -REACH + i * FINENESS);
    put(this.curve, "d", polyline(xs.map((x) => this.point(x, w * sigmoid(x) + b))));
    put(this.stairs, "d", polyline(this.stairway(orbit(this.film, w, b))));
    const found = fixedPoints(w, b);
    this.rests.forEach((circle, i) => {
      put(circle, "visibility", i < found.length ? "visible" : "hidden");
      if (i < found.length) this.paintRest(circle, found[i]);
    });
    return found;
  }

  /** From each state up or down to the curve, and across to the diagonal.
   * @param {number[]} states */
  stairway([first, ...others]) {
    let before = first;
    const points = [this.point(first, -REACH)];
    for (const state of others) {
      points.push(this.point(before, state), this.point(state, state));
      before = state;
    }
    return points;
  }

  /** Filled where it draws states in, hollow where it pushes them away.
   * @param {Element} circle @param {{ x: number, slope: number }} rest */
  paintRest(circle, { x, slope }) {
    const [cx, cy] = this.point(x, x);
    put(circle, "class", slope < 1 ? "rest drawn" : "rest pushed");
    put(circle, "cx", cx.toFixed(1));
    put(circle, "cy", cy.toFixed(1));
  }
}
