// What a window of truncated backpropagation leaves out, in words and as a table. No DOM.
/** @import { WindowFilm } from "./film.d.ts" */
import { csv } from "../../../stage/js/csv.js";
import { digits, percent } from "../../../stage/js/scales.js";

/** What a window of so many steps leaves out of the gradient.
 * @param {Pick<WindowFilm, "symbols" | "clues" | "arrays" | "matrix">} film @param {number} steps */
export function lossInWords({ symbols, clues, arrays, matrix }, steps) {
  const T = symbols.length;
  const share = percent(arrays.lost.data[steps - 1]);
  const lost = `what it leaves out of the gradient of ${matrix} is ${share} as long as all of it (‖g − g′‖ / ‖g‖)`;
  const missed = clues.filter((t) => t < T - steps).length;
  const outside = `${missed} of ${clues.length} clues ${missed === 1 ? "lies" : "lie"} outside`;
  return `Window of ${steps} of ${T} steps: ${lost}, cosine ${digits(arrays.cosine.data[steps - 1])}. ${outside}.`;
}

/** Every step's gradient, and every window's loss.
 * @param {WindowFilm} film */
export function windowCsv({ symbols, arrays: { norms, lost, cosine } }) {
  const head = ["step", "symbol", "norm_dL_dh", "window", "lost_share", "cosine"];
  return csv(
    head,
    symbols.map((symbol, i) => [i + 1, symbol, norms.data[i], i + 1, lost.data[i], cosine.data[i]]),
  );
}
