// How to read colours and widths: always in sight, always with numbers.
import { brief, gradientWidth, MINUS } from "./scales.js";
import { add, draw } from "./svg.js";

const SAMPLES = [1e-6, 1e-4, 1e-2, 1, 100];

export function legend(host, film) {
  const root = add(host, "div", { class: "legend" });
  for (const [state, limit] of Object.entries(film.limits)) {
    const values = add(root, "div", { class: "key" });
    add(values, "span", {}, `${state === "h" ? "hidden state h" : `memory ${state}`}: ${MINUS}${brief(limit)}`);
    add(values, "i", { class: "ramp" });
    add(values, "span", {}, film.beyond[state] ? `${brief(limit)} and beyond` : brief(limit));
  }
  gradientKey(root);
  return root;
}

/** Sample arrows with the norms they stand for. */
export function gradientKey(root) {
  const gradients = add(root, "div", { class: "key" });
  add(gradients, "span", {}, "length of the gradient that an arrow carries");
  for (const sample of SAMPLES) {
    const pair = add(gradients, "span", { class: "pair" });
    const svg = draw(pair, "svg", { width: 26, height: 14, "aria-hidden": "true" });
    draw(svg, "line", { class: "sample", x1: 1, x2: 25, y1: 7, y2: 7, "stroke-width": gradientWidth(sample) });
    add(pair, "span", {}, sample === 1 ? "1" : `10${sup(Math.log10(sample))}${sample > 1 ? " and more" : ""}`);
  }
}

/** An exponent in raised digits. */
export const sup = (n) => String(Math.round(n)).replace("-", "⁻").replace(/\d/g, (d) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[d]);
