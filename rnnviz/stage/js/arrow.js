// An arrow as thick as what it carries.
import { draw, put } from "./svg.js";

/** A straight arrow that can be drawn in part. One path: two shapes would be two to repaint. */
export class Arrow {
  /** @type {number | undefined} */ drawn;
  /** @type {number | undefined} */ thick;

  /** @param {Element} parent @param {string} className @param {[number, number]} from @param {[number, number]} to */
  constructor(parent, className, [x1, y1], [x2, y2]) {
    const [dx, dy] = [x2 - x1, y2 - y1];
    this.length = Math.hypot(dx, dy) || 1;
    this.start = { x: x1, y: y1 };
    this.unit = { x: dx / this.length, y: dy / this.length };
    this.group = draw(parent, "g", { class: `arrow ${className}` });
    this.path = draw(this.group, "path");
  }

  /** @param {number} share 0 nothing … 1 all of it @param {number} width pixels */
  show(share, width) {
    const drawn = share < 0.001 ? 0 : share;
    const thick = Math.round(width * 10) / 10; // finer steps than a tenth of a pixel would redraw it at every update
    if (drawn === this.drawn && thick === this.thick) return;
    Object.assign(this, { drawn, thick });
    const visible = drawn > 0 && thick > 0;
    put(this.group, "visibility", visible ? "visible" : "hidden");
    if (visible) put(this.path, "d", this.outline(drawn, thick / 2, 2.6 + thick * 0.62));
  }

  /** Shaft and head, as wide to either side as the halves say.
   * @param {number} share @param {number} shaft @param {number} head */
  outline(share, shaft, head) {
    const tip = Math.max(head * 1.3, this.length * share);
    const neck = tip - head * 1.3;
    const side = [
      [0, shaft],
      [neck, shaft],
      [neck, head],
    ];
    const back = side.map(([along, across]) => [along, -across]).reverse();
    return `M${[...side, [tip, 0], ...back].map(([along, across]) => this.at(along, across)).join(" L")} Z`;
  }

  /** @param {number} along @param {number} across */
  at(along, across) {
    const { start, unit } = this;
    const [x, y] = [start.x + unit.x * along - unit.y * across, start.y + unit.y * along + unit.x * across];
    return `${x.toFixed(2)} ${y.toFixed(2)}`;
  }
}
