// The film's clock: seconds at speed ×1 to what is seen. Three parts: unfold, forward, backward.

const UNFOLD = 1.8;

const whole = (x) => (Math.abs(x - Math.round(x)) < 1e-6 ? Math.round(x) : x); // a stop is a whole step, not a hair above it
const clamp = (x, low, high) => Math.min(high, Math.max(low, x));
export const ease = (x) => x * x * (3 - 2 * x);

/** Lengths of the film's parts for T steps, in seconds at speed ×1. */
export function timeline(T) {
  const read = clamp(9 / T, 0.12, 0.8);
  const back = clamp(5 / T, 0.08, 0.45);
  const forward = UNFOLD + T * read;
  return { T, read, back, unfold: UNFOLD, forward, total: forward + T * back };
}

/**
 * What stands on the stage at second `at`.
 * fold: 0 rolled up … 1 unrolled; read: steps read so far, 0 … T; back: steps the error has gone back, 0 … T.
 */
export function moment(line, at) {
  const s = clamp(at, 0, line.total);
  if (s < line.unfold) return { part: "unfold", fold: ease(s / line.unfold), read: 0, back: 0 };
  if (s < line.forward) return { part: "forward", fold: 1, read: whole((s - line.unfold) / line.read), back: 0 };
  return { part: "backward", fold: 1, read: line.T, back: clamp(whole((s - line.forward) / line.back), 0, line.T) };
}

/** Seconds at which each step of the film ends: the places where "step" stops. */
export function stops(line) {
  const forward = Array.from({ length: line.T + 1 }, (_, t) => line.unfold + t * line.read);
  const backward = Array.from({ length: line.T }, (_, t) => line.forward + (t + 1) * line.back);
  return [0, ...forward, ...backward];
}

/** The stop after `at` (direction 1) or before it (direction −1). */
export function neighbour(line, at, direction) {
  const all = stops(line);
  const near = 1e-6;
  if (direction > 0) return all.find((s) => s > at + near) ?? line.total;
  return all.findLast((s) => s < at - near) ?? 0;
}

/** The same place in another film: same part, same share of it. */
export function carryOver(from, to, at) {
  if (at <= from.unfold) return at;
  if (at < from.forward) return to.unfold + ((at - from.unfold) / (from.forward - from.unfold)) * (to.forward - to.unfold);
  return to.forward + ((at - from.forward) / (from.total - from.forward)) * (to.total - to.forward);
}

/** The step on which the eye should rest, 0-based. */
export function focusStep(line, { part, read, back }) {
  if (part === "backward") return clamp(line.T - Math.ceil(back), 0, line.T - 1);
  return clamp(Math.ceil(read) - 1, 0, line.T - 1);
}

/** The second at which step t has just been read. */
export const afterReading = (line, t) => line.unfold + (t + 1) * line.read;
