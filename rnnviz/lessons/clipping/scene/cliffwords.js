// What the two balls did, and where the unit can rest, in words; and their ways as a table. No DOM.
/** @import { Ball, Place } from "./film.d.ts" */
import { csv } from "../../../stage/js/csv.js";
import { digits } from "../../../stage/js/scales.js";

const LEAP = 0.5; // of the map's units: a longer step is worth a word

/** Both ways up to step n.
 * @param {[Place[], Place[]]} ways @param {number} pace @param {number} n */
export function descentInWords([plain, bounded], pace, n) {
  const there = `at w = ${digits(plain[n].w)}, b = ${digits(plain[n].b)}`;
  const clipped = `Clipped (disc): error ${digits(bounded[n].error)}.`;
  return `Step ${n}. Plain descent (square): error ${digits(plain[n].error)} ${there}.${leap(plain, pace, n)} ${clipped}`;
}

/** What the steepest place up to step n did to plain descent, if it threw it far.
 * @param {Place[]} way @param {number} pace @param {number} n */
function leap(way, pace, n) {
  const norms = way.slice(0, n + 1).map((place) => place.norm);
  const steepest = norms.reduce((best, norm, i) => (norm > norms[best] ? i : best), 0);
  const thrown = pace * norms[steepest];
  if (!(thrown > LEAP) || steepest >= n) return "";
  return ` At step ${steepest} a gradient of ${digits(norms[steepest])} threw it ${digits(thrown)} away.`;
}

/** Where the unit can rest.
 * @param {Ball} ball @param {{ slope: number }[]} found */
export function restsInWords({ w, b }, found) {
  const drawn = found.filter((point) => point.slope < 1).length;
  const two = "two states that draw it in (filled) and one that pushes it away (hollow)";
  const resting = drawn === 2 ? two : "one state that draws it in";
  const stairs = "the staircase leads from x₀ = ½ to x₅₀";
  const between = "Between the dotted lines on the error map it has two resting states.";
  return `The unit itself at w = ${digits(w)}, b = ${digits(b)} has ${resting}; ${stairs}. ${between}`;
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
