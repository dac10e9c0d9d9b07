// One step of the unrolled network: what it reads, its cell, what it expects, and the arrows between.
/** @import { View } from "./chain.js" */
/** @import { ChainFilm } from "./film.d.ts" */
/** @import { Plan } from "./layout.js" */
/** @import { Reading } from "./reading.js" */
import { progress } from "./range.js";
import { reading, stepInWords } from "./reading.js";
import { glyph } from "./scales.js";
import { drawCell, drawChances, drawLanes, drawLetter, drawPrediction, drawUpright } from "./stepparts.js";
import { draw, fade, paintUnit, put, write } from "./svg.js";

export class Step {
  /** @type {ChainFilm} */ film;
  /** @type {Reading} */ now;
  /** @type {Reading} */ details;
  /** What it looks like in each snapshot is kept: a hand that drags comes by again. @type {Reading[]} */ readings;
  last = ""; // what was painted
  snapshot = -1; // whose values, details and words are shown
  detailed = -1;
  named = -1;

  /**
   * @param {Element} parent @param {ChainFilm} film @param {Plan} plan @param {number} t
   * @param {(t: number) => void} onOpen
   */
  constructor(parent, film, plan, t, onOpen) {
    this.plan = plan;
    this.t = t;
    this.group = draw(parent, "g", { class: "step" });
    this.upright = drawUpright(this.group, plan);
    this.lanes = t < film.T - 1 ? drawLanes(this.group, film.cell.states, plan) : [];
    this.cell = drawCell(this.group, film.H, plan, t, () => onOpen(t));
    this.input = drawLetter(this.group, plan.y.input, plan);
    draw(this.group, "text", { class: "index", y: plan.y.step }, `t = ${t + 1}`);
    this.prediction = drawPrediction(this.group, plan);
    this.chances = drawChances(this.group, film.alphabet.length, plan);
    this.told = [this.prediction.group, this.prediction.mark, ...this.chances.rows.map((chance) => chance.group)];
    this.adopt(film);
  }

  /** @param {ChainFilm} film */
  adopt(film) {
    Object.assign(this, { film, last: "", snapshot: -1, detailed: -1, named: -1, details: undefined, readings: [] });
    write(this.input.text, glyph(film.alphabet[film.inputs[this.t]]));
  }

  /**
   * @param {View} view @param {number} centre where the rolled-up cell stands
   * @param {boolean} isTurn its details may follow
   */
  paint({ k, moment, focus, opened, window }, centre, isTurn) {
    const { t, plan, film } = this;
    const isFocus = t === focus;
    const isAway = !isFocus && this.isAway(window); // nor does it come from the fold
    put(this.group, "display", isAway ? "none" : "inline");
    if (isAway) return;
    const { fold } = moment;
    const x = plan.x(t) * fold + centre * (1 - fold);
    const shown = isFocus ? 1 : fold;
    const read = progress(moment.read, t, t + 1);
    const reached = progress(moment.back, film.T - 1 - t, film.T - t);
    const going = progress(moment.read, t + 1, t + 1.35); // the state leaves for the next step
    const coming = progress(moment.back, film.T - 2 - t + 0.35, film.T - 1 - t); // what the next step sends back
    const look = boxLook(t === opened, read, reached);
    const key = [k, read, reached, going, coming, shown.toFixed(3), x.toFixed(1), isFocus, look].join(" ");
    const isStale = k !== this.detailed && (isTurn || !this.details);
    if (key === this.last && !isStale) return;
    this.last = key;
    if (k !== this.snapshot) this.measure(k);
    if (isStale) this.detail(k);
    this.place(x, shown);
    put(this.cell.group, "tabindex", isFocus ? 0 : -1);
    put(this.cell.box, "class", look);
    this.paintForward(read, going * fold);
    this.paintBackward(reached, coming, fold);
  }

  /** Whether it stands more than a step outside the window.
   * @param {[number, number]} window */
  isAway([left, right]) {
    const { plan, t } = this;
    return plan.x(t) < left - plan.pitch || plan.x(t) > right + plan.pitch;
  }

  /** @param {number} x @param {number} shown */
  place(x, shown) {
    put(this.group, "transform", `translate(${x.toFixed(1)} 0)`);
    put(this.group, "visibility", shown > 0.01 ? "visible" : "hidden");
    put(this.group, "opacity", shown > 0.995 ? 1 : shown.toFixed(2));
  }

  /** Show this step in snapshot k.
   * @param {number} k */
  measure(k) {
    const { wide, room } = this.chances;
    this.snapshot = k;
    this.readings[k] ??= reading(this.film, k, this.t, wide, room);
    this.now = this.readings[k];
    write(this.prediction.text, this.now.guess);
    write(this.prediction.mark, this.now.mark);
    put(this.prediction.mark, "class", this.now.look);
    put(this.prediction.ring, "stroke-dasharray", this.now.ring);
  }

  /** Its details in snapshot k, which is shown: chances, lengths, and the arrows, which are as thick as those say.
   * @param {number} k */
  detail(k) {
    this.detailed = k;
    this.details = this.now;
    const { chances, norms } = this.details;
    this.chances.rows.forEach((drawn, i) => {
      put(drawn.group, "class", chances[i].look);
      put(drawn.bar, "width", chances[i].width);
      write(drawn.letter, chances[i].letter);
      write(drawn.share, chances[i].share);
    });
    this.lanes.forEach(({ length }, s) => {
      write(length, norms[s]);
    });
  }

  /** The words for the snapshot that is shown; a step that was never in sight has none yet. */
  name() {
    if (this.named === this.snapshot) return;
    this.named = this.snapshot;
    write(this.cell.title, stepInWords(this.film, this.snapshot, this.t, this.now));
  }

  /** @param {number} read share of the step @param {number} going share of its state's way to the next */
  paintForward(read, going) {
    this.upright.inward.show(progress(read, 0, 0.3), 2);
    this.upright.upward.show(progress(read, 0.6, 0.85), 2);
    put(this.input.group, "class", read > 0 ? "letter seen" : "letter");
    const lit = progress(read, 0.2, 0.6);
    const { values, strengths } = this.now;
    this.cell.units.forEach((square, j) => {
      paintUnit(square, values[j], lit * strengths[j]);
    });
    const told = progress(read, 0.7, 1);
    for (const element of this.told) fade(element, told);
    for (const { onward, name } of this.lanes) {
      onward.show(going, 2);
      fade(name, going);
    }
  }

  /** @param {number} reached share of its own error @param {number} coming of what comes back @param {number} fold */
  paintBackward(reached, coming, fold) {
    const { own, carried } = this.details;
    this.upright.downward.show(progress(reached, 0, 0.4), own);
    this.lanes.forEach(({ homeward, length }, s) => {
      homeward.show(coming * fold, carried[s]);
      fade(length, progress(coming, 0.5, 1) * fold);
    });
  }
}

/** @param {boolean} isOpened @param {number} read @param {number} reached */
function boxLook(isOpened, read, reached) {
  const reading = read > 0 && read < 1;
  return `box${isOpened ? " opened" : ""}${reached > 0 ? " reached" : ""}${reading ? " reading" : ""}`;
}
