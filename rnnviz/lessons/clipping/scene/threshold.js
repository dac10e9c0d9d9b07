// The clipping threshold as a line across the chart of norms: drag it, or move it with the arrow keys.
import { brief } from "../../../stage/js/scales.js";
import { draw, put, write } from "../../../stage/js/svg.js";
import { PLOT_LEFT, PLOT_RIGHT } from "../../../stage/js/plot.js";

/** The rung nearest to a value on a log axis. */
export function nearestRung(rungs, value) {
  const gaps = rungs.map((rung) => Math.abs(Math.log(rung / value)));
  return gaps.indexOf(Math.min(...gaps));
}

/** Share of the norms that are longer than theta; norms that are no numbers count as longer. */
export function shareAbove(norms, theta) {
  let above = 0;
  for (const norm of norms) above += !(norm <= theta);
  return norms.length ? above / norms.length : 0;
}

export class Threshold {
  /** `onMove(theta)` follows the hand; `onRelease(theta)` comes once, when it lets go. */
  constructor(plot, { rungs, theta, named, onMove, onRelease }) {
    Object.assign(this, { plot, rungs, onMove, onRelease, k: nearestRung(rungs, theta) });
    this.group = draw(plot.group, "g", { class: "threshold", role: "slider", tabindex: 0, "aria-label": "Clipping threshold", "aria-valuemin": rungs[0], "aria-valuemax": rungs.at(-1) });
    this.line = draw(this.group, "line", { x1: PLOT_LEFT, x2: plot.width - PLOT_RIGHT });
    this.grip = draw(this.group, "rect", { class: "grip", x: plot.width - PLOT_RIGHT - 58, width: 58, height: 20, rx: 10 });
    this.name = draw(this.group, "text", { class: "gripname", x: plot.width - PLOT_RIGHT - 29 });
    this.reach = draw(this.group, "rect", { class: "reach", x: PLOT_LEFT, width: plot.width - PLOT_LEFT - PLOT_RIGHT, height: 24 });
    this.named = named;
    this.listen();
    this.show(this.k);
  }

  listen() {
    const follow = (event) => this.held && this.choose(nearestRung(this.rungs, this.at(event)));
    this.group.addEventListener("pointerdown", (event) => ((this.held = true), this.group.setPointerCapture(event.pointerId), event.preventDefault(), this.group.focus({ preventScroll: true })));
    this.group.addEventListener("pointermove", follow);
    const release = () => this.held && ((this.held = false), this.onRelease(this.rungs[this.k]));
    this.group.addEventListener("pointerup", release);
    this.group.addEventListener("pointercancel", release);
    this.group.addEventListener("keydown", (event) => {
      const way = { ArrowUp: 1, ArrowRight: 1, ArrowDown: -1, ArrowLeft: -1 }[event.key];
      if (!way) return;
      event.preventDefault();
      this.choose(this.k + way);
      this.onRelease(this.rungs[this.k]);
    });
  }

  /** The value under the pointer. */
  at(event) {
    const box = this.plot.group.ownerSVGElement.getBoundingClientRect();
    const scale = this.plot.group.ownerSVGElement.viewBox.baseVal.height / box.height;
    const y = (event.clientY - box.top) * scale - this.plot.top;
    const share = (this.plot.height - y) / (this.plot.height - 18);
    const [low, high] = [Math.log10(this.plot.low), Math.log10(this.plot.high)];
    return 10 ** (low + share * (high - low));
  }

  choose(k) {
    const next = Math.max(0, Math.min(this.rungs.length - 1, k));
    if (next === this.k) return;
    this.show(next);
    this.onMove(this.rungs[next]);
  }

  show(k) {
    this.k = k;
    const y = this.plot.y(this.rungs[k]);
    put(this.line, "y1", y);
    put(this.line, "y2", y);
    put(this.grip, "y", y - 10);
    put(this.name, "y", y + 4);
    put(this.reach, "y", y - 12);
    write(this.name, `θ ${brief(this.rungs[k])}`);
    put(this.group, "aria-valuenow", this.rungs[k]);
    put(this.group, "aria-valuetext", `${this.rungs[k]}`);
  }
}
