// What one of two trainings says at a frame: its numbers, its headline, what stands out. No DOM.
/** @import { PairFilm, Terms } from "./film.d.ts" */
import { brief, digits, percent } from "../../../stage/js/scales.js";
import { row } from "../../../stage/js/unpack.js";
import { shareAbove } from "./threshold.js";

const CLIPPED = 1 - 1e-5; // a float32 of a norm that was not clipped may differ in its last digit
const FAR = 0.15; // of the weights' length: a step that is worth a word
const SOLVED = 0.99;
const MANY = 0.3; // saturated activations that are worth a word

/** Updates between these two, both included, at which clipping changed the gradient, as a share.
 * @param {ArrayLike<number>} norms @param {ArrayLike<number>} clipped @param {number} from @param {number} to */
export function firedShare(norms, clipped, from, to) {
  let fired = 0;
  for (let u = from; u <= to; u++) if (!(clipped[u] >= norms[u] * CLIPPED)) fired += 1;
  return fired / (to - from + 1);
}

/** What the training obeyed at an update: the latest of the terms that had begun.
 * @param {Terms[]} terms @param {number} update */
export const termsAt = (terms, update) => terms.findLast((one) => one.update <= update) ?? terms[0];

/** Beside each chart: its number at frame i.
 * @param {PairFilm} film @param {number} k @param {number} i */
export function values({ arrays, frames, recurrent }, k, i) {
  /** @param {string} name */
  const at = (name) => row(arrays[name], k)[frames[i]];
  const stretch = row(arrays.stretch, i)[k];
  return {
    norms: `${digits(at("norms"))}${k ? ` → ${digits(at("clipped"))}` : ""}`,
    losses: digits(at("losses")),
    right: percent(at("right")),
    saturated: percent(row(arrays.saturated, i)[k]),
    stretch: Number.isFinite(stretch) ? digits(stretch) : recurrent ? "not finite" : "no W_hh",
  };
}

/** Which side it is, and how often clipping fired or would have.
 * @param {PairFilm} film @param {number} k @param {number} update @param {number} theta under the hand */
export function headline(film, k, update, theta) {
  const norms = row(film.arrays.norms, k);
  const longer = percent(shareAbove(norms.subarray(0, update + 1), theta));
  if (!k) {
    if (film.how !== "norm") return "Without clipping";
    return `Without clipping · θ = ${brief(theta)} would have fired on ${longer} of updates`;
  }
  const now = termsAt(film.terms, update);
  const name = now.how === "norm" ? "With clipping" : "With clipping by value";
  if (theta !== film.theta) return `${name} · θ = ${brief(theta)}: ${longer} of these norms are longer`;
  const fired = percent(firedShare(norms, row(film.arrays.clipped, k), now.update, update));
  const since = now.update ? ` since ${now.update.toLocaleString("en")}` : "";
  return `${name} at θ = ${brief(now.theta)} · fired on ${fired} of updates${since}`;
}

/** What stands out at frame i, measured.
 * @param {PairFilm} film @param {number} k @param {number} i */
export function remark({ arrays, frames, terms, clues }, k, i) {
  const update = frames[i];
  /** @param {string} name */
  const at = (name) => row(arrays[name], k)[update];
  const step = (termsAt(terms, update).rate * at("clipped")) / row(arrays.length, i)[k];
  const saturated = row(arrays.saturated, i)[k];
  const heard = `the first clue hears an error of ${digits(row(arrays.reach, i, k)[clues[0] ?? 0])}`;
  const right = at("right");
  if (!Number.isFinite(at("losses"))) return "The loss is not a number any more: this network stays as it is.";
  if (step > FAR) return `The next step moves the weights by ${percent(step)} of their length.`;
  if (right >= SOLVED) return `Solved: ${percent(right)} right over the last 100 updates.`;
  if (saturated > MANY) return `${percent(saturated)} of all activations are saturated; ${heard}.`;
  if (update === 0) return "The same weights, the same sequences.";
  return `${percent(right)} right; ${heard}.`;
}
