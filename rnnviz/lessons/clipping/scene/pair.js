// The clipping theatre: one network trained twice, without and with clipping, played from frames of both trainings.
import { beside } from "../../../stage/js/beside.js";
import { listenKeys } from "../../../stage/js/keys.js";
import { mounting } from "../../../stage/js/mount.js";
import { Player } from "../../../stage/js/player.js";
import { saveButtons } from "../../../stage/js/save.js";
import { Side } from "./side.js";
import { add, write } from "../../../stage/js/svg.js";
import { Transport } from "../../../stage/js/transport.js";

const FRAMES_A_SECOND = 8;
const APART = 24; // pixels between the two sides
const TOGETHER = 640; // below this width they stand one under the other
const quiet = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

class Theatre {
  constructor(host) {
    Object.assign(this, { film: null, theta: 1 });
    this.player = new Player(() => this.film && this.root.isConnected && this.paint());
    this.root = add(host, "div", { class: "stage theatre", tabindex: 0, role: "region", "aria-label": "Training without and with clipping" });
    this.says = add(this.root, "p", { class: "says", role: "status" });
    this.task = add(this.root, "p", { class: "task" });
    this.transport = new Transport(this.root, {
      play: () => this.player.toggle(), step: (way) => this.step(way), scrub: (share) => this.player.seek(share * this.player.total),
      speed: (speed) => (this.player.speed = speed), loop: (on) => (this.player.loop = on), fold: () => {},
    });
    this.transport.fold.remove();
    this.sides = add(this.root, "div", { class: "sides" });
    const hand = { onTheta: (theta) => this.preview(theta), onThetaDone: (theta) => this.send("max_norm", theta) };
    this.pair = [0, 1].map((k) => new Side(this.sides, k, hand));
    this.foot = add(this.root, "div", { class: "foot" });
    this.held = add(this.foot, "p", { class: "held" });
    saveButtons(this.foot, () => this.whole(), () => trainingCsv(this.film), () => "clipping-theatre", () => `${this.says.textContent}. ${this.task.textContent} ${this.film.held}`);
    this.listen();
  }

  listen() {
    const still = (action) => () => (action(), this.paint());
    this.deaf = listenKeys(this.root, {
      play: () => this.player.toggle(), back: still(() => this.step(-1)), forward: still(() => this.step(1)),
      start: still(() => this.player.hold(0)), end: still(() => this.player.hold(this.player.total)),
    });
    this.watcher = new ResizeObserver(() => this.film && this.fit());
    this.watcher.observe(this.root);
    this.print = () => this.film && (this.player.hold(this.player.total), this.paint());
    addEventListener("beforeprint", this.print);
  }

  /** New numbers. A training is met at its newest frame, over or not, and who looks at that stays with it; else the film stays where it was. */
  load(film, send) {
    const first = !this.film;
    const known = film.recorded > 0 && film.recorded === film.last;
    this.asked = known && (first ? !quiet() : this.asked);
    const live = film.last > film.recorded;
    const newest = first ? live : this.film.running && this.player.at >= this.player.total;
    const finite = [...film.arrays.losses.data].filter(Number.isFinite);
    film.top = Math.min(Math.max(film.baseline * 1.5, ...quantile(finite)), film.baseline * 4);
    film.widest = Math.max(2, Math.ceil(Math.max(...[...film.arrays.stretch.data].filter(Number.isFinite), 0)));
    Object.assign(this, { film, send, theta: film.theta });
    this.player.total = Math.max(film.frames.length - 1, 1) / FRAMES_A_SECOND;
    if (newest || (first && quiet())) this.player.hold(this.player.total);
    else if (first) this.player.hold(0); // a recorded run would answer the question above it
    else this.player.at = Math.min(this.player.at, this.player.total);
    write(this.held, film.held);
    write(this.task, `${film.told} In the sequence shown that is ${film.answer}.`);
    this.fit(true);
    this.player.wake();
  }

  fit(anew = false) {
    const width = Math.floor(this.root.clientWidth);
    if (!width || (!anew && width === this.width)) return;
    this.width = width;
    const each = width < TOGETHER ? width : Math.floor((width - APART) / 2);
    for (const side of this.pair) side.load(this.film, each, this.theta);
    this.paint();
  }

  get frame() {
    return Math.min(this.film.frames.length - 1, Math.floor(this.player.at * FRAMES_A_SECOND + 1e-6));
  }

  step(way) {
    this.player.hold((this.frame + way) / FRAMES_A_SECOND);
  }

  preview(theta) {
    this.theta = theta;
    for (const side of this.pair) side.threshold?.show(this.film.rungs.indexOf(theta));
    this.paint();
  }

  paint() {
    const i = this.frame;
    for (const side of this.pair) side.paint(i, this.theta);
    const { film } = this;
    this.asked &&= !this.player.playing && this.player.at === 0;
    this.root.classList.toggle("asked", this.asked);
    const run = film.frames[i] <= film.recorded && film.recorded ? "Recorded run" : film.running ? "Training" : "Measured just now";
    const sentence = `${run} · update ${film.frames[i].toLocaleString("en")} of ${film.goal.toLocaleString("en")}${this.asked ? ". Predict first, or press play." : ""}`;
    write(this.says, sentence);
    this.transport.paint(this.player.at / this.player.total, this.player.playing, sentence);
  }

  /** Both sides in one drawing, for saving. */
  whole() {
    return beside(this.sides, this.pair.map(({ svg, title }) => ({ svg, title: title.textContent })));
  }

  end() {
    this.deaf();
    removeEventListener("beforeprint", this.print);
    this.watcher.disconnect();
    this.player.stop();
    this.root.remove();
  }
}

/** The value that 99 % of the numbers stay below. */
function quantile(values) {
  return values.length ? [values.sort((a, b) => a - b)[Math.floor(0.99 * (values.length - 1))]] : [];
}

/** Every update's numbers, both sides. */
export function trainingCsv(film) {
  const names = ["losses", "right", "norms", "clipped"];
  const head = ["update", ...["without", "with"].flatMap((side) => ["loss", "right_mean_100", "norm_before", "norm_after"].map((name) => `${name}_${side}`))];
  const width = film.last + 1;
  const line = (u) => [u, ...[0, 1].flatMap((k) => names.map((name) => film.arrays[name].data[k * width + u]))].join(",");
  return [head.join(","), ...Array.from({ length: width }, (_, u) => line(u))].join("\n");
}

export default mounting(Theatre);
