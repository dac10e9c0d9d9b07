// The one-unit network x_t = w σ(x_{t−1}) + b, as rnnviz.lessons.clipping.experiments.cliff computes it: a test holds
// the two together.
/** @import { CliffFilm, Place, Unit } from "./film.d.ts" */

const CELLS = 1000; // in which a resting state is sought
const HALVINGS = 50;

/** @param {number} x */
export const sigmoid = (x) => 0.5 * (1 + Math.tanh(0.5 * x));

/** States x_0 … x_steps.
 * @param {Unit} unit @param {number} w @param {number} b */
export function orbit({ start, steps }, w, b) {
  const xs = [start];
  for (let t = 0; t < steps; t++) xs.push(w * sigmoid(xs[t]) + b);
  return xs;
}

/** Error and its gradient at (w, b), carried forward through all steps.
 * @param {Unit} unit @param {number} w @param {number} b */
export function cliffSlope({ start, steps, target }, w, b) {
  let [x, byW, byB] = [start, 0, 0];
  for (let t = 0; t < steps; t++) {
    const s = sigmoid(x);
    const factor = w * s * (1 - s);
    [x, byW, byB] = [w * s + b, s + factor * byW, 1 + factor * byB];
  }
  const s = sigmoid(x);
  const pull = 2 * (s - target) * s * (1 - s);
  return { error: (s - target) ** 2, w: pull * byW, b: pull * byB };
}

/**
 * The ball's way.
 * @param {Omit<CliffFilm, "arrays" | "w" | "b" | "ball" | "rungs" | "highest">} film
 * @param {number} w @param {number} b @param {number} pace
 * @param {number | null} bound each gradient is shortened to this, unless it is null
 */
export function cliffDescent(film, w, b, pace, bound) {
  /** @param {number} place */
  const rounded = (place) => Math.floor(place * film.grain + 0.5) / film.grain;
  /** @type {Place[]} */
  const way = [];
  let at = { w, b };
  for (let n = 0; n <= film.paces; n++) {
    const slope = cliffSlope(film, at.w, at.b);
    const norm = Math.hypot(slope.w, slope.b);
    way.push({ ...at, error: slope.error, norm });
    const scale = pace * (bound !== null && norm > bound ? bound / norm : 1);
    const isLost = !(Math.abs(at.w) + Math.abs(at.b) < film.beyond);
    if (!isLost) at = { w: rounded(at.w - scale * slope.w), b: rounded(at.b - scale * slope.b) };
  }
  return way;
}

/** Where x = w σ(x) + b, and how steep the right side is there.
 * @param {number} w @param {number} b */
export function fixedPoints(w, b) {
  const far = Math.abs(w) + Math.abs(b) + 1;
  /** @param {number} x */
  const gap = (x) => w * sigmoid(x) + b - x;
  /** @param {number} i */
  const edge = (i) => -far + (2 * far * i) / CELLS;
  const found = [];
  for (let i = 0; i < CELLS; i++) {
    if (gap(edge(i)) >= 0 === gap(edge(i + 1)) >= 0) continue;
    const x = halved(gap, edge(i), edge(i + 1));
    const s = sigmoid(x);
    found.push({ x, slope: w * s * (1 - s) });
  }
  return found;
}

/** Where a function changes its sign between two places.
 * @param {(x: number) => number} gap @param {number} from @param {number} to */
function halved(gap, from, to) {
  const side = gap(from) >= 0;
  let [low, high] = [from, to];
  for (let n = 0; n < HALVINGS; n++) {
    const middle = (low + high) / 2;
    if (gap(middle) >= 0 === side) low = middle;
    else high = middle;
  }
  return low;
}
