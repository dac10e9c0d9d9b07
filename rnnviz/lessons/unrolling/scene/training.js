// The training strip: the loss over updates, and the slider that moves the whole picture along it.
import { digits } from "../../../stage/js/scales.js";
import { add, draw, put, write } from "../../../stage/js/svg.js";

const HEIGHT = 96;
const MOST_SHOWN = 3; // baselines: what lies above is drawn at the top
const PAD = { left: 44, right: 14, top: 10, bottom: 6 };

/** `onScrub(k)` follows the hand; `onRelease(k)` comes once, when it lets go. */
export class Training {
  constructor(host, { onScrub, onRelease }) {
    this.root = add(host, "section", { class: "training", "aria-label": "Training" });
    const head = add(this.root, "header");
    add(head, "h4", {}, "Updates of training");
    this.readout = add(head, "output");
    this.svg = draw(this.root, "svg", { class: "curve", height: HEIGHT, role: "img", "aria-label": "Loss over training" });
    this.slider = add(this.root, "input", { type: "range", min: 0, step: 1, "aria-label": "Updates of training" });
    this.slider.addEventListener("input", () => onScrub(Number(this.slider.value)));
    this.slider.addEventListener("change", () => onRelease(Number(this.slider.value)));
    this.note = add(this.root, "p", { class: "note" });
  }

  load(film) {
    this.film = film;
    put(this.slider, "max", film.updates.length - 1);
    write(this.note, this.remark());
  }

  resize(width) {
    this.width = width;
    this.svg.replaceChildren();
    put(this.svg, "width", width);
    this.slider.style.marginLeft = `${PAD.left - 8}px`;
    this.slider.style.width = `${width - PAD.left - PAD.right + 16}px`;
    const { losses, baseline } = this.film;
    const finite = losses.filter(Number.isFinite);
    const highest = Math.max(...finite, 1e-6);
    this.top = baseline === 0 ? 1 : Math.max(baseline * 1.15, Math.min(highest, baseline * MOST_SHOWN));
    this.cut = highest > this.top;
    this.axis();
    if (baseline > 0) this.baseline(baseline);
    this.drawCurve(losses);
    this.cursor = draw(this.svg, "line", { class: "cursor", y1: PAD.top, y2: HEIGHT - PAD.bottom });
    this.dot = draw(this.svg, "circle", { class: "dot", r: 5 });
  }

  x(update) {
    const last = this.film.losses.length - 1;
    return PAD.left + (update / (last || 1)) * (this.width - PAD.left - PAD.right);
  }

  y(loss) {
    return HEIGHT - PAD.bottom - (Math.min(loss, this.top) / this.top) * (HEIGHT - PAD.top - PAD.bottom);
  }

  axis() {
    draw(this.svg, "line", { class: "axis", x1: PAD.left, x2: this.width - PAD.right, y1: this.y(0), y2: this.y(0) });
    draw(this.svg, "text", { x: PAD.left - 8, y: this.y(0) + 4, class: "tick" }, "0");
    const mark = this.cut ? this.top : roundest(this.top);
    draw(this.svg, "text", { x: PAD.left - 8, y: this.y(mark) + (this.cut ? 9 : 4), class: "tick" }, `${this.cut ? "≥ " : ""}${this.cut ? digits(mark) : mark}`);
  }

  baseline(loss) {
    const y = this.y(loss);
    draw(this.svg, "line", { class: "baseline", x1: PAD.left, x2: this.width - PAD.right, y1: y, y2: y });
    draw(this.svg, "text", { class: "tick named", x: this.width - PAD.right, y: y - 5 }, `all letters equally likely: ${digits(loss)}`);
  }

  drawCurve(losses) {
    const runs = [];
    losses.forEach((loss, u) => {
      if (!Number.isFinite(loss)) return runs.push([]);
      if (!runs.length) runs.push([]);
      runs.at(-1).push(`${this.x(u).toFixed(1)} ${this.y(loss).toFixed(1)}`);
    });
    for (const run of runs.filter((r) => r.length)) draw(this.svg, "path", { class: "loss", d: `M${run.join(" L")}` });
  }

  paint(k) {
    const { updates, losses } = this.film;
    const loss = losses[updates[k]];
    this.slider.value = k;
    put(this.slider, "aria-valuetext", `${updates[k]} updates, loss ${digits(loss)} nats`);
    write(this.readout, `${updates[k]} of ${updates.at(-1)} · loss ${digits(loss)} nats`);
    put(this.cursor, "x1", this.x(updates[k]));
    put(this.cursor, "x2", this.x(updates[k]));
    put(this.dot, "cx", this.x(updates[k]));
    put(this.dot, "cy", this.y(Number.isFinite(loss) ? loss : this.top));
  }

  /** What the curve alone does not say. */
  remark() {
    const { stopped, baseline } = this.film;
    if (stopped !== null) {
      return `Numbers overflowed after ${stopped} ${stopped === 1 ? "update" : "updates"}, and the training stopped. A smaller learning rate may avoid it.`;
    }
    return baseline === 0 ? "With one letter only there is nothing to predict: the loss is 0, and so is every gradient." : "";
  }
}

/** The largest of 1, 2, 5, 10, … and their tenths that is no larger. */
export function roundest(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return Number(([5, 2, 1].find((n) => n * power <= value) * power).toPrecision(1));
}

/** Index of the snapshot nearest to `update`. */
export function closest(updates, update) {
  const gaps = updates.map((u) => Math.abs(u - update));
  return gaps.indexOf(Math.min(...gaps));
}
