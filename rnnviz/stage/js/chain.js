// The unrolled network: one column a step, painted for a moment of the film and a snapshot of training.
import { unitCorner, rolledX } from "./layout.js";
import { brief, digits, favourite, glyph, gradientWidth, largest, norm, percent, quoted, strength } from "./scales.js";
import { Arrow, draw, fade, paintUnit, put, write } from "./svg.js";
import { row } from "./unpack.js";

const part = (x, from, to) => Math.min(1, Math.max(0, (x - from) / (to - from)));
const TOP = 3; // letters listed under each step
const SHARE = 38; // pixels, "100%"
const TURNS = 4; // frames of a drag in which every step's details come once, those of as many neighbours together
const POINTED = 60; // a narrower list has no room to point at the right letter

/** The SVG of a whole chain. `onOpen(t)` is called for a click or Enter on step t. */
export class Chain {
  constructor(parent, film, plan, onOpen) {
    this.film = film;
    this.plan = plan;
    this.letters = film.alphabet.length;
    this.turn = 0;
    this.svg = draw(parent, "svg", { class: "chain", width: plan.width * plan.zoom, height: plan.height * plan.zoom, role: "group",
      viewBox: `0 0 ${plan.width} ${plan.height}`, "aria-label": `The network unrolled over ${film.T} steps` });
    this.loop = new Loop(this.svg, film, plan);
    this.steps = Array.from({ length: film.T }, (_, t) => new Step(this.svg, film, plan, t, onOpen));
  }

  /** Take the numbers of another run of the same shape. */
  adopt(film) {
    this.film = film;
    for (const step of this.steps) step.adopt(film);
  }

  /**
   * Paint snapshot k at a moment of the film; `opened` is the step whose cell is open, −1 for none.
   * Steps outside `window` [left, right] are left out: the browser repaints the whole SVG at every change. While it is
   * `dragged`, the steps take turns with their details: nobody reads all of them in one frame.
   */
  paint(k, moment, focus, window, opened, dragged) {
    const centre = rolledX(this.plan, window[0]);
    this.turn = (this.turn + 1) % TURNS;
    this.loop.paint(1 - moment.fold, centre, moment);
    const isTurn = (t) => !dragged || Math.floor(t / TURNS) % TURNS === this.turn;
    this.steps.forEach((step, t) => step.paint(k, moment, focus, centre, window, opened, isTurn(t)));
  }

  /** Write what is heard, or hangs under the pointer: the picture does without it while a hand moves. */
  name() {
    for (const step of this.steps) step.name();
  }

  remove() {
    this.svg.remove();
  }
}

class Loop {
  constructor(parent, film, plan) {
    this.group = draw(parent, "g", { class: "loop" });
    const half = plan.box.width / 2;
    const middle = plan.y.cell + plan.box.height / 2;
    const out = half + 46;
    draw(this.group, "path", { d: `M${half} ${middle} H${out - 14} q14 0 14 14 V${plan.y.cell + plan.box.height + 12} q0 14 -14 14
      H${-out + 14} q-14 0 -14 -14 V${middle + 14} q0 -14 14 -14 H${-half - 9}` });
    draw(this.group, "path", { class: "head", d: `M${-half - 1} ${middle} l-10 -6 v12 Z` });
    const label = draw(this.group, "text", { x: out + 12, y: middle - 6 }, "one set of weights,");
    draw(label, "tspan", { x: out + 12, dy: 17 }, `used at each of ${film.T} steps`);
    this.last = "";
  }

  paint(share, centre, { read }) {
    const key = `${share.toFixed(3)} ${centre.toFixed(1)} ${read > 0}`;
    if (key === this.last) return;
    this.last = key;
    fade(this.group, share ** 6); // gone before the cells slide over it
    put(this.group, "transform", `translate(${centre.toFixed(1)} 0)`);
  }
}

class Step {
  constructor(parent, film, plan, t, onOpen) {
    Object.assign(this, { film, plan, t });
    this.group = draw(parent, "g", { class: "step" });
    this.drawArrows();
    this.drawCell(onOpen);
    this.drawInput();
    this.drawPrediction();
    this.drawChances();
    this.adopt(film);
  }

  adopt(film) {
    Object.assign(this, { film, last: "", snapshot: -1, detailed: -1, named: -1, details: null, readings: [] });
    write(this.read, glyph(film.alphabet[film.inputs[this.t]]));
  }

  drawArrows() {
    const { film, plan, t } = this;
    const { box, y, radius } = plan;
    const right = box.width / 2;
    const next = plan.pitch - box.width / 2;
    const bottom = y.cell + box.height;
    this.inward = new Arrow(this.group, "forward", [0, y.input - radius - 2], [0, bottom + 4]);
    this.upward = new Arrow(this.group, "forward", [-6, y.cell - 2], [-6, y.prediction + radius + 3]);
    this.downward = new Arrow(this.group, "gradient", [7, y.prediction + radius + 2], [7, y.cell - 3]);
    const between = t < film.T - 1;
    this.onward = film.cell.states.map((_, s) => between && new Arrow(this.group, "forward", [right + 2, plan.lane(s)], [next - 3, plan.lane(s)]));
    this.homeward = film.cell.states.map((_, s) => between && new Arrow(this.group, "gradient", [next - 2, plan.lane(s, true)], [right + 3, plan.lane(s, true)]));
    this.stateNames = film.cell.states.map((state, s) => between && draw(this.group, "text",
      { class: "lane", x: (right + next) / 2, y: plan.lane(s) - 6 }, state));
    this.norms = film.cell.states.map((_, s) => between && draw(this.group, "text",
      { class: "norm", x: (right + next) / 2, y: plan.lane(s, true) + 17 }));
  }

  drawCell(onOpen) {
    const { film, plan, t } = this;
    const { box, y } = plan;
    this.cell = draw(this.group, "g", { class: "cell", role: "button", tabindex: -1, "data-step": t + 1 });
    this.title = draw(this.cell, "title");
    this.box = draw(this.cell, "rect", { class: "box", x: -box.width / 2, y: y.cell, width: box.width, height: box.height, rx: 11 });
    const side = plan.unit;
    const corners = Array.from({ length: film.H }, (_, j) => unitCorner(plan, j)).map(([left, top]) => [left, y.cell + top]);
    this.units = corners.map(([left, top]) => draw(this.cell, "rect",
      { class: "unit positive", x: left, y: top, width: side, height: side, stroke: "none" }));
    const outlines = corners.map(([left, top]) => `M${left} ${top} h${side} v${side} h${-side} Z`); // once: they never change
    draw(this.cell, "path", { class: "outlines", d: outlines.join(" ") });
    this.cell.addEventListener("click", () => onOpen(t));
    this.cell.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      onOpen(t);
    });
  }

  drawInput() {
    const { plan, t } = this;
    this.input = draw(this.group, "g", { class: "letter" });
    draw(this.input, "circle", { cy: plan.y.input, r: plan.radius });
    this.read = draw(this.input, "text", { y: plan.y.input + 6 });
    draw(this.group, "text", { class: "index", y: plan.y.step }, `t = ${t + 1}`);
  }

  drawPrediction() {
    const { plan } = this;
    this.prediction = draw(this.group, "g", { class: "letter" });
    draw(this.prediction, "circle", { cy: plan.y.prediction, r: plan.radius });
    this.ring = draw(this.prediction, "circle", { class: "ring", cy: plan.y.prediction, r: plan.radius, pathLength: 100,
      transform: `rotate(-90 0 ${plan.y.prediction})` });
    this.guess = draw(this.prediction, "text", { y: plan.y.prediction + 6 });
    this.mark = draw(this.group, "text", { class: "mark", y: plan.y.mark });
  }

  drawChances() {
    const { plan } = this;
    const wide = this.wide = Math.min(plan.pitch - 10, 92);
    this.room = Math.max(8, wide - SHARE); // a bar ends before its number
    this.chances = Array.from({ length: Math.min(TOP, this.film.alphabet.length) }, (_, i) => {
      const group = draw(this.group, "g", { class: "chance", transform: `translate(${-wide / 2} ${plan.y.chances + i * 19})` });
      return { group, bar: draw(group, "rect", { height: 16, rx: 3 }), letter: draw(group, "text", { x: 4, y: 12 }),
               share: draw(group, "text", { class: "share", x: wide - 3, y: 12 }) };
    });
  }

  paint(k, moment, focus, centre, [left, right], opened, isTurn) {
    const { t, plan, film } = this;
    const home = plan.x(t);
    const x = home * moment.fold + centre * (1 - moment.fold);
    const away = t !== focus && (home < left - plan.pitch || home > right + plan.pitch); // nor does it come from the fold
    put(this.group, "display", away ? "none" : "inline");
    if (away) return;
    const v = part(moment.read, t, t + 1);
    const w = part(moment.back, film.T - 1 - t, film.T - t);
    const going = part(moment.read, t + 1, t + 1.35); // the state leaves for the next step
    const coming = part(moment.back, film.T - 2 - t + 0.35, film.T - 1 - t); // what the next step sends back
    const shown = moment.fold + (1 - moment.fold) * (t === focus ? 1 : 0);
    const key = [k, v, w, going, coming, shown.toFixed(3), x.toFixed(1), t === focus, t === opened].join(" ");
    const stale = k !== this.detailed && (isTurn || !this.details);
    if (key === this.last && !stale) return;
    this.last = key;
    if (k !== this.snapshot) this.measure(k);
    if (stale) this.detail(k);
    put(this.group, "transform", `translate(${x.toFixed(1)} 0)`);
    put(this.group, "visibility", shown > 0.01 ? "visible" : "hidden");
    put(this.group, "opacity", shown > 0.995 ? 1 : shown.toFixed(2));
    put(this.cell, "tabindex", t === focus ? 0 : -1);
    put(this.box, "class", `box${t === opened ? " opened" : ""}${w > 0 ? " reached" : ""}${v > 0 && v < 1 ? " reading" : ""}`);
    this.paintForward(v, going, moment.fold);
    this.paintBackward(w, coming, moment.fold);
  }

  /** Show this step in snapshot k. What it looks like is kept: a hand that drags comes by again. */
  measure(k) {
    this.snapshot = k;
    this.now = this.readings[k] ??= this.reading(k);
    const { guess, mark, look, ring } = this.now;
    write(this.guess, guess);
    write(this.mark, mark);
    put(this.mark, "class", look);
    put(this.ring, "stroke-dasharray", ring);
  }

  /** Its details in snapshot k, which is shown: chances, lengths, and the arrows, which are as thick as those say. */
  detail(k) {
    this.detailed = k;
    this.details = this.now;
    const { chances, norms } = this.details;
    this.chances.forEach((drawn, i) => {
      put(drawn.group, "class", chances[i].look);
      put(drawn.bar, "width", chances[i].width);
      write(drawn.letter, chances[i].letter);
      write(drawn.share, chances[i].share);
    });
    this.norms.forEach((label, s) => label && write(label, norms[s]));
  }

  reading(k) {
    const { film, t, room, wide } = this;
    const target = film.targets[t];
    const values = row(film.arrays["states.h"], k, t);
    const probabilities = row(film.arrays.probabilities, k, t);
    const best = favourite(probabilities);
    const carried = film.cell.states.map((state) => norm(row(film.arrays[`carried.${state}`], k, t)));
    return {
      values, probabilities, best,
      strengths: Array.from(values, (value) => strength(value, film.limits.h)),
      guess: best < 0 ? "?" : glyph(film.alphabet[best]),
      mark: best === target ? "✓" : `✗ ${glyph(film.alphabet[target])}`,
      look: best === target ? "mark right" : "mark wrong",
      ring: `${best < 0 ? 0 : Math.round(100 * probabilities[best])} 100`,
      chances: listed(probabilities, target).map((i) => ({
        look: i === target ? "chance target" : "chance",
        width: Math.round(probabilities[i] * room || 0),
        letter: glyph(film.alphabet[i]) + (i === target && wide >= POINTED ? " ◂" : ""),
        share: percent(probabilities[i]),
      })),
      own: gradientWidth(norm(row(film.arrays.own, k, t))),
      carried: carried.map(gradientWidth),
      norms: carried.map(brief),
    };
  }

  /** The words for the snapshot that is shown; a step that was never in sight has none yet. */
  name() {
    if (this.named === this.snapshot) return;
    this.named = this.snapshot;
    const { film, t } = this;
    const { best, probabilities } = this.now;
    const total = norm(row(film.arrays["grads.h"], this.snapshot, t));
    const letter = (i) => quoted(film.alphabet[i]);
    const expects = best < 0 ? "predicts nothing" : `expects ${letter(best)} (${percent(probabilities[best])})`;
    write(this.title, `Step ${t + 1}: reads ${letter(film.inputs[t])}, ${expects}, next is ${letter(film.targets[t])}. ` +
      `‖∂L/∂h‖ = ${digits(total)}. Click or press Enter to look inside.`);
  }

  paintForward(v, going, fold) {
    this.inward.show(part(v, 0, 0.3), 2);
    this.upward.show(part(v, 0.6, 0.85), 2);
    put(this.input, "class", v > 0 ? "letter seen" : "letter");
    const lit = part(v, 0.2, 0.6);
    this.units.forEach((square, j) => paintUnit(square, this.now.values[j], lit * this.now.strengths[j]));
    const told = part(v, 0.7, 1);
    for (const element of [this.prediction, this.mark, ...this.chances.map((c) => c.group)]) fade(element, told);
    this.onward.forEach((arrow) => arrow && arrow.show(going * fold, 2));
    this.stateNames.forEach((label) => label && fade(label, going * fold));
  }

  paintBackward(w, coming, fold) {
    this.downward.show(part(w, 0, 0.4), this.details.own);
    this.homeward.forEach((arrow, s) => arrow && arrow.show(coming * fold, this.details.carried[s]));
    this.norms.forEach((label) => label && fade(label, part(coming, 0.5, 1) * fold));
  }
}

/** The likeliest letters; the right one stands last among them if it is not one of them. */
export function listed(probabilities, target) {
  const found = largest(probabilities, TOP);
  if (!found.includes(target)) found[found.length - 1] = target;
  return found;
}
