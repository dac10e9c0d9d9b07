// The unrolled network: one column a step, painted for a moment of the film and a snapshot of training.
/** @import { ChainFilm } from "./film.d.ts" */
/** @import { Plan } from "./layout.js" */
/** @import { Moment } from "./timeline.js" */
import { rolledX } from "./layout.js";
import { Loop } from "./loop.js";
import { Step } from "./step.js";
import { draw } from "./svg.js";

const TURNS = 4; // frames of a drag in which every step's details come once, those of as many neighbours together

/**
 * What of the chain is shown.
 * @typedef {object} View
 * @property {number} k the snapshot
 * @property {Moment} moment of the film
 * @property {number} focus the step on which the eye rests
 * @property {number} opened the step whose cell is open, −1 for none
 * @property {[number, number]} window what is in sight, from left to right
 */

/** The SVG of a whole chain. */
export class Chain {
  turn = 0;

  /** @param {Element} parent @param {ChainFilm} film @param {Plan} plan @param {(t: number) => void} onOpen */
  constructor(parent, film, plan, onOpen) {
    const { width, height, zoom } = plan;
    this.plan = plan;
    this.letters = film.alphabet.length;
    this.svg = draw(parent, "svg", {
      class: "picture chain",
      width: width * zoom,
      height: height * zoom,
      role: "group",
      viewBox: `0 0 ${width} ${height}`,
      "aria-label": `The network unrolled over ${film.T} steps`,
    });
    this.loop = new Loop(this.svg, film.T, plan);
    this.steps = Array.from({ length: film.T }, (_, t) => new Step(this.svg, film, plan, t, onOpen));
  }

  /** Take the numbers of another run of the same shape.
   * @param {ChainFilm} film */
  adopt(film) {
    for (const step of this.steps) step.adopt(film);
  }

  /**
   * Steps outside the window are left out: the browser repaints the whole SVG at every change. While it is `dragged`,
   * the steps take turns with their details: nobody reads all of them in one frame.
   * @param {View} view @param {boolean} dragged
   */
  paint(view, dragged) {
    const centre = rolledX(this.plan, view.window[0]);
    this.turn = (this.turn + 1) % TURNS;
    this.loop.paint(1 - view.moment.fold, centre, view.moment.read > 0);
    /** @param {number} t */
    const isTurn = (t) => !dragged || Math.floor(t / TURNS) % TURNS === this.turn;
    this.steps.forEach((step, t) => {
      step.paint(view, centre, isTurn(t));
    });
  }

  /** Write what is heard, or hangs under the pointer: the picture does without it while a hand moves. */
  name() {
    for (const step of this.steps) step.name();
  }

  /** @param {number} t */
  focus(t) {
    this.steps[t].cell.group.focus({ preventScroll: true });
  }

  remove() {
    this.svg.remove();
  }
}
