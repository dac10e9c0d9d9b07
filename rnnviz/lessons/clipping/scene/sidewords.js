// What one of two trainings says at a frame: its numbers, its headline, what stands out. No DOM.
/** @import { PairFilm, Terms } from "./film.d.ts" */
import { digits, percent } from "../../../stage/js/scales.js";
import { row } from "../../../stage/js/unpack.js";
import { given } from "./given.js";
import { shareAbove } from "./threshold.js";

const CLIPPED = 1 - 1e-5; // a float32 of a norm that was not clipped may differ in its last digit
const FAR = 0.15; // of the weights' length: a step that is worth a word
const SOLVED = 0.99;
const LATEST = 100; // batches over which an answer counts as learned
const MANY = 0.3; // saturated activations that are worth a word

/** Updates from one to before another at which clipping shortened the gradient, as a share; NaN where there are none.
 * A gradient that is not finite takes no step, clipped or not.
 * @param {ArrayLike<number>} norms @param {ArrayLike<number>} clipped @param {number} from @param {number} to */
export function firedShare(norms, clipped, from, to) {
  let fired = 0;
  for (let u = from; u < to; u++) if (Number.isFinite(norms[u]) && clipped[u] < norms[u] * CLIPPED) fired += 1;
  return fired / (to - from);
}

/** What the training obeyed at an update: the latest of the terms that had begun.
 * @param {Terms[]} terms @param {number} update */
export const termsAt = (terms, update) => terms.findLast((one) => one.update <= update) ?? terms[0];

/** Beside each chart: its number at frame i.
 * @param {PairFilm} film @param {number} k @param {number} i */
export function values({ arrays, frames, blocks }, k, i) {
  /** @param {string} name */
  const at = (name) => row(arrays[name], k)[frames[i]];
  const stretch = row(arrays.stretch, i)[k];
  return {
    norms: `${digits(at("norms"))}${k ? ` → ${digits(at("clipped"))}` : ""}`,
    losses: digits(at("losses")),
    right: percent(at("right")),
    saturated: percent(row(arrays.saturated, i)[k]),
    stretch: Number.isFinite(stretch) ? digits(stretch) : blocks ? "not finite" : "no W_hh",
  };
}

/** Which side it is, how many of its gradients up to an update are longer than θ, and on how many clipping fired.
 * @param {PairFilm} film @param {number} k @param {number} update @param {number} theta under the hand */
export function headline(film, k, update, theta) {
  const longer = percent(shareAbove(row(film.arrays.norms, k).subarray(0, update + 1), theta));
  const compared = `${longer} of its norms exceed θ = ${given(theta)}`;
  if (!k) return film.how === "norm" ? `Without clipping · ${compared}` : "Without clipping";
  const now = termsAt(film.terms, update);
  const name = now.how === "norm" ? "With clipping" : "With clipping by value";
  return theta === film.theta
    ? `${name} at θ = ${given(now.theta)}${firing(film, k, update)}`
    : `${name} · ${compared}`;
}

/** How often clipping fired since the latest change; nothing before the first update behind it.
 * @param {PairFilm} film @param {number} k @param {number} update */
function firing({ arrays, terms }, k, update) {
  const from = termsAt(terms, update).update;
  if (update === from) return "";
  const fired = percent(firedShare(row(arrays.norms, k), row(arrays.clipped, k), from, update));
  return ` · fired on ${fired} of updates${from ? ` since ${from.toLocaleString("en")}` : ""}`;
}

/** What stands out at frame i, measured.
 * @param {PairFilm} film @param {number} k @param {number} i */
export function remark({ arrays, frames, terms, clues }, k, i) {
  const update = frames[i];
  /** @param {string} name */
  const at = (name) => row(arrays[name], k)[update];
  const step = (termsAt(terms, update).rate * at("clipped")) / row(arrays.length, i)[k];
  const saturated = row(arrays.saturated, i)[k];
  const heard = `at the first clue ‖∂L/∂h‖ is ${digits(row(arrays.reach, i, k)[clues[0]])}`;
  const right = at("right");
  if (!Number.isFinite(at("losses"))) return "The loss is not a number any more: this network stays as it is.";
  if (!Number.isFinite(at("norms"))) return "The gradient is not a number any more: this network stays as it is.";
  if (step > FAR) return `The next step is ${percent(step)} as long as all weights together.`;
  if (right >= SOLVED && update + 1 >= LATEST)
    return `Solved: ${percent(right)} right over the last ${LATEST} batches.`;
  if (saturated > MANY) return `${percent(saturated)} of all activations are saturated; ${heard}.`;
  if (update === 0) return "The same weights, the same sequences.";
  return `${percent(right)} right; ${heard}.`;
}
