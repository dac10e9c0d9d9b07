// Numbers to looks: widths, opacities and the digits that people read.
/** @import { Numbers } from "./film.d.ts" */
import { progress } from "./range.js";

const GRADIENT_FLOOR = -8; // log10 of the faintest gradient that still gets some width
const GRADIENT_CEILING = 2;
const THINNEST = 0.6;
const THICKEST = 11;

/** Where a gradient norm stands on the absolute log scale, 0 (10⁻⁸ and less) to 1 (10² and more).
 * @param {number} norm */
export function gradientLevel(norm) {
  if (Number.isNaN(norm)) return 1;
  if (norm <= 0) return 0;
  return progress(Math.log10(norm), GRADIENT_FLOOR, GRADIENT_CEILING);
}

/** Width in pixels of an arrow that carries a gradient of this norm; 0 draws nothing.
 * @param {number} norm */
export function gradientWidth(norm) {
  return norm === 0 ? 0 : THINNEST + gradientLevel(norm) * (THICKEST - THINNEST);
}

/** Euclidean length of a vector.
 * @param {Iterable<number>} values */
export function norm(values) {
  let sum = 0;
  for (const v of values) sum += v * v;
  return Math.sqrt(sum);
}

/** Indices of the `most` largest values, the largest first, equals in their order; NaN is never large.
 * @param {ArrayLike<number>} values @param {number} most */
export function largest(values, most) {
  /** @type {number[]} */
  const found = [];
  for (let i = 0; i < values.length; i++) {
    let place = found.length;
    while (place > 0 && values[found[place - 1]] < values[i]) place -= 1;
    if (place < most) found.splice(place, 0, i);
    if (found.length > most) found.pop();
  }
  return found;
}

/** Share of full colour that a value gets; zero is paper, `limit` and beyond are full.
 * @param {number} value @param {number} limit */
export function strength(value, limit) {
  if (!Number.isFinite(value)) return 1;
  return Math.min(1, Math.abs(value) / limit);
}

/** A true minus sign. */
export const MINUS = "\u2212";

/** A number for a reader: two or three significant digits, a true minus sign, powers of ten when far from one.
 * Python writes its sentences alike (studies/digits.py).
 * @param {number} value */
export function digits(value) {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : `${MINUS}∞`;
  if (value === 0) return "0";
  const size = Math.abs(value);
  const text = size >= 0.001 && size < 9999.5 ? plain(size) : scientific(size, 1);
  return (value < 0 ? MINUS : "") + text;
}

/** What would round up to 10.00 is written 10.0.
 * @param {number} size */
function plain(size) {
  if (size >= 99.95) return size.toFixed(0);
  if (size >= 9.995) return size.toFixed(1);
  return size >= 0.1 ? size.toFixed(2) : size.toPrecision(2);
}

/** A norm in as few characters as an arrow has room for: 0.31, 4·10⁻⁵.
 * @param {number} value */
export function brief(value) {
  if (!Number.isFinite(value) || value === 0) return digits(value);
  if (value === Math.round(value) && value < 100) return String(value);
  if (value >= 0.001 && value < 100) return value >= 10 ? value.toFixed(0) : value.toPrecision(value < 0.1 ? 1 : 2);
  return scientific(value, 0);
}

/** @param {number} size @param {number} places */
function scientific(size, places) {
  const [mantissa, exponent] = size.toExponential(places).split("e");
  return `${mantissa === "1" ? "" : `${mantissa}·`}10${raised(Number(exponent))}`;
}

/** A probability as whole per cent; a small chance stays visibly above nothing.
 * @param {number} p */
export function percent(p) {
  if (!Number.isFinite(p)) return "NaN";
  if (p > 0 && p < 0.005) return "<1%";
  return `${Math.round(p * 100)}%`;
}

/** What a character looks like when it has no shape of its own.
 * @param {string} character */
export function glyph(character) {
  return /^\p{Zs}$/u.test(character) ? "␣" : character;
}

/** A character inside a sentence: quoted, and isolated, so that a right-to-left one leaves the sentence in order.
 * @param {string} character */
export function quoted(character) {
  return `“\u2068${glyph(character)}\u2069”`;
}

/** Index of the largest probability, or −1 if the pass has overflowed and predicts nothing.
 * @param {Numbers | number[]} probabilities */
export function favourite(probabilities) {
  const [best] = largest(probabilities, 1);
  return Array.from(probabilities).every(Number.isFinite) ? best : -1;
}

/** An exponent in raised digits.
 * @param {number} n */
export const raised = (n) =>
  String(Math.round(n))
    .replace("-", "⁻")
    .replace(/\d/g, (d) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(d)]);

/** A power of ten as an axis names it: 1, 10⁻³.
 * @param {number} exponent */
export const power = (exponent) => (exponent === 0 ? "1" : `10${raised(exponent)}`);
