// One network trained twice, without and with clipping, played from frames of both trainings.
/** @import { Numbers } from "../../../stage/js/film.d.ts" */
/** @import { PairFilm } from "./film.d.ts" */
/** @import { Scales } from "./side.js" */
import { csv } from "../../../stage/js/csv.js";
import { prefersStill } from "../../../stage/js/motion.js";
import { mounting } from "../../../stage/js/mount.js";
import { Player } from "../../../stage/js/player.js";
import { foot } from "../../../stage/js/save.js";
import { Scene } from "../../../stage/js/scene.js";
import { beside } from "../../../stage/js/standalone.js";
import { add, write } from "../../../stage/js/svg.js";
import { Transport } from "../../../stage/js/transport.js";
import { Side } from "./side.js";

const FRAMES_A_SECOND = 8;
const APART = 24; // pixels between the two sides
const TOGETHER = 640; // below this width they stand one under the other
const USUAL = 0.99; // share of the losses that the axis must hold

/** @extends {Scene<PairFilm>} */
class Pair extends Scene {
  /** @type {Scales} */ scales;
  theta = 1; // under the hand
  asked = false; // a question above asks how it goes: the curves wait

  /** @param {HTMLElement} host */
  constructor(host) {
    super(host, "pair", "Training without and with clipping");
    this.player = new Player(() => this.root.isConnected && this.paint());
    this.players.push(this.player);
    this.says = add(this.root, "p", { class: "says", role: "status" });
    this.task = add(this.root, "p", { class: "task" });
    this.transport = this.drawTransport();
    this.sides = add(this.root, "div", { class: "sides" });
    const onMove = (/** @type {number} */ theta) => this.preview(theta);
    const hand = { onMove, onRelease: (/** @type {number} */ theta) => this.send("max_norm", theta) };
    this.pair = [0, 1].map((k) => new Side(this.sides, k, hand));
    this.held = foot(this.root, {
      svg: () => this.whole(),
      csv: () => trainingCsv(this.film),
      name: () => "clipping-pair",
      caption: () => `${this.says.textContent}. ${this.task.textContent} ${this.film.held}`,
    });
    this.listenToKeys();
  }

  drawTransport() {
    const { player } = this;
    return new Transport(this.root, {
      play: () => player.toggle(),
      step: (direction) => this.step(direction),
      scrub: (share) => player.seek(share * player.total),
      speed: (speed) => Object.assign(player, { speed }),
      loop: (loop) => Object.assign(player, { loop }),
      grip: (on) => player.grip(on),
    });
  }

  listenToKeys() {
    /** @param {() => void} action */
    const moving = (action) => () => {
      action();
      this.paint();
    };
    this.listen({
      play: () => this.player.toggle(),
      back: moving(() => this.step(-1)),
      forward: moving(() => this.step(1)),
      start: moving(() => this.player.hold(0)),
      end: moving(() => this.player.hold(this.player.total)),
    });
  }

  /** A training is met at its newest frame, over or not; a recorded one would answer the question above it. */
  first() {
    const { film, player } = this;
    this.asked = this.isKnown() && !prefersStill();
    this.take();
    const isLive = film.last > film.recorded;
    player.hold(isLive || prefersStill() ? player.total : 0);
  }

  /** Who looks at the newest frame stays with it; else the film stays where it was. */
  continueFrom() {
    const { film, player } = this;
    const isNewest = film.running && player.at >= player.total;
    this.asked &&= this.isKnown();
    this.take();
    if (isNewest) player.hold(player.total);
    else player.at = Math.min(player.at, player.total);
    player.wake();
  }

  /** Whether all of it was trained before. */
  isKnown() {
    return this.film.recorded > 0 && this.film.recorded === this.film.last;
  }

  take() {
    const { film } = this;
    this.scales = scalesOf(film);
    this.theta = film.theta;
    this.player.total = Math.max(film.frames.length - 1, 1) / FRAMES_A_SECOND;
    write(this.held, film.held);
    write(this.task, `${film.told} In the sequence shown that is ${film.answer}.`);
  }

  arrange() {
    const { width, film, scales, theta } = this;
    const each = width < TOGETHER ? width : Math.floor((width - APART) / 2);
    for (const side of this.pair) side.load(film, scales, each, theta);
  }

  get frame() {
    return Math.min(this.film.frames.length - 1, Math.floor(this.player.at * FRAMES_A_SECOND + 1e-6));
  }

  /** @param {number} direction */
  step(direction) {
    this.player.hold((this.frame + direction) / FRAMES_A_SECOND);
  }

  /** @param {number} theta */
  preview(theta) {
    this.theta = theta;
    for (const side of this.pair) side.threshold?.show(this.film.rungs.indexOf(theta));
    this.paint();
  }

  /** Paper gets the newest frame.
   * @param {boolean} on */
  print(on) {
    if (!on) return;
    this.player.hold(this.player.total);
    this.paint();
  }

  paint() {
    if (!this.ready) return;
    const { player, frame, film } = this;
    for (const side of this.pair) side.paint(frame, this.theta);
    this.asked &&= !player.playing && player.at === 0;
    this.root.classList.toggle("asked", this.asked);
    const sentence = placeInWords(film, film.frames[frame]) + (this.asked ? ". Predict first, or press play." : "");
    write(this.says, sentence);
    this.transport.paint(player.at / player.total, player.playing, sentence);
  }

  /** Both sides in one drawing, for saving. */
  whole() {
    return beside(
      this.sides,
      this.pair.map(({ svg, title }) => ({ svg, title: title.textContent ?? "" })),
    );
  }
}

/** Where in the training an update is, and whether it was trained just now.
 * @param {PairFilm} film @param {number} update */
function placeInWords({ recorded, running, goal }, update) {
  const run = recorded && update <= recorded ? "Recorded run" : running ? "Training" : "Measured just now";
  return `${run} · update ${update.toLocaleString("en")} of ${goal.toLocaleString("en")}`;
}

/** Upper ends of the axes: nearly all losses, and every singular value.
 * @param {PairFilm} film @returns {Scales} */
function scalesOf({ arrays, baseline }) {
  const losses = finite(arrays.losses.data);
  const usual = losses.sort()[Math.floor(USUAL * (losses.length - 1))] ?? 0;
  const widest = finite(arrays.stretch.data).reduce((most, value) => Math.max(most, value), 0);
  return { top: Math.min(Math.max(baseline * 1.5, usual), baseline * 4), widest: Math.max(2, Math.ceil(widest)) };
}

/** @param {Numbers} values */
const finite = (values) => Float32Array.from(values).filter((value) => Number.isFinite(value));

/** Every update's numbers, both sides.
 * @param {PairFilm} film */
function trainingCsv({ arrays, last }) {
  const columns = { loss: "losses", right_mean_100: "right", norm_before: "norms", norm_after: "clipped" };
  const head = ["without", "with"].flatMap((side) => Object.keys(columns).map((name) => `${name}_${side}`));
  const width = last + 1;
  /** @param {number} u */
  const row = (u) => [0, 1].flatMap((k) => Object.values(columns).map((name) => arrays[name].data[k * width + u]));
  return csv(
    ["update", ...head],
    Array.from({ length: width }, (_, u) => [u, ...row(u)]),
  );
}

export default mounting(Pair);
