// Buttons, sliders and choices of the stage.
import { add, put } from "./svg.js";

/** @type {[number, string][]} */
const SPEEDS = [
  [0.25, "×¼"],
  [0.5, "×½"],
  [1, "×1"],
  [2, "×2"],
  [4, "×4"],
];

/**
 * A button; `label` is for those who do not see `text`.
 * @param {Element} parent @param {string} text @param {string} title @param {() => unknown} action
 * @param {string} [label]
 */
export function button(parent, text, title, action, label) {
  const made = add(parent, "button", { type: "button", title, ...(label && { "aria-label": label }) }, text);
  made.addEventListener("click", action);
  return made;
}

/** A button that stays pressed until it is pressed again.
 * @param {Element} parent @param {string} text @param {string} title @param {(on: boolean) => void} onTurn */
export function toggleButton(parent, text, title, onTurn) {
  const made = button(parent, text, title, () => {
    const on = made.getAttribute("aria-pressed") !== "true";
    put(made, "aria-pressed", on);
    onTurn(on);
  });
  put(made, "aria-pressed", false);
  return made;
}

/** How fast a film plays.
 * @param {Element} parent @param {(speed: number) => void} onSpeed */
export function speedSelect(parent, onSpeed) {
  const made = add(parent, "select", { "aria-label": "Speed", title: "Speed" });
  for (const [speed, name] of SPEEDS) add(made, "option", { value: speed }, name);
  made.value = "1";
  made.addEventListener("change", () => onSpeed(Number(made.value)));
  return made;
}

/**
 * A slider over whole numbers. `onMove` follows the hand; `onRelease` comes once, when it lets go.
 * @param {Element} parent @param {import("./svg.js").Attributes} attributes
 * @param {{ onMove: (value: number) => void, onRelease?: (value: number) => void }} hand
 */
export function slider(parent, attributes, { onMove, onRelease }) {
  const made = add(parent, "input", { type: "range", min: 0, step: 1, ...attributes });
  made.addEventListener("input", () => onMove(Number(made.value)));
  if (onRelease) made.addEventListener("change", () => onRelease(Number(made.value)));
  return made;
}
