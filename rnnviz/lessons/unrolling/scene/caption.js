// One sentence that says what the picture shows at this moment. No DOM.
/** @import { ChainFilm } from "../../../stage/js/film.d.ts" */
/** @import { Moment } from "../../../stage/js/timeline.js" */
import { digits, favourite, norm, percent, quoted } from "../../../stage/js/scales.js";
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
  if (read === 0) return `Step 1 starts with ${film.cell.states.map((state) => `${state} = 0`).join(" and ")}.`;
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
  if (part === "forward" || back === 0) return `All ${film.T} steps are read: ${meanLoss(film, k)}`;
  /** @param {string} name @param {number} s */
  const length = (name, s) => digits(norm(row(film.arrays[name], k, s)));
  /** @param {number} s */
  const whole = (s) => length("grads.h", s);
  if (back >= film.T)
    return `The error has reached step 1: ‖∂L/∂h‖ = ${whole(0)} there, ${whole(film.T - 1)} at step ${film.T}.`;
  const from = `Backward at step ${t + 1}: its own prediction sends an error of length ${length("own", t)}`;
  if (t === film.T - 1) return `${from}, and there are no later ones.`;
  return `${from}, later ones ${length("carried.h", t)}; together, as vectors, ‖∂L/∂h‖ = ${whole(t)}.`;
}

/** @param {ChainFilm} film @param {number} k */
function meanLoss({ losses, updates, alphabet }, k) {
  const loss = losses[updates[k]];
  if (!Number.isFinite(loss)) return "their mean loss is no finite number. Now the error goes back.";
  const said = `mean loss ${digits(loss)} nats.`;
  return alphabet.length === 1
    ? `${said} No other letter could come: there is no error.`
    : `${said} Now the error goes back.`;
}
