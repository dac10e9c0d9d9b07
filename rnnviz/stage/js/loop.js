// The rolled-up network: the one cell's loop back into itself.
/** @import { Plan } from "./layout.js" */
import { draw, fade, put } from "./svg.js";

const OUT = 46; // pixels by which the loop leaves the cell
const UNDER = 12;
const ROUND = 14;

export class Loop {
  last = "";

  /** @param {Element} parent @param {number} T @param {Plan} plan */
  constructor(parent, T, { box, y }) {
    this.group = draw(parent, "g", { class: "loop" });
    const half = box.width / 2;
    const middle = y.cell + box.height / 2;
    const out = half + OUT;
    draw(this.group, "path", { d: way(half, middle, out, y.cell + box.height + UNDER) });
    draw(this.group, "path", { class: "head", d: `M${-half - 1} ${middle} l-10 -6 v12 Z` });
    const label = draw(this.group, "text", { x: out + 12, y: middle - 6 }, "one set of weights,");
    draw(label, "tspan", { x: out + 12, dy: 17 }, `used at each of ${T} steps`);
  }

  /**
   * @param {number} share how much it is rolled up @param {number} centre
   * @param {boolean} begun the film has been read from
   */
  paint(share, centre, begun) {
    const key = `${share.toFixed(3)} ${centre.toFixed(1)} ${begun}`;
    if (key === this.last) return;
    this.last = key;
    fade(this.group, share ** 6); // gone before the cells slide over it
    put(this.group, "transform", `translate(${centre.toFixed(1)} 0)`);
  }
}

/** From the cell's right side, under it, to its left side.
 * @param {number} half @param {number} middle @param {number} out @param {number} under */
function way(half, middle, out, under) {
  const down = `q${ROUND} 0 ${ROUND} ${ROUND} V${under}`;
  const right = `M${half} ${middle} H${out - ROUND} ${down} q0 ${ROUND} -${ROUND} ${ROUND}`;
  const left = `H${ROUND - out} q-${ROUND} 0 -${ROUND} -${ROUND} V${middle + ROUND} q0 -${ROUND} ${ROUND} -${ROUND}`;
  return `${right} ${left} H${-half - 9}`;
}
