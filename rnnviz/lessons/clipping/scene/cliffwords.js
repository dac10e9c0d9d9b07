// What the two balls did, and where the unit can rest, in words; and their ways as a table. No DOM.
/** @import { Ball, Place } from "./film.d.ts" */
import { csv } from "../../../stage/js/csv.js";
import { digits } from "../../../stage/js/scales.js";
import { given } from "./given.js";

const LEAP = 0.5; // of the map's units: a longer step is worth a word

/** Both ways up to step n.
 * @param {[Place[], Place[]]} ways @param {number} n */
export function descentInWords([plain, bounded], n) {
  const there = `at w = ${digits(plain[n].w)}, b = ${digits(plain[n].b)}`;
  const clipped = `Clipped (disc): error ${digits(bounded[n].error)}.`;
  return `Step ${n}. Plain descent (square): error ${digits(plain[n].error)} ${there}.${leap(plain, n)} ${clipped}`;
}

/** The longest of the first n steps, if it was far.
 * @param {Place[]} way @param {number} n */
function leap(way, n) {
  const moves = way.slice(1, n + 1).map(({ w, b }, i) => Math.hypot(w - way[i].w, b - way[i].b));
  const longest = moves.reduce((best, move, i) => (move > moves[best] ? i : best), 0);
  if (!(moves[longest] > LEAP)) return "";
  return ` Its step ${longest + 1}, by a gradient of ${digits(way[longest].norm)}, was ${digits(moves[longest])} long.`;
}

/** Where the unit can rest.
 * @param {Ball} ball @param {{ slope: number }[]} found */
export function restsInWords({ w, b }, found) {
  const drawn = found.filter((point) => point.slope < 1).length;
  const pushed = found.length - drawn;
  const filled = drawn === 1 ? "one state that draws it in (filled)" : `${drawn} states that draw it in (filled)`;
  const hollow = pushed === 1 ? " and one that pushes it away (hollow)" : "";
  const stairs = "the staircase leads from x₀ = ½ to x₅₀";
  const between = "Between the dotted lines on the error map it has two resting states.";
  return `The unit itself at w = ${given(w)}, b = ${given(b)} has ${filled}${hollow}; ${stairs}. ${between}`;
}

/** Both ways, step by step.
 * @param {[Place[], Place[]]} ways */
export function wayCsv([plain, bounded]) {
  const head = ["plain", "clipped"].flatMap((way) => ["w", "b", "error", "norm"].map((name) => `${name}_${way}`));
  /** @param {Place} place */
  const cells = (place) => [place.w, place.b, place.error, place.norm];
  return csv(
    ["step", ...head],
    plain.map((place, n) => [n, ...cells(place), ...cells(bounded[n])]),
  );
}
