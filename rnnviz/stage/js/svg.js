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

/** Set text only when it changes. */
export function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Paint a unit's square: blue below zero, orange above, paper at zero, ink where it is no number. */
export function paintUnit(square, value, share) {
  const lost = !Number.isFinite(value);
  square.classList.toggle("lost", lost);
  square.classList.toggle("negative", !lost && value < 0);
  square.classList.toggle("positive", !lost && value >= 0);
  put(square, "fill-opacity", share.toFixed(3));
}

/** A straight arrow along x that can be drawn in part and as thick as what it carries. */
export class Arrow {
  constructor(parent, className, [x1, y1], [x2, y2]) {
    this.from = [x1, y1];
    this.to = [x2, y2];
    this.group = draw(parent, "g", { class: `arrow ${className}` });
    this.line = draw(this.group, "line", { x1, y1, x2: x1, y2: y1 });
    this.head = draw(this.group, "path");
    this.last = "";
  }

  /** share: 0 nothing … 1 all of it; width in pixels. */
  show(share, width) {
    const drawn = share < 0.001 ? 0 : share;
    const key = `${drawn.toFixed(3)} ${width.toFixed(2)}`;
    if (key === this.last) return;
    this.last = key;
    put(this.group, "visibility", drawn > 0 && width > 0 ? "visible" : "hidden");
    const [x1, y1] = this.from;
    const [dx, dy] = [this.to[0] - x1, this.to[1] - y1];
    const length = Math.hypot(dx, dy) || 1;
    const [ux, uy] = [dx / length, dy / length];
    const half = 2.6 + width * 0.62;
    const tip = Math.max(half * 1.3, length * drawn);
    const neck = tip - half * 1.3;
    put(this.line, "x2", (x1 + ux * neck).toFixed(1));
    put(this.line, "y2", (y1 + uy * neck).toFixed(1));
    put(this.line, "stroke-width", width.toFixed(2));
    const at = (along, across) => `${(x1 + ux * along - uy * across).toFixed(1)} ${(y1 + uy * along + ux * across).toFixed(1)}`;
    put(this.head, "d", `M${at(tip, 0)} L${at(neck, half)} L${at(neck, -half)} Z`);
  }
}
