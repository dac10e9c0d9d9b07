// A family of networks under one control: the error goes back through all its cells in lockstep, and the control moves everything.
import { Dial } from "./dial.js";
import { FlowChart } from "./flowchart.js";
import { FlowRows } from "./flowrows.js";
import { flowCsv, flowPlan, flowSentence, nearest, wantsStill } from "./flow.js";
import { FlowTable } from "./flowtable.js";
import { listenKeys } from "../../../stage/js/keys.js";
import { gradientKey } from "../../../stage/js/legend.js";
import { mounting } from "../../../stage/js/mount.js";
import { Player } from "../../../stage/js/player.js";
import { saveButtons } from "../../../stage/js/save.js";
import { add, draw, put, write } from "../../../stage/js/svg.js";
import { row } from "../../../stage/js/unpack.js";

const RUNG_SECONDS = 0.16; // one network of the family after the other
const SHORTEST_SWEEP = 3; // seconds; a family of few is swept more slowly
const BACK_SECONDS = 2.6; // the error's whole way
const GLIDE = 0.06; // seconds in which the picture closes most of the gap to the network chosen

class Sweep {
  constructor(host) {
    Object.assign(this, { film: null, k: 0, hover: -1 });
    this.sweeping = new Player((s) => this.frame(s), () => this.moving());
    this.sending = new Player((s) => this.frame(s));
    this.root = add(host, "div", { class: "stage sweep", tabindex: 0, role: "region", "aria-label": "How far back the error reaches" });
    this.dial = new Dial(this.root, {
      onDial: (name) => this.send("dial", name),
      onMove: (k) => this.choose(k), onRelease: () => this.tell(), onPlay: () => this.play(), onSend: () => this.sendBack(),
      onSpeed: (speed) => (this.sweeping.speed = this.sending.speed = speed), onLoop: (on) => (this.sweeping.loop = on),
    });
    this.says = add(this.root, "p", { class: "says", role: "status" });
    this.place = add(this.root, "div", { class: "flow" });
    this.key = add(this.root, "div", { class: "legend" });
    gradientKey(this.key);
    this.table = new FlowTable(this.root);
    this.foot = add(this.root, "div", { class: "foot" });
    this.held = add(this.foot, "p", { class: "held" });
    saveButtons(this.foot, () => this.svg, () => flowCsv(this.film), () => `gradient-${this.film.setting}`,
      () => `${this.says.textContent} ${this.film.held}`);
    this.listen();
  }

  listen() {
    const step = (direction) => () => (this.choose(this.k + direction), this.tell());
    const keyed = (action) => (target) => (this.film?.keys || this.root.contains(target)) && action();
    this.deaf = listenKeys(this.root, {
      play: keyed(() => this.play()), back: keyed(step(-1)), forward: keyed(step(1)),
      start: keyed(() => (this.choose(0), this.tell())), end: keyed(() => (this.choose(Infinity), this.tell())),
    });
    this.watcher = new ResizeObserver(() => this.film && this.fit());
    this.watcher.observe(this.root);
    this.print = () => this.film && (this.sending.hold(this.sending.total), this.settle());
    addEventListener("beforeprint", this.print);
    this.place.addEventListener("pointermove", (event) => this.point(event));
    this.place.addEventListener("pointerleave", () => ((this.hover = -1), this.paint()));
  }

  /** New numbers. The place in the sweep stays; the picture glides to them if it has the same lines. */
  load(film, send) {
    const old = this.film;
    const at = old ? old.values[this.k] : film.at;
    Object.assign(this, { film, send, k: nearest(film.values, at) });
    this.rung = Math.max(RUNG_SECONDS, SHORTEST_SWEEP / film.values.length);
    this.sweeping.total = (film.values.length - 1) * this.rung;
    this.sweeping.hold(this.k * this.rung);
    this.sending.total = BACK_SECONDS;
    if (!old) this.premiere();
    this.dial.load(film);
    this.table.load(film);
    write(this.held, film.held);
    const alike = old && old.T === film.T && old.lines.map((l) => l.name).join() === film.lines.map((l) => l.name).join();
    if (!alike) this.shown = this.goal();
    this.fit(true);
    this.sweeping.wake();
  }

  premiere() {
    this.sending.at = wantsStill() ? BACK_SECONDS : 0;
    this.sending.playing = !wantsStill();
    this.sending.wake();
  }

  /** What the network in view has, as it should stand: {log, low, high}, each one array a line. */
  goal() {
    const { arrays, lines } = this.film;
    const of = (name) => lines.map((_, l) => Float32Array.from(row(arrays[name], this.k, l)));
    return { log: of("log"), low: of("low"), high: of("high"), laws: this.film.laws.map((_, i) => arrays.laws.data[i * this.film.values.length + this.k]) };
  }

  fit(anew = false) {
    const width = Math.floor(this.root.clientWidth);
    if (!width || (!anew && width === this.width)) return;
    this.width = width;
    this.plan = flowPlan(this.film, width);
    this.svg?.remove();
    this.svg = draw(this.place, "svg", { class: "chain", width, height: this.plan.height, viewBox: `0 0 ${width} ${this.plan.height}`, role: "img" });
    this.rows = new FlowRows(this.svg, this.film, this.plan);
    this.chart = new FlowChart(this.svg, this.film, this.plan);
    this.paint();
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

  choose(k) {
    this.k = Math.max(0, Math.min(this.film.values.length - 1, k));
    this.was = false; // the hand has taken over: it will tell
    this.sweeping.hold(this.k * this.rung);
  }

  /** Python hears of it once, so that the link and the sections below follow. */
  tell() {
    this.send(this.film.setting, this.film.values[this.k]);
  }

  point(event) {
    if (!this.film) return;
    const t = this.plan.step(event.clientX - this.svg.getBoundingClientRect().left);
    if (t === this.hover) return;
    this.hover = t;
    this.paint();
  }

  moving() {
    return this.gap > 0.002;
  }

  frame(seconds) {
    if (!this.film || !this.root.isConnected) return;
    const was = this.was;
    if (this.sweeping.playing) this.k = Math.round(this.sweeping.at / this.rung);
    else if (was) (this.k = Math.round(this.sweeping.at / this.rung)), this.tell();
    this.was = this.sweeping.playing;
    this.glide(wantsStill() ? 1 : 1 - Math.exp(-seconds / GLIDE));
    this.paint();
  }

  /** Close this share of the gap to the network chosen. */
  glide(share) {
    const goal = this.goal();
    this.gap = 0;
    for (const name of ["log", "low", "high"]) this.shown[name].forEach((line, l) => (this.gap = Math.max(this.gap, approach(line, goal[name][l], share))));
    this.gap = Math.max(this.gap, approach(this.shown.laws, goal.laws, share));
  }

  settle() {
    this.glide(1);
    this.paint();
  }

  paint() {
    if (!this.svg) return;
    const T = this.film.lengths[this.k];
    const back = (this.sending.at / this.sending.total) * T;
    this.rows.paint(this.shown, back, T);
    this.chart.paint(this.shown, back, this.hover, T);
    this.dial.paint(this.k, this.sweeping.playing, this.sending.playing);
    this.table.paint(this.k, this.hover);
    const sentence = flowSentence(this.film, this.k, back);
    write(this.says, sentence);
    put(this.svg, "aria-label", sentence);
  }

  end() {
    this.deaf();
    removeEventListener("beforeprint", this.print);
    this.watcher.disconnect();
    this.sweeping.stop();
    this.sending.stop();
    this.root.remove();
  }
}

/** Move `values` by a share of the way to `goal`, in place; returns the largest gap left. */
function approach(values, goal, share) {
  let left = 0;
  for (let i = 0; i < values.length; i++) {
    values[i] += (goal[i] - values[i]) * share;
    left = Math.max(left, Math.abs(goal[i] - values[i]));
  }
  return left;
}

export default mounting(Sweep);
