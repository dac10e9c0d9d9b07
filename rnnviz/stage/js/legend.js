// How to read colours and widths: always in sight, always with numbers.
/** @import { ChainFilm } from "./film.d.ts" */
import { brief, gradientWidth, MINUS, power } from "./scales.js";
import { add, draw } from "./svg.js";

const SAMPLES = [-6, -4, -2, 0, 2]; // decades

/** @param {Element} host @param {Pick<ChainFilm, "limits" | "beyond">} film */
export function legend(host, { limits, beyond }) {
  const root = add(host, "div", { class: "legend" });
  for (const [state, limit] of Object.entries(limits)) {
    const values = add(root, "div", { class: "key" });
    add(values, "span", {}, `${state === "h" ? "hidden state h" : `memory ${state}`}: ${MINUS}${brief(limit)}`);
    add(values, "i", { class: "ramp" });
    add(values, "span", {}, beyond[state] ? `${brief(limit)} and beyond` : brief(limit));
  }
  gradientKey(root);
}

/** Sample arrows with the norms they stand for.
 * @param {Element} root */
export function gradientKey(root) {
  const gradients = add(root, "div", { class: "key" });
  add(gradients, "span", {}, "length of the gradient that an arrow carries");
  for (const decade of SAMPLES) {
    const pair = add(gradients, "span", { class: "pair" });
    const svg = draw(pair, "svg", { width: 26, height: 14, "aria-hidden": "true" });
    const width = gradientWidth(10 ** decade);
    draw(svg, "line", { class: "sample", x1: 1, x2: 25, y1: 7, y2: 7, "stroke-width": width });
    add(pair, "span", {}, power(decade) + (decade > 0 ? " and more" : ""));
  }
}
