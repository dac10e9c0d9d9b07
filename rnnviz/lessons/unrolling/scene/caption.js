// One sentence that says what the picture shows at this moment. No DOM.
import { brief, digits, favourite, norm, percent, quoted } from "../../../stage/js/scales.js";
import { row } from "../../../stage/js/unpack.js";

const ANSWERED = 0.7; // of a step: from here on its prediction is in sight

/** The sentence for a moment of the film over snapshot k; t is the step in focus. */
export function caption(film, moment, k, t) {
  if (moment.part === "unfold") {
    return moment.fold < 0.5 ? "One cell, one set of weights: its state loops back into it." : "Unfolded in time: the same cell, once for each letter.";
  }
  return moment.part === "forward" && moment.read < film.T ? reading(film, moment, k, t) : sending(film, moment, k, t);
}

function reading(film, { read }, k, t) {
  if (read === 0) return "Step 1 starts from a hidden state of zeros.";
  const letter = (i) => quoted(film.alphabet[i]);
  if (read - t < ANSWERED) return `Step ${t + 1} reads ${letter(film.inputs[t])}.`;
  const p = row(film.arrays.probabilities, k, t);
  const best = favourite(p);
  if (best < 0) return `Step ${t + 1} reads ${letter(film.inputs[t])}: its numbers are no longer finite, it predicts nothing.`;
  const verdict = best === film.targets[t] ? "and that is what follows" : `but ${letter(film.targets[t])} follows`;
  return `Step ${t + 1} reads ${letter(film.inputs[t])}: it expects ${letter(best)} (${percent(p[best])}), ${verdict}.`;
}

function sending(film, { part, back }, k, t) {
  const loss = film.losses[film.updates[k]];
  if (part === "forward" || back === 0) return `All ${film.T} steps are read: mean loss ${digits(loss)} nats. Now the error goes back.`;
  const size = (s) => norm(row(film.arrays["grads.h"], k, s));
  if (back >= film.T) return `The error has reached step 1: ‖∂L/∂h‖ = ${brief(size(0))} there, ${brief(size(film.T - 1))} at step ${film.T}.`;
  const sources = t === film.T - 1 ? "from its own prediction" : "from its own prediction and from later ones";
  return `Backward at step ${t + 1}: ‖∂L/∂h‖ = ${brief(size(t))}, ${sources}.`;
}
