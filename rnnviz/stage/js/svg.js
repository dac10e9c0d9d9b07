// The few verbs of drawing that every picture here shares.

const NS = "http://www.w3.org/2000/svg";

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

/** Set an attribute only when it changes: the browser then repaints only what moved. */
export function put(element, name, value) {
  const text = String(value);
  if (element.getAttribute(name) !== text) element.setAttribute(name, text);
}

/** Set text only when it changes, in the node that is there: the browser would attach and style a new one. */
export function write(element, text) {
  const node = element.firstChild;
  if (!node) element.textContent = text;
  else if (node.nodeValue !== text) node.nodeValue = text;
}

/** Show an element by a share. Only in between does it get an opacity: for each the browser composes a group of its own. */
export function fade(element, share) {
  put(element, "visibility", share > 0.005 ? "inherit" : "hidden");
  put(element, "opacity", share > 0.005 && share < 0.995 ? share.toFixed(2) : "1");
}

/** Paint a unit's square: blue below zero, orange above, paper at zero, ink where it is no number. */
export function paintUnit(square, value, share) {
  const look = !Number.isFinite(value) ? "lost" : value < 0 ? "negative" : "positive";
  if (!square.classList.contains(look)) {
    square.classList.remove("lost", "negative", "positive");
    square.classList.add(look);
  }
  put(square, "fill-opacity", share.toFixed(2)); // finer steps than the eye's would repaint it at every update
}

/** A straight arrow along x that can be drawn in part and as thick as what it carries. */
export class Arrow {
  constructor(parent, className, [x1, y1], [x2, y2]) {
    this.from = [x1, y1];
    this.to = [x2, y2];
    this.group = draw(parent, "g", { class: `arrow ${className}` });
    this.line = draw(this.group, "line", { x1, y1, x2: x1, y2: y1 });
    this.head = draw(this.group, "path");
  }

  /** share: 0 nothing … 1 all of it; width in pixels. */
  show(share, width) {
    const drawn = share < 0.001 ? 0 : share;
    const thick = Math.round(width * 10) / 10; // finer steps than a tenth of a pixel would redraw it at every update
    if (drawn === this.drawn && thick === this.thick) return;
    Object.assign(this, { drawn, thick });
    put(this.group, "visibility", drawn > 0 && thick > 0 ? "visible" : "hidden");
    const [x1, y1] = this.from;
    const [dx, dy] = [this.to[0] - x1, this.to[1] - y1];
    const length = Math.hypot(dx, dy) || 1;
    const [ux, uy] = [dx / length, dy / length];
    const half = 2.6 + thick * 0.62;
    const tip = Math.max(half * 1.3, length * drawn);
    const neck = tip - half * 1.3;
    put(this.line, "x2", (x1 + ux * neck).toFixed(1));
    put(this.line, "y2", (y1 + uy * neck).toFixed(1));
    put(this.line, "stroke-width", thick);
    const at = (along, across) => `${(x1 + ux * along - uy * across).toFixed(1)} ${(y1 + uy * along + ux * across).toFixed(1)}`;
    put(this.head, "d", `M${at(tip, 0)} L${at(neck, half)} L${at(neck, -half)} Z`);
  }
}
