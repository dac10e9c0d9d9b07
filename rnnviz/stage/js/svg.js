// The few verbs of drawing that every picture here shares.

const NS = "http://www.w3.org/2000/svg";
const SHADES = 20; // of a unit's colour: two neighbours differ by at most twelve of a screen's 256 levels

/** Make an SVG element inside `parent`. */
export function draw(parent, tag, attributes = {}, text) {
  return grow(parent, document.createElementNS(NS, tag), attributes, text);
}

/** Make an HTML element inside `parent`. */
export function add(parent, tag, attributes = {}, text) {
  return grow(parent, document.createElement(tag), attributes, text);
}

function grow(parent, element, attributes, text) {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  if (text !== undefined) element.textContent = text;
  parent?.append(element);
  return element;
}

/**
 * Set an attribute only when it changes: the browser then repaints only what moved. What it was last is kept beside the
 * element: to ask the browser takes longer than to remember, and a moving picture asks a thousand times a frame.
 */
export function put(element, name, value) {
  const known = (element.known ??= {});
  if (known[name] === value) return;
  known[name] = value;
  element.setAttribute(name, value);
}

/** Set text only when it changes, in the node that is there: the browser would attach and style a new one. */
export function write(element, text) {
  if (element.said === text) return;
  element.said = text;
  const node = element.firstChild;
  if (node) node.nodeValue = text;
  else element.textContent = text;
}

/** Show an element by a share. Only in between does it get an opacity: for each the browser composes a group of its own. */
export function fade(element, share) {
  put(element, "visibility", share > 0.005 ? "inherit" : "hidden");
  put(element, "opacity", share > 0.005 && share < 0.995 ? share.toFixed(2) : "1");
}

/** Paint a unit's square: blue below zero, orange above, paper at zero, ink where it is no number. */
export function paintUnit(square, value, share) {
  const look = !Number.isFinite(value) ? "lost" : value < 0 ? "negative" : "positive";
  if (square.look !== look) {
    square.classList.remove("lost", "negative", "positive");
    square.classList.add(look);
    square.look = look;
  }
  put(square, "fill-opacity", Math.round(share * SHADES) / SHADES); // finer steps than the eye's would repaint it at every update
}

/** A straight arrow that can be drawn in part and as thick as what it carries. One path: two shapes would be two to repaint. */
export class Arrow {
  constructor(parent, className, [x1, y1], [x2, y2]) {
    const [dx, dy] = [x2 - x1, y2 - y1];
    const length = Math.hypot(dx, dy) || 1;
    Object.assign(this, { x1, y1, length, ux: dx / length, uy: dy / length });
    this.group = draw(parent, "g", { class: `arrow ${className}` });
    this.path = draw(this.group, "path");
  }

  /** share: 0 nothing … 1 all of it; width in pixels. */
  show(share, width) {
    const drawn = share < 0.001 ? 0 : share;
    const thick = Math.round(width * 10) / 10; // finer steps than a tenth of a pixel would redraw it at every update
    if (drawn === this.drawn && thick === this.thick) return;
    Object.assign(this, { drawn, thick });
    const visible = drawn > 0 && thick > 0;
    put(this.group, "visibility", visible ? "visible" : "hidden");
    if (visible) put(this.path, "d", this.outline(drawn, thick / 2, 2.6 + thick * 0.62));
  }

  /** Shaft and head, as wide to either side as the halves say. */
  outline(share, shaft, head) {
    const tip = Math.max(head * 1.3, this.length * share);
    const neck = tip - head * 1.3;
    const corners = [[0, shaft], [neck, shaft], [neck, head], [tip, 0], [neck, -head], [neck, -shaft], [0, -shaft]];
    return `M${corners.map(([along, across]) => this.at(along, across)).join(" L")} Z`;
  }

  at(along, across) {
    return `${(this.x1 + this.ux * along - this.uy * across).toFixed(2)} ${(this.y1 + this.uy * along + this.ux * across).toFixed(2)}`;
  }
}
