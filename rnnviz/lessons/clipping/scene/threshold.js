// The clipping threshold as a line across the chart of norms: drag it, or move it with the arrow keys.
/** @import { Plot } from "../../../stage/js/plot.js" */
import { drag } from "../../../stage/js/drag.js";
import { clamp, nearest } from "../../../stage/js/range.js";
import { draw, put, write } from "../../../stage/js/svg.js";
import { given } from "./given.js";

const GRIP = { width: 58, height: 20 };
const REACH = 24; // pixels in which the line can be taken

/** @type {Record<string, number>} */
const MOVES = { ArrowUp: 1, ArrowRight: 1, ArrowDown: -1, ArrowLeft: -1 };

/** Place of the rung nearest to a value on a log axis.
 * @param {number[]} rungs @param {number} value */
export const nearestRung = (rungs, value) => nearest(rungs.map(Math.log), Math.log(value));

/** Share of the norms that are longer than theta; one that is not finite takes no step, clipped or not.
 * @param {ArrayLike<number>} norms @param {number} theta */
export function shareAbove(norms, theta) {
  const above = Array.from(norms).filter((norm) => Number.isFinite(norm) && norm > theta).length;
  return norms.length ? above / norms.length : 0;
}

/**
 * `onMove` follows the hand; `onRelease` comes once, when it lets go.
 * @typedef {{ onMove: (theta: number) => void, onRelease: (theta: number) => void }} Hand
 */

export class Threshold {
  /** @param {Plot} plot @param {number[]} rungs @param {number} theta @param {Hand} hand */
  constructor(plot, rungs, theta, hand) {
    const { left, right } = plot.frame;
    this.plot = plot;
    this.rungs = rungs;
    this.hand = hand;
    this.k = nearestRung(rungs, theta);
    const says = {
      "aria-label": "Clipping threshold",
      "aria-valuemin": rungs[0],
      "aria-valuemax": rungs[rungs.length - 1],
    };
    this.group = draw(plot.group, "g", { class: "threshold", role: "slider", tabindex: 0, ...says });
    this.line = draw(this.group, "line", { x1: left, x2: right });
    this.grip = draw(this.group, "rect", { class: "grip", x: right - GRIP.width, ...GRIP, rx: GRIP.height / 2 });
    this.name = draw(this.group, "text", { class: "gripname", x: right - GRIP.width / 2 });
    this.reach = draw(this.group, "rect", { class: "reach", x: left, width: right - left, height: REACH });
    this.listen();
    this.show(this.k);
  }

  listen() {
    drag(this.group, {
      onPress: (event) => {
        event.preventDefault();
        this.group.focus({ preventScroll: true });
      },
      onMove: (event) => this.choose(nearestRung(this.rungs, this.under(event))),
      onRelease: () => this.tell(),
    });
    this.group.addEventListener("keydown", (event) => {
      const move = MOVES[event.key];
      if (!move) return;
      event.preventDefault();
      this.choose(this.k + move);
      this.tell();
    });
  }

  /** The value under the pointer.
   * @param {PointerEvent} event */
  under({ clientY }) {
    const svg = /** @type {SVGSVGElement} */ (this.group.ownerSVGElement);
    const box = svg.getBoundingClientRect();
    const y = (clientY - box.top) * (svg.viewBox.baseVal.height / box.height) - this.plot.look.top;
    return this.plot.up.value(y);
  }

  tell() {
    this.hand.onRelease(this.rungs[this.k]);
  }

  /** @param {number} k */
  choose(k) {
    const next = clamp(k, 0, this.rungs.length - 1);
    if (next === this.k) return;
    this.show(next);
    this.hand.onMove(this.rungs[next]);
  }

  /** @param {number} k */
  show(k) {
    const theta = this.rungs[k];
    const y = this.plot.y(theta);
    this.k = k;
    put(this.line, "y1", y);
    put(this.line, "y2", y);
    put(this.grip, "y", y - GRIP.height / 2);
    put(this.name, "y", y + 4);
    put(this.reach, "y", y - REACH / 2);
    write(this.name, `θ ${given(theta)}`);
    put(this.group, "aria-valuenow", theta);
    put(this.group, "aria-valuetext", given(theta));
  }
}
