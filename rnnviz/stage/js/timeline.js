// The film's clock: seconds at speed ×1 to what is seen. Three parts: unfold, forward, backward.
import { clamp } from "./range.js";

/**
 * Lengths of the film's parts, in seconds at speed ×1: of one step's reading and of its error's way back, and the ends
 * of the parts.
 * @typedef {{ T: number, read: number, back: number, unfold: number, forward: number, total: number }} Line
 *
 * What stands on the stage. fold: 0 rolled up … 1 unrolled; read: steps read so far, 0 … T; back: steps the error has
 * gone back, 0 … T.
 * @typedef {{ part: "unfold" | "forward" | "backward", fold: number, read: number, back: number }} Moment
 */

const UNFOLD = 1.8;

/** A stop is a whole step, not a hair above it.
 * @param {number} x */
const whole = (x) => (Math.abs(x - Math.round(x)) < 1e-6 ? Math.round(x) : x);

/** @param {number} x */
const ease = (x) => x * x * (3 - 2 * x);

/** The film of T steps.
 * @param {number} T @returns {Line} */
export function timeline(T) {
  const read = clamp(9 / T, 0.12, 0.8);
  const back = clamp(5 / T, 0.08, 0.45);
  const forward = UNFOLD + T * read;
  return { T, read, back, unfold: UNFOLD, forward, total: forward + T * back };
}

/** What stands on the stage at second `at`.
 * @param {Line} line @param {number} at @returns {Moment} */
export function moment(line, at) {
  const s = clamp(at, 0, line.total);
  if (s < line.unfold) return { part: "unfold", fold: ease(s / line.unfold), read: 0, back: 0 };
  if (s < line.forward) return { part: "forward", fold: 1, read: whole((s - line.unfold) / line.read), back: 0 };
  return { part: "backward", fold: 1, read: line.T, back: clamp(whole((s - line.forward) / line.back), 0, line.T) };
}

/** Seconds at which each step of the film ends: the places where "step" stops.
 * @param {Line} line */
export function stops(line) {
  const forward = Array.from({ length: line.T + 1 }, (_, t) => line.unfold + t * line.read);
  const backward = Array.from({ length: line.T }, (_, t) => line.forward + (t + 1) * line.back);
  return [0, ...forward, ...backward];
}

/** The stop after `at` (direction 1) or before it (direction −1).
 * @param {Line} line @param {number} at @param {number} direction */
export function neighbour(line, at, direction) {
  const all = stops(line);
  const near = 1e-6;
  if (direction > 0) return all.find((s) => s > at + near) ?? line.total;
  return all.findLast((s) => s < at - near) ?? 0;
}

/** The same place in another film: same part, same share of it.
 * @param {Line} from @param {Line} to @param {number} at */
export function carryOver(from, to, at) {
  if (at <= from.unfold) return at;
  if (at < from.forward) {
    return to.unfold + ((at - from.unfold) / (from.forward - from.unfold)) * (to.forward - to.unfold);
  }
  return to.forward + ((at - from.forward) / (from.total - from.forward)) * (to.total - to.forward);
}

/** The step on which the eye should rest, 0-based.
 * @param {Line} line @param {Moment} moment */
export function focusStep(line, { part, read, back }) {
  if (part === "backward") return clamp(line.T - Math.ceil(back), 0, line.T - 1);
  return clamp(Math.ceil(read) - 1, 0, line.T - 1);
}

/** The second at which step t has just been read.
 * @param {Line} line @param {number} t */
export const afterReading = (line, t) => line.unfold + (t + 1) * line.read;
