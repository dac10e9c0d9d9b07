// A family of networks under one control: the error goes back through all its cells in lockstep, and the control moves
// everything.
/** @import { FlowFilm, Shown } from "./film.d.ts" */
/** @import { FlowPlan } from "./flowplan.js" */
import { gradientKey } from "../../../stage/js/legend.js";
import { prefersStill } from "../../../stage/js/motion.js";
import { mounting } from "../../../stage/js/mount.js";
import { Player } from "../../../stage/js/player.js";
import { clamp } from "../../../stage/js/range.js";
import { foot } from "../../../stage/js/save.js";
import { Scene } from "../../../stage/js/scene.js";
import { add, draw, put, write } from "../../../stage/js/svg.js";
import { Dial } from "./dial.js";
import { flowCsv, flowSentence, place } from "./flow.js";
import { FlowChart } from "./flowchart.js";
import { flowPlan } from "./flowplan.js";
import { FlowRows } from "./flowrows.js";
import { FlowTable } from "./flowtable.js";
import { closed, glide, measured } from "./glide.js";

const RUNG_SECONDS = 0.16; // one network of the family after the other
const SHORTEST_SWEEP = 3; // seconds; a family of few is swept more slowly
const BACK_SECONDS = 2.6; // the error's whole way

/** @extends {Scene<FlowFilm>} */
class Sweep extends Scene {
  /** @type {Shown} */ shown;
  /** @type {FlowPlan} */ plan;
  /** @type {SVGSVGElement} */ svg;
  /** @type {FlowRows} */ rows;
  /** @type {FlowChart} */ chart;
  k = 0; // the network in view
  /** @type {number | string} */ wished; // the value chosen: a family that still grows may not have reached it
  hover = -1; // the step under the pointer
  rung = RUNG_SECONDS;
  gliding = false;
  wasSweeping = false; // in the frame before

  /** @param {HTMLElement} host */
  constructor(host) {
    super(host, "sweep", "How far back the error reaches");
    /** @param {number} seconds */
    const frame = (seconds) => this.frame(seconds);
    this.sweeping = new Player(frame, () => this.gliding);
    this.sending = new Player(frame);
    this.sending.total = BACK_SECONDS;
    this.players.push(this.sweeping, this.sending);
    this.dial = this.drawDial();
    this.says = add(this.root, "p", { class: "says", role: "status" });
    this.place = add(this.root, "div", { class: "flow" });
    gradientKey(add(this.root, "div", { class: "legend" }));
    this.table = new FlowTable(this.root);
    this.held = foot(this.root, {
      svg: () => this.svg,
      csv: () => flowCsv(this.film),
      name: () => `gradient-${this.film.setting}`,
      caption: () => `${this.says.textContent} ${this.film.held}`,
    });
    this.place.addEventListener("pointermove", (event) => this.point(event));
    this.place.addEventListener("pointerleave", () => this.pointAt(-1));
    this.listenToKeys();
  }

  drawDial() {
    return new Dial(this.root, {
      dial: (name) => this.send("dial", name),
      move: (k) => this.choose(k),
      release: () => this.tell(),
      play: () => this.play(),
      sendBack: () => this.sendBack(),
      speed: (speed) => this.players.forEach((player) => void Object.assign(player, { speed })),
      loop: (loop) => Object.assign(this.sweeping, { loop }),
    });
  }

  listenToKeys() {
    /**
     * On a page with two scenes the keys are the first's, unless the other has the focus.
     * @param {() => void} action
     */
    const ours = (action) => (/** @type {HTMLElement} */ target) => {
      if (!this.film?.keys && !this.root.contains(target)) return false;
      action();
    };
    /** @param {() => number} k */
    const chosen = (k) =>
      ours(() => {
        this.choose(k());
        this.tell();
      });
    this.listen({
      play: ours(() => this.play()),
      back: chosen(() => this.k - 1),
      forward: chosen(() => this.k + 1),
      start: chosen(() => 0),
      end: chosen(() => Infinity),
    });
  }

  first() {
    this.wished = this.film.at;
    this.take();
    this.shown = this.goal();
    this.sending.at = prefersStill() ? BACK_SECONDS : 0;
    this.sending.playing = !prefersStill();
    this.sending.wake();
  }

  /** The place in the sweep stays; the picture glides to the new numbers if it has the same lines.
   * @param {FlowFilm} before */
  continueFrom(before) {
    if (before.setting !== this.film.setting) this.wished = this.film.at;
    this.take();
    /** @param {FlowFilm} film */
    const lines = (film) => `${film.T} ${film.lines.map((line) => line.name)}`;
    if (lines(before) !== lines(this.film)) this.shown = this.goal();
  }

  /** Take the film's numbers over, at the value wished or the nearest to it. */
  take() {
    const { film } = this;
    const last = film.values.length - 1;
    this.k = place(film.values, this.wished);
    this.rung = Math.max(RUNG_SECONDS, SHORTEST_SWEEP / film.values.length);
    this.sweeping.total = last * this.rung;
    this.sweeping.hold(this.k * this.rung);
    this.dial.load(film);
    this.table.load(film);
    write(this.held, film.held);
  }

  goal() {
    return measured(this.film, this.k);
  }

  arrange() {
    const { film, width } = this;
    this.plan = flowPlan(film, width);
    const { height } = this.plan;
    this.svg?.remove();
    const look = { class: "picture", width, height, viewBox: `0 0 ${width} ${height}`, role: "img" };
    this.svg = draw(this.place, "svg", look);
    this.rows = new FlowRows(this.svg, film, this.plan);
    this.chart = new FlowChart(this.svg, film, this.plan);
  }

  play() {
    this.sending.hold(this.sending.total);
    this.sweeping.toggle();
    if (!this.sweeping.playing) this.tell();
  }

  sendBack() {
    this.sweeping.hold(this.sweeping.at);
    this.sending.hold(0);
    this.sending.toggle();
  }

  /** @param {number} k */
  choose(k) {
    this.look(clamp(k, 0, this.film.values.length - 1));
    this.wasSweeping = false; // the hand has taken over: it will tell
    this.sweeping.hold(this.k * this.rung);
  }

  /** @param {number} k */
  look(k) {
    this.k = k;
    this.wished = this.film.values[k];
  }

  /** Python hears of it once, so that the link and the sections below follow. */
  tell() {
    this.send(this.film.setting, this.film.values[this.k]);
  }

  /** @param {PointerEvent} event */
  point(event) {
    if (this.ready) this.pointAt(this.plan.step(event.clientX - this.svg.getBoundingClientRect().left));
  }

  /** @param {number} t */
  pointAt(t) {
    if (t === this.hover) return;
    this.hover = t;
    this.paint();
  }

  /** @param {number} seconds */
  frame(seconds) {
    if (!this.ready || !this.root.isConnected) return;
    const { playing, at } = this.sweeping;
    const isOver = this.wasSweeping && !playing;
    if (playing || isOver) this.look(Math.round(at / this.rung));
    if (isOver) this.tell();
    this.wasSweeping = playing;
    this.gliding = glide(this.shown, this.goal(), prefersStill() ? 1 : closed(seconds));
    this.paint();
  }

  /** Paper gets the error's whole way, and the network chosen.
   * @param {boolean} on */
  print(on) {
    if (!on) return;
    this.sending.hold(this.sending.total);
    glide(this.shown, this.goal(), 1);
    this.paint();
  }

  paint() {
    if (!this.svg) return;
    const { k, hover, shown, sending } = this;
    const T = this.film.lengths[k];
    const back = (sending.at / sending.total) * T;
    this.rows.paint(shown, back, T);
    this.chart.paint(shown, back, hover, T);
    this.dial.paint(k, this.sweeping.playing, sending.playing);
    this.table.paint(k, hover);
    const sentence = flowSentence(this.film, k, back);
    write(this.says, sentence);
    put(this.svg, "aria-label", sentence);
  }
}

export default mounting(Sweep);
