// The unrolled chains of a family, one row a cell: the error comes from the right, each arrow as thick as what it carries.
import { gradientWidth } from "../../../stage/js/scales.js";
import { draw, put } from "../../../stage/js/svg.js";

const HEADLESS = 1; // pixels; what is thinner is a hairline
const portion = (x, from) => Math.min(1, Math.max(0, x - from));

export class FlowRows {
  constructor(svg, film, plan) {
    Object.assign(this, { film, plan, key: "" });
    this.rows = plan.chains.map((cell, r) => this.chain(svg, cell, r));
  }

  chain(svg, cell, r) {
    const { plan, film } = this;
    const line = film.lines.findIndex((l) => l.cell === cell && l.state === "h");
    const group = draw(svg, "g", { class: "flowrow", transform: `translate(0 ${plan.rowY(r)})` });
    group.style.setProperty("--hue", film.lines[line].hue);
    draw(group, "text", { class: "rowname", x: plan.left, y: -14 }, film.lines[line].title);
    const waiting = draw(group, "path", { class: "cellbox" });
    const reached = draw(group, "path", { class: "cellbox reached" });
    const loss = draw(group, "g");
    draw(loss, "circle", { class: "lossmark", r: 11 });
    draw(loss, "text", { class: "losstext", y: 5 }, "L");
    return { line, waiting, reached, loss, arrows: draw(group, "path", { class: "flowarrow" }) };
  }

  /** `T` steps are read; the error has gone back over `back` of them. */
  paint({ log }, back, T) {
    const count = Math.min(T, Math.ceil(back));
    const key = `${count} ${T}`;
    for (const { line, waiting, reached, loss, arrows } of this.rows) {
      put(arrows, "d", this.arrows(log[line], back, T));
      if (key === this.key) continue;
      put(waiting, "d", this.boxes(0, T - count));
      put(reached, "d", this.boxes(T - count, T));
      put(loss, "transform", `translate(${this.plan.loss(T) + 12} 0)`);
    }
    this.key = key;
  }

  boxes(from, to) {
    const { plan } = this;
    const w = plan.box;
    const h = Math.max(10, Math.min(22, w * 1.2));
    const r = Math.min(5, w / 4);
    let d = "";
    for (let t = from; t < to; t++) {
      const [x, y] = [plan.x(t) - w / 2, -h / 2];
      d += `M${(x + r).toFixed(1)} ${y}h${w - 2 * r}q${r} 0 ${r} ${r}v${h - 2 * r}q0 ${r} ${-r} ${r}h${-(w - 2 * r)}q${-r} 0 ${-r} ${-r}v${-(h - 2 * r)}q0 ${-r} ${r} ${-r}Z`;
    }
    return d;
  }

  /** One arrow into each step that the error has reached, from the step after it; the last step's comes from the loss. */
  arrows(log, back, T) {
    const { plan } = this;
    let d = "";
    for (let t = T - 1; t >= 0; t--) {
      const share = portion(back, T - 1 - t);
      if (share === 0) break;
      const width = log[t] < -290 ? 0 : gradientWidth(10 ** log[t]);
      const from = t === T - 1 ? plan.loss(T) : plan.x(t + 1) - plan.box / 2;
      const to = plan.x(t) + plan.box / 2;
      if (width > 0) d += arrowPath(from, from + (to - from) * share, width);
    }
    return d;
  }
}

/** A filled arrow along y = 0 that points left; where there is no room for a head, a bar. */
function arrowPath(from, to, width) {
  const half = width / 2;
  const bar = `H${from.toFixed(1)}Z`;
  const start = `M${from.toFixed(1)} ${(-half).toFixed(2)}`;
  if (from - to < 3 || width < HEADLESS) return `${start}H${to.toFixed(1)}V${half.toFixed(2)}${bar}`;
  const neck = (to + Math.min((from - to) * 0.7, half + 3)).toFixed(1);
  const wing = half * 1.3 + 1.6;
  return `${start}H${neck}V${(-wing).toFixed(2)}L${to.toFixed(1)} 0L${neck} ${wing.toFixed(2)}V${half.toFixed(2)}${bar}`;
}
