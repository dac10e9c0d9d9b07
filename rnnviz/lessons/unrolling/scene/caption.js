// One sentence that says what the picture shows at this moment. No DOM.
/** @import { ChainFilm } from "../../../stage/js/film.d.ts" */
/** @import { Moment } from "../../../stage/js/timeline.js" */
import { brief, digits, favourite, norm, percent, quoted } from "../../../stage/js/scales.js";
import { row } from "../../../stage/js/unpack.js";

const ANSWERED = 0.7; // of a step: from here on its prediction is in sight

/** The sentence for a moment of the film over snapshot k; t is the step in focus.
 * @param {ChainFilm} film @param {Moment} moment @param {number} k @param {number} t */
export function caption(film, moment, k, t) {
  if (moment.part === "unfold") {
    const isRolled = moment.fold < 0.5;
    if (isRolled) return "One cell, one set of weights: its state loops back into it.";
    return "Unfolded in time: the same cell, once for each letter.";
  }
  return moment.part === "forward" && moment.read < film.T ? reading(film, moment, k, t) : sending(film, moment, k, t);
}

/** @param {ChainFilm} film @param {Moment} moment @param {number} k @param {number} t */
function reading(film, { read }, k, t) {
  if (read === 0) return "Step 1 starts from a hidden state of zeros.";
  /** @param {number} i */
  const letter = (i) => quoted(film.alphabet[i]);
  const reads = `Step ${t + 1} reads ${letter(film.inputs[t])}`;
  if (read - t < ANSWERED) return `${reads}.`;
  const p = row(film.arrays.probabilities, k, t);
  const best = favourite(p);
  if (best < 0) return `${reads}: its numbers are no longer finite, it predicts nothing.`;
  const verdict = best === film.targets[t] ? "and that is what follows" : `but ${letter(film.targets[t])} follows`;
  return `${reads}: it expects ${letter(best)} (${percent(p[best])}), ${verdict}.`;
}

/** @param {ChainFilm} film @param {Moment} moment @param {number} k @param {number} t */
function sending(film, { part, back }, k, t) {
  const loss = film.losses[film.updates[k]];
  if (part === "forward" || back === 0) {
    return `All ${film.T} steps are read: mean loss ${digits(loss)} nats. Now the error goes back.`;
  }
  /** @param {number} s */
  const size = (s) => norm(row(film.arrays["grads.h"], k, s));
  if (back >= film.T) {
    const [first, last] = [size(0), size(film.T - 1)].map(brief);
    return `The error has reached step 1: ‖∂L/∂h‖ = ${first} there, ${last} at step ${film.T}.`;
  }
  const sources = t === film.T - 1 ? "from its own prediction" : "from its own prediction and from later ones";
  return `Backward at step ${t + 1}: ‖∂L/∂h‖ = ${brief(size(t))}, ${sources}.`;
}
