// What one step shows in one snapshot: letters, chances, lengths. No DOM.
/** @import { ChainFilm } from "./film.d.ts" */
import { CHANCES } from "./layout.js";
import { brief, digits, favourite, glyph, gradientWidth, largest, norm, percent, quoted, strength } from "./scales.js";
import { row } from "./unpack.js";

const POINTED = 60; // a narrower list has no room to point at the right letter

/** @typedef {ReturnType<typeof reading>} Reading */

/**
 * Step t in snapshot k.
 * @param {ChainFilm} film @param {number} k @param {number} t
 * @param {number} wide the list of chances @param {number} room its longest bar
 */
export function reading(film, k, t, wide, room) {
  const target = film.targets[t];
  const values = row(film.arrays["states.h"], k, t);
  const probabilities = row(film.arrays.probabilities, k, t);
  const best = favourite(probabilities);
  const carried = film.cell.states.map((state) => norm(row(film.arrays[`carried.${state}`], k, t)));
  return {
    values,
    probabilities,
    best,
    strengths: Array.from(values, (value) => strength(value, film.limits.h)),
    guess: best < 0 ? "?" : glyph(film.alphabet[best]),
    mark: best === target ? "✓" : `✗ ${glyph(film.alphabet[target])}`,
    look: best === target ? "mark right" : "mark wrong",
    ring: `${best < 0 ? 0 : Math.round(100 * probabilities[best])} 100`,
    chances: listed(probabilities, target).map((i) => ({
      look: i === target ? "chance target" : "chance",
      width: Math.round(probabilities[i] * room || 0),
      letter: glyph(film.alphabet[i]) + (i === target && wide >= POINTED ? " ◂" : ""),
      share: percent(probabilities[i]),
    })),
    own: gradientWidth(norm(row(film.arrays.own, k, t))),
    carried: carried.map(gradientWidth),
    norms: carried.map(brief),
  };
}

/** The likeliest letters; the right one stands last among them if it is not one of them.
 * @param {ArrayLike<number>} probabilities @param {number} target */
export function listed(probabilities, target) {
  const found = largest(probabilities, CHANCES.most);
  if (!found.includes(target)) found[found.length - 1] = target;
  return found;
}

/** A step in words.
 * @param {ChainFilm} film @param {number} k @param {number} t @param {Reading} reading */
export function stepInWords(film, k, t, { best, probabilities }) {
  const total = norm(row(film.arrays["grads.h"], k, t));
  /** @param {number} i */
  const letter = (i) => quoted(film.alphabet[i]);
  const expects = best < 0 ? "predicts nothing" : `expects ${letter(best)} (${percent(probabilities[best])})`;
  const reads = `Step ${t + 1}: reads ${letter(film.inputs[t])}, ${expects}, next is ${letter(film.targets[t])}.`;
  return `${reads} ‖∂L/∂h‖ = ${digits(total)}. Click or press Enter to look inside.`;
}
