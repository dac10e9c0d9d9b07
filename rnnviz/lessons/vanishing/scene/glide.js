// The picture's way from one network of a family to another.
/** @import { FlowFilm, Shown } from "./film.d.ts" */
import { row } from "../../../stage/js/unpack.js";

const SECONDS = 0.06; // in which the picture closes most of the gap
const SEEN = 0.002; // decades; a smaller gap is none

/** What network k has, as it should stand.
 * @param {FlowFilm} film @param {number} k @returns {Shown} */
export function measured({ arrays, lines, laws, values }, k) {
  /** @param {string} name @param {number} count */
  const each = (name, count) => Array.from({ length: count }, (_, l) => Float32Array.from(row(arrays[name], k, l)));
  const cells = new Set(lines.map((line) => line.cell)).size;
  const [log, low, high] = ["log", "low", "high"].map((name) => each(name, lines.length));
  const factors = laws.map((_, i) => arrays.laws.data[i * values.length + k]);
  return { log, low, high, carried: each("carried", cells), laws: factors };
}

/** Share of the gap that is closed in so many seconds.
 * @param {number} seconds */
export const closed = (seconds) => 1 - Math.exp(-seconds / SECONDS);

/** Close a share of the gap between what is shown and the goal; says whether one is left.
 * @param {Shown} shown @param {Shown} goal @param {number} share */
export function glide(shown, goal, share) {
  let left = approach(shown.laws, goal.laws, share);
  for (const name of /** @type {const} */ (["log", "low", "high", "carried"])) {
    shown[name].forEach((line, l) => {
      left = Math.max(left, approach(line, goal[name][l], share));
    });
  }
  return left > SEEN;
}

/** Move `values` by a share of the way to `goal`, in place; returns the largest gap left.
 * @param {Float32Array | number[]} values @param {Float32Array | number[]} goal @param {number} share */
function approach(values, goal, share) {
  let left = 0;
  for (let i = 0; i < values.length; i++) {
    values[i] += (goal[i] - values[i]) * share;
    left = Math.max(left, Math.abs(goal[i] - values[i]));
  }
  return left;
}
