// The error surface from above: the browner, the higher, in bands like contour lines; two balls and their ways on it.
/** @import { Ball, CliffFilm, Place } from "./film.d.ts" */
import { Axis, axisNames, belowTick, leftTick } from "../../../stage/js/axes.js";
import { drag } from "../../../stage/js/drag.js";
import { polyline } from "../../../stage/js/path.js";
import { clamp } from "../../../stage/js/range.js";
import { brief } from "../../../stage/js/scales.js";
import { draw, put } from "../../../stage/js/svg.js";
import { given } from "./given.js";
import { shaded } from "./shading.js";

const PAD = { left: 46, right: 12, top: 10, bottom: 40 };
const EDGE = 4; // pixels from the map's edge at which a ball that left it waits
const STEP = 0.05; // of an arrow key
const PLACES = 100; // w and b are rounded to one part in so many

/** @type {Record<string, [number, number]>} */
const MOVES = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowDown: [0, -STEP], ArrowUp: [0, STEP] };

export class CliffMap {
  /** @type {Ball} */ at;

  /**
   * @param {Element} parent @param {CliffFilm} film @param {{ width: number, height: number }} size
   * @param {{ onDrop: (w: number, b: number) => void, onDone: () => void }} hand
   */
  constructor(parent, film, { width, height }, hand) {
    this.film = film;
    this.size = { width, height };
    this.frame = { left: PAD.left, right: width - PAD.right, top: PAD.top, bottom: height - PAD.bottom };
    this.across = new Axis(film.w, [this.frame.left, this.frame.right]);
    this.up = new Axis(film.b, [this.frame.bottom, this.frame.top]);
    const look = { class: "cliffmap", width, height, viewBox: `0 0 ${width} ${height}`, role: "img" };
    this.svg = draw(parent, "svg", look);
    this.drawGround();
    this.drawFolds();
    this.ways = ["plain", "bounded"].map((name) => draw(this.svg, "path", { class: `way ${name}` }));
    this.balls = [
      draw(this.svg, "rect", { class: "ball plain", x: -6, y: -6, width: 12, height: 12 }),
      draw(this.svg, "circle", { class: "ball bounded", r: 7 }),
    ];
    this.gone = [0, 1].map(() => draw(this.svg, "text", { class: "gone" }, "off the map"));
    const says = { role: "slider", tabindex: 0, "aria-label": "Where the ball is dropped: w and b" };
    this.drop = draw(this.svg, "circle", { class: "drop", r: 11, ...says });
    this.listen(hand);
  }

  drawGround() {
    const { film, frame, svg } = this;
    const area = { x: frame.left, y: frame.top, width: frame.right - frame.left, height: frame.bottom - frame.top };
    const picture = shaded(film.arrays.error, film.highest, getComputedStyle(svg).getPropertyValue("--ground").trim());
    draw(svg, "image", { href: picture, ...area, preserveAspectRatio: "none" });
    for (let w = film.w[0]; w <= film.w[1]; w++) belowTick(svg, frame, this.across.at(w), brief(w));
    for (let b = film.b[0]; b <= film.b[1]; b++) leftTick(svg, frame, this.up.at(b), given(b));
    axisNames(svg, frame, "weight w", "bias b");
    draw(svg, "rect", { class: "mapframe", ...area });
  }

  /** Between these two lines the unit has two resting states. */
  drawFolds() {
    const { shape, data } = this.film.arrays.folds;
    const [low, high] = this.film.b;
    const rows = Array.from({ length: shape[0] }, (_, i) => data.subarray(3 * i, 3 * i + 3));
    for (const end of [1, 2]) {
      const inside = rows.filter((row) => row[end] >= low && row[end] <= high);
      const points = inside.map(
        (row) => /** @type {[number, number]} */ ([this.across.at(row[0]), this.up.at(row[end])]),
      );
      draw(this.svg, "path", { class: "fold", d: polyline(points) });
    }
  }

  /** @param {{ onDrop: (w: number, b: number) => void, onDone: () => void }} hand */
  listen({ onDrop, onDone }) {
    /** @param {number} w @param {number} b */
    const drop = (w, b) => onDrop(within(w, this.film.w), within(b, this.film.b));
    /** @param {PointerEvent} event */
    const onMove = ({ clientX, clientY }) => {
      const { left, top } = this.svg.getBoundingClientRect();
      drop(this.across.value(clientX - left), this.up.value(clientY - top));
    };
    drag(this.svg, { onMove, onRelease: onDone });
    this.drop.addEventListener("keydown", (event) => {
      const move = MOVES[event.key];
      if (!move) return;
      event.preventDefault();
      event.stopPropagation();
      drop(this.at.w + move[0], this.at.b + move[1]);
      onDone();
    });
  }

  /** Both ways up to step n, and where the balls are.
   * @param {Ball} at @param {[Place[], Place[]]} ways @param {number} n */
  paint(at, ways, n) {
    this.at = at;
    put(this.drop, "cx", this.across.at(at.w));
    put(this.drop, "cy", this.up.at(at.b));
    put(this.drop, "aria-valuetext", `w ${given(at.w)}, b ${given(at.b)}`);
    ways.forEach((way, k) => {
      this.paintWay(way.slice(0, n + 1), k);
    });
  }

  /** A ball that left the map waits at its edge.
   * @param {Place[]} way @param {number} k */
  paintWay(way, k) {
    const { width, height } = this.size;
    const points = way.map(({ w, b }) => this.bounded(w, b));
    const [x, y] = points[points.length - 1];
    const last = way[way.length - 1];
    put(this.ways[k], "d", polyline(points));
    put(this.balls[k], "transform", `translate(${x.toFixed(1)} ${y.toFixed(1)})`);
    put(this.gone[k], "visibility", this.isBeyond(last) ? "visible" : "hidden");
    put(this.gone[k], "x", Math.min(x, width - 12) - 12);
    put(this.gone[k], "y", clamp(y + 4 + 14 * k, 18, height - 8));
  }

  /** @param {Place} place */
  isBeyond({ w, b }) {
    const { w: across, b: up } = this.film;
    return !(w >= across[0] && w <= across[1] && b >= up[0] && b <= up[1]);
  }

  /** @param {number} w @param {number} b @returns {[number, number]} */
  bounded(w, b) {
    const { width, height } = this.size;
    return [clamp(this.across.at(w), EDGE, width - EDGE), clamp(this.up.at(b), EDGE, height - EDGE)];
  }
}

/** @param {number} value @param {[number, number]} ends */
function within(value, [low, high]) {
  return Math.round(PLACES * clamp(value, low, high)) / PLACES;
}
