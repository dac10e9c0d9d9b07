// The few verbs of drawing that every picture here shares.

const NS = "http://www.w3.org/2000/svg";
const SHADES = 20; // of a unit's colour: two neighbours differ by at most twelve of a screen's 256 levels

/** @typedef {Record<string, string | number>} Attributes */

/**
 * Make an SVG element inside `parent`.
 * @template {keyof SVGElementTagNameMap} Tag
 * @param {Element} parent @param {Tag} tag @param {Attributes} [attributes] @param {string | number} [text]
 */
export function draw(parent, tag, attributes, text) {
  return grow(parent, document.createElementNS(NS, tag), attributes, text);
}

/**
 * Make an HTML element inside `parent`.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Element} parent @param {Tag} tag @param {Attributes} [attributes] @param {string} [text]
 */
export function add(parent, tag, attributes, text) {
  return grow(parent, document.createElement(tag), attributes, text);
}

/**
 * @template {Element} Kind
 * @param {Element} parent @param {Kind} element @param {Attributes} [attributes] @param {string | number} [text]
 */
function grow(parent, element, attributes = {}, text) {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  if (text !== undefined) element.textContent = String(text);
  parent.append(element);
  return element;
}

/**
 * Set an attribute only when it changes: the browser then repaints only what moved. What it was last is kept beside the
 * element: to ask the browser takes longer than to remember, and a moving picture asks a thousand times a frame.
 * @param {Element} element @param {string} name @param {string | number | boolean} value
 */
export function put(element, name, value) {
  element.known ??= {};
  if (element.known[name] === value) return;
  element.known[name] = value;
  element.setAttribute(name, String(value));
}

/** Set text only when it changes, in the node that is there: the browser would attach and style a new one.
 * @param {Element} element @param {string} text */
export function write(element, text) {
  if (element.said === text) return;
  element.said = text;
  const node = element.firstChild;
  if (node) node.nodeValue = text;
  else element.textContent = text;
}

/**
 * Show an element by a share. Only in between does it get an opacity: for each the browser composes a group of its
 * own.
 * @param {Element} element @param {number} share */
export function fade(element, share) {
  put(element, "visibility", share > 0.005 ? "inherit" : "hidden");
  put(element, "opacity", share > 0.005 && share < 0.995 ? share.toFixed(2) : "1");
}

/** Paint a unit's square: blue below zero, orange above, paper at zero, ink where it is no number.
 * @param {SVGElement} square @param {number} value @param {number} share */
export function paintUnit(square, value, share) {
  const look = !Number.isFinite(value) ? "lost" : value < 0 ? "negative" : "positive";
  if (square.look !== look) {
    square.classList.remove("lost", "negative", "positive");
    square.classList.add(look);
    square.look = look;
  }
  put(square, "fill-opacity", Math.round(share * SHADES) / SHADES); // finer steps than the eye's would repaint it
}
