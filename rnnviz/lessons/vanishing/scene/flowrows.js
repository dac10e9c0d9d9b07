// The unrolled chains of a family, one row a cell: the error comes from the right, each arrow as thick as what it
// carries.
/** @import { FlowFilm, Shown } from "./film.d.ts" */
/** @import { FlowPlan } from "./flowplan.js" */
import { clamp, progress } from "../../../stage/js/range.js";
import { gradientWidth } from "../../../stage/js/scales.js";
import { draw, put } from "../../../stage/js/svg.js";

const HEADLESS = 1; // pixels; what is thinner is a hairline
const SMALLEST = -290; // decades; less is nothing

export class FlowRows {
  key = "";

  /** @param {Element} svg @param {FlowFilm} film @param {FlowPlan} plan */
  constructor(svg, film, plan) {
    this.film = film;
    this.plan = plan;
    this.rows = plan.chains.map((cell, r) => this.chain(svg, cell, r));
  }

  /** @param {Element} svg @param {string} cell @param {number} r */
  chain(svg, cell, r) {
    const { plan, film } = this;
    const line = film.lines.findIndex((l) => l.cell === cell && l.whole);
    const group = draw(svg, "g", { class: "flowrow", transform: `translate(0 ${plan.rowY(r)})` });
    group.style.setProperty("--hue", film.lines[line].hue);
    draw(group, "text", { class: "rowname", x: plan.left, y: -14 }, film.lines[line].title);
    const waiting = draw(group, "path", { class: "cellbox" });
    const reached = draw(group, "path", { class: "cellbox reached" });
    const loss = draw(group, "g");
    draw(loss, "circle", { class: "lossmark", r: 11 });
    draw(loss, "text", { class: "losstext", y: 5 }, "L");
    return { waiting, reached, loss, arrows: draw(group, "path", { class: "flowarrow" }) };
  }

  /**
   * @param {Shown} shown @param {number} back steps that the error has gone back
   * @param {number} T steps that were read
   */
  paint({ carried }, back, T) {
    const count = Math.min(T, Math.ceil(back));
    const key = `${count} ${T}`;
    for (const [r, { waiting, reached, loss, arrows }] of this.rows.entries()) {
      put(arrows, "d", this.arrows(carried[r], back, T));
      if (key === this.key) continue;
      put(waiting, "d", this.boxes(0, T - count));
      put(reached, "d", this.boxes(T - count, T));
      put(loss, "transform", `translate(${this.plan.loss(T) + 12} 0)`);
    }
    this.key = key;
  }

  /** @param {number} from @param {number} to */
  boxes(from, to) {
    const w = this.plan.box;
    const h = clamp(w * 1.2, 10, 22);
    const outline = roundedBox(w, h, Math.min(5, w / 4));
    let d = "";
    for (let t = from; t < to; t++) d += `M${(this.plan.x(t) - w / 2).toFixed(1)} ${-h / 2}${outline}`;
    return d;
  }

  /** One arrow into each step that the error has reached, from the step after it; the last step's comes from the loss.
   * @param {Float32Array} log @param {number} back @param {number} T */
  arrows(log, back, T) {
    const { plan } = this;
    let d = "";
    for (let t = T - 1; t >= 0; t--) {
      const share = progress(back, T - 1 - t, T - t);
      if (share === 0) break;
      const width = log[t] < SMALLEST ? 0 : gradientWidth(10 ** log[t]);
      const from = t === T - 1 ? plan.loss(T) : plan.x(t + 1) - plan.box / 2;
      const to = plan.x(t) + plan.box / 2;
      if (width > 0) d += arrowPath(from, from + (to - from) * share, width);
    }
    return d;
  }
}

/** A box with round corners, from its top left one on.
 * @param {number} w @param {number} h @param {number} r */
function roundedBox(w, h, r) {
  const [across, down] = [w - 2 * r, h - 2 * r];
  const right = `m${r} 0h${across}q${r} 0 ${r} ${r}v${down}`;
  return `${right}q0 ${r} ${-r} ${r}h${-across}q${-r} 0 ${-r} ${-r}v${-down}q0 ${-r} ${r} ${-r}Z`;
}

/** A filled arrow along y = 0 that points left; where there is no room for a head, a bar.
 * @param {number} from @param {number} to @param {number} width */
function arrowPath(from, to, width) {
  const half = width / 2;
  const bar = `H${from.toFixed(1)}Z`;
  const start = `M${from.toFixed(1)} ${(-half).toFixed(2)}`;
  if (from - to < 3 || width < HEADLESS) return `${start}H${to.toFixed(1)}V${half.toFixed(2)}${bar}`;
  const neck = (to + Math.min((from - to) * 0.7, half + 3)).toFixed(1);
  const wing = (half * 1.3 + 1.6).toFixed(2);
  return `${start}H${neck}V-${wing}L${to.toFixed(1)} 0L${neck} ${wing}V${half.toFixed(2)}${bar}`;
}
