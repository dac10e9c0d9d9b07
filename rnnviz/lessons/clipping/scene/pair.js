// One network trained twice, without and with clipping, played from frames of both trainings.
/** @import { PairFilm } from "./film.d.ts" */
/** @import { Scales } from "./side.js" */
import { prefersStill } from "../../../stage/js/motion.js";
import { mounting } from "../../../stage/js/mount.js";
import { Player } from "../../../stage/js/player.js";
import { foot } from "../../../stage/js/save.js";
import { Scene } from "../../../stage/js/scene.js";
import { beside } from "../../../stage/js/standalone.js";
import { add, write } from "../../../stage/js/svg.js";
import { Transport } from "../../../stage/js/transport.js";
import { placeInWords, scalesOf, trainingCsv } from "./pairwords.js";
import { Side } from "./side.js";

const FRAMES_A_SECOND = 8;
const APART = 24; // pixels between the two sides
const TOGETHER = 640; // below this width they stand one under the other

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
    this.transport = new Transport(this.root, this.player, {
      play: () => this.player.toggle(),
      step: (direction) => this.step(direction),
      seek: (at) => this.player.seek(at),
    });
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

  /** Who looks at the newest frame of a training stays with it; else the film stays where it was.
   * @param {PairFilm} before */
  continueFrom(before) {
    const { film, player } = this;
    const goesOn = film.running || film.last !== before.last; // it may be over at once
    const isNewest = before.running ? player.at >= player.total : goesOn;
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
    this.transport.paint(sentence);
  }

  /** Both sides in one drawing, for saving. */
  whole() {
    return beside(
      this.sides,
      this.pair.map(({ svg, title }) => ({ svg, title: title.textContent ?? "" })),
    );
  }
}

export default mounting(Pair);
