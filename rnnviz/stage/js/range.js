// Places between two ends. No DOM.

/** The number, or the end that it is beyond.
 * @param {number} x @param {number} low @param {number} high */
export const clamp = (x, low, high) => Math.min(high, Math.max(low, x));

/** How much of the way between two ends is done at x, 0 to 1.
 * @param {number} x @param {number} from @param {number} to */
export const progress = (x, from, to) => clamp((x - from) / (to - from), 0, 1);

/** Index of the value that is nearest to `value`, the first of equals.
 * @param {number[]} values @param {number} value */
export function nearest(values, value) {
  const gaps = values.map((v) => Math.abs(v - value));
  return gaps.indexOf(Math.min(...gaps));
}
