// The training strip: the loss over updates, and the slider that moves the whole picture along it.
/** @import { ChainFilm } from "../../../stage/js/film.d.ts" */
import { Axis, across, leftTick } from "../../../stage/js/axes.js";
import { slider } from "../../../stage/js/controls.js";
import { polyline } from "../../../stage/js/path.js";
import { digits } from "../../../stage/js/scales.js";
import { add, draw, put, write } from "../../../stage/js/svg.js";

const HEIGHT = 96;
const MOST_SHOWN = 3; // baselines: what lies above is drawn at the top
const PAD = { left: 44, right: 14, top: 10, bottom: 6 };
const THUMB = 8; // pixels from the slider's end to the middle of its thumb there

export class Training {
  /** @type {ChainFilm} */ film;
  /** @type {Axis} */ across;
  /** @type {Axis} */ up;
  /** @type {SVGElement} */ cursor;
  /** @type {SVGElement} */ dot;
  top = 1; // the largest loss drawn, nats

  /**
   * @param {Element} host
   * @param {{ onMove: (k: number) => void, onRelease: (k: number) => void }} hand
   */
  constructor(host, hand) {
    this.root = add(host, "section", { class: "training", "aria-label": "Training" });
    const head = add(this.root, "header");
    add(head, "h4", {}, "Updates of training");
    this.readout = add(head, "output");
    const look = { class: "curve", height: HEIGHT, role: "img", "aria-label": "Loss over training" };
    this.svg = draw(this.root, "svg", look);
    this.slider = slider(this.root, { "aria-label": "Updates of training" }, hand);
    this.note = add(this.root, "p", { class: "note" });
  }

  /** @param {ChainFilm} film */
  load(film) {
    this.film = film;
    put(this.slider, "max", film.updates.length - 1);
  }

  /** @param {number} width */
  resize(width) {
    const { losses, baseline } = this.film;
    const frame = { left: PAD.left, right: width - PAD.right, top: PAD.top, bottom: HEIGHT - PAD.bottom };
    const highest = Math.max(...losses.filter((loss) => Number.isFinite(loss)), 1e-6);
    this.top = baseline === 0 ? 1 : Math.max(baseline * 1.15, Math.min(highest, baseline * MOST_SHOWN));
    this.across = new Axis([0, losses.length - 1 || 1], [frame.left, frame.right]);
    this.up = new Axis([0, this.top], [frame.bottom, frame.top]);
    this.svg.replaceChildren();
    put(this.svg, "width", width);
    this.slider.style.marginLeft = `${frame.left - THUMB}px`;
    this.slider.style.width = `${frame.right - frame.left + 2 * THUMB}px`;
    this.drawAxis(frame, highest > this.top);
    if (baseline > 0) this.drawBaseline(frame, baseline);
    for (const run of this.runs()) draw(this.svg, "path", { class: "loss", d: polyline(run) });
    this.cursor = draw(this.svg, "line", { class: "cursor", y1: frame.top, y2: frame.bottom });
    this.dot = draw(this.svg, "circle", { class: "dot", r: 5 });
  }

  /**
   * @param {import("../../../stage/js/axes.js").Frame} frame
   * @param {boolean} isCut larger losses are drawn at the top
   */
  drawAxis(frame, isCut) {
    across(this.svg, frame, this.y(0));
    leftTick(this.svg, frame, this.y(0), "0");
    const mark = isCut ? this.top : roundest(this.top);
    leftTick(this.svg, frame, this.y(mark) + (isCut ? 5 : 0), isCut ? `≥ ${digits(mark)}` : String(mark));
  }

  /** @param {import("../../../stage/js/axes.js").Frame} frame @param {number} loss */
  drawBaseline(frame, loss) {
    const y = this.y(loss);
    across(this.svg, frame, y, "baseline");
    const place = { class: "tick named", x: frame.right, y: y - 5 };
    draw(this.svg, "text", place, `all letters equally likely: ${digits(loss)}`);
  }

  /** @param {number} loss */
  y(loss) {
    return this.up.at(Math.min(loss, this.top));
  }

  /** The curve's pieces: it breaks where numbers overflowed. */
  runs() {
    /** @type {[number, number][][]} */
    const found = [[]];
    this.film.losses.forEach((loss, u) => {
      if (Number.isFinite(loss)) found[found.length - 1].push([this.across.at(u), this.y(loss)]);
      else found.push([]);
    });
    return found.filter((run) => run.length);
  }

  /** @param {number} k snapshot @param {number} asked the updates of training that were asked for */
  paint(k, asked) {
    const { updates, losses } = this.film;
    const loss = losses[updates[k]];
    const said = Number.isFinite(loss) ? `loss ${digits(loss)} nats` : "no finite loss";
    const x = this.across.at(updates[k]);
    this.slider.value = String(k);
    put(this.slider, "aria-valuetext", `${counted(updates[k])}, ${said}`);
    write(this.readout, `${updates[k]} of ${updates.at(-1)} · ${said}`);
    write(this.note, remarks(this.film, k, asked));
    put(this.cursor, "x1", x);
    put(this.cursor, "x2", x);
    put(this.dot, "cx", x);
    put(this.dot, "cy", this.y(Number.isFinite(loss) ? loss : this.top));
  }
}

/** What the curve alone does not say, snapshot k shown for so many updates asked for.
 * @param {Pick<ChainFilm, "stopped" | "baseline" | "updates">} film @param {number} k @param {number} asked */
export function remarks(film, k, asked) {
  return [elsewhere(film, k, asked), remark(film)].filter(Boolean).join(" ");
}

/** That the place asked for was not recorded; while the training is on its way there, it may still be.
 * @param {Pick<ChainFilm, "stopped" | "updates">} film @param {number} k @param {number} asked */
function elsewhere({ updates, stopped }, k, asked) {
  const isComing = stopped === null && asked > Math.max(...updates);
  if (asked === updates[k] || isComing) return "";
  return `After ${counted(asked)} no pass was recorded: the picture shows the nearest, after ${counted(updates[k])}.`;
}

/** @param {Pick<ChainFilm, "stopped" | "baseline">} film */
function remark({ stopped, baseline }) {
  if (stopped === 0) return "Numbers overflowed before the first update: there is no training.";
  if (stopped !== null) {
    const after = `Numbers overflowed after ${counted(stopped)}, and the training stopped.`;
    return `${after} A smaller learning rate may avoid it.`;
  }
  return baseline === 0
    ? "With one letter only there is nothing to predict: the loss is 0, and so is every gradient."
    : "";
}

/** @param {number} updates */
const counted = (updates) => `${updates} update${updates === 1 ? "" : "s"}`;

/** The largest of 1, 2, 5, 10, … and their tenths that is no larger.
 * @param {number} value */
export function roundest(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  const mantissa = [5, 2].find((n) => n * power <= value) ?? 1;
  return Number((mantissa * power).toPrecision(1));
}
