// The cliff: a ball dropped anywhere on the error surface of a one-unit network rolls down twice, without and with
// clipping.
/** @import { Ball, CliffFilm, Place } from "./film.d.ts" */
import { button, slider } from "../../../stage/js/controls.js";
import { prefersStill } from "../../../stage/js/motion.js";
import { mounting } from "../../../stage/js/mount.js";
import { Player } from "../../../stage/js/player.js";
import { foot } from "../../../stage/js/save.js";
import { digits } from "../../../stage/js/scales.js";
import { Scene } from "../../../stage/js/scene.js";
import { beside } from "../../../stage/js/standalone.js";
import { add, put, write } from "../../../stage/js/svg.js";
import { CliffMap } from "./cliffmap.js";
import { cliffDescent } from "./cliffmath.js";
import { descentInWords, restsInWords, wayCsv } from "./cliffwords.js";
import { given } from "./given.js";
import { StateMap } from "./statemap.js";

const STEPS_A_SECOND = 24;
const STACKED = 720; // below this width the panels stand one under the other
const APART = 20; // pixels between them

/** @extends {Scene<CliffFilm>} */
class Cliff extends Scene {
  /** @type {Ball} */ at;
  /** Without and with clipping. @type {[Place[], Place[]]} */ ways;
  /** @type {CliffMap} */ map;
  /** @type {StateMap} */ state;

  /** @param {HTMLElement} host */
  constructor(host) {
    super(host, "cliff", "The cliff");
    this.player = new Player(() => this.paint());
    this.players.push(this.player);
    this.says = add(this.root, "p", { class: "says", role: "status" });
    const bar = add(this.root, "div", { class: "knobs" });
    button(bar, "▶ Roll", "Let both balls roll once more", () => this.roll());
    this.knobs = { pace: this.knob(bar, "pace", "Rate"), bound: this.knob(bar, "bound", "Threshold θ") };
    this.panels = add(this.root, "div", { class: "panels" });
    this.rests = add(this.root, "p", { class: "rests" });
    this.held = foot(this.root, {
      svg: () => this.whole(),
      csv: () => wayCsv(this.ways),
      name: () => "cliff",
      caption: () => [this.says, this.rests, this.held].map((p) => p.textContent).join(" "),
    });
  }

  /** @param {Element} bar @param {"pace" | "bound"} name @param {string} text */
  knob(bar, name, text) {
    const label = add(bar, "label", { class: "knob" }, text);
    const shown = add(label, "output");
    const onMove = (/** @type {number} */ rung) => this.set({ [name]: this.film.rungs[name][rung] });
    return { shown, input: slider(label, {}, { onMove, onRelease: () => this.send(name, this.at[name]) }) };
  }

  first() {
    this.at = { ...this.film.ball };
    this.continueFrom();
    this.roll();
  }

  continueFrom() {
    const { steps, target, paces, grain, rungs } = this.film;
    this.player.total = paces / STEPS_A_SECOND;
    for (const name of /** @type {const} */ (["pace", "bound"]))
      put(this.knobs[name].input, "max", rungs[name].length - 1);
    const held = `x₀ = ½, ${steps} steps, the goal σ(x₅₀) = ${target}, ${paces} steps of descent`;
    const places = `places rounded to ${digits(1 / grain)} (the wall magnifies last digits)`;
    write(
      this.held,
      `The browner, the larger the error. Held constant: ${held}, ${places}; both balls start where you drop them.`,
    );
    this.search();
  }

  arrange() {
    const { width, film } = this;
    const isStacked = width < STACKED;
    const left = isStacked ? width : Math.floor(width * 0.58);
    const right = isStacked ? width : width - left - APART;
    const height = Math.min(460, Math.round(left * 0.75));
    this.panels.replaceChildren();
    const hand = {
      onDrop: (/** @type {number} */ w, /** @type {number} */ b) => this.set({ w, b }),
      onDone: () => this.drop(),
    };
    this.map = new CliffMap(this.panels, film, { width: left, height }, hand);
    this.state = new StateMap(this.panels, film, {
      width: right,
      height: isStacked ? Math.round(right * 0.8) : height,
    });
  }

  /** A hand moves the ball, or a knob: the whole way is there at once.
   * @param {Partial<Ball>} changed */
  set(changed) {
    Object.assign(this.at, changed);
    this.search();
    this.player.hold(this.player.total);
    this.paint();
  }

  /** The hand has let go of the ball. */
  drop() {
    this.send("w", this.at.w);
    this.send("b", this.at.b);
    this.roll();
  }

  search() {
    const { w, b, pace, bound } = this.at;
    this.ways = [cliffDescent(this.film, w, b, pace, null), cliffDescent(this.film, w, b, pace, bound)];
  }

  roll() {
    this.player.hold(prefersStill() ? this.player.total : 0);
    if (!prefersStill()) this.player.toggle();
  }

  /** Paper gets both ways to their ends.
   * @param {boolean} on */
  print(on) {
    if (!on) return;
    this.player.hold(this.player.total);
    this.paint();
  }

  paint() {
    if (!this.map) return;
    const { at, film } = this;
    const n = Math.min(film.paces, Math.round(this.player.at * STEPS_A_SECOND));
    this.map.paint(at, this.ways, n);
    write(this.rests, restsInWords(at, this.state.paint(at)));
    write(this.says, descentInWords(this.ways, n));
    for (const name of /** @type {const} */ (["pace", "bound"])) {
      const { input, shown } = this.knobs[name];
      input.value = String(film.rungs[name].indexOf(at[name]));
      write(shown, given(at[name]));
    }
  }

  /** Both panels in one drawing, for saving. */
  whole() {
    return beside(this.panels, [
      { svg: this.map.svg, title: "Error E over weight w and bias b" },
      { svg: this.state.svg, title: "The unit: x ↦ w σ(x) + b" },
    ]);
  }
}

export default mounting(Cliff);
