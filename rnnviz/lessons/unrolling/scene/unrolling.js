// The unrolled network: one film's state, kept in the browser, repainted where it changed.
/** @import { ChainFilm } from "../../../stage/js/film.d.ts" */
/** @import { Plan } from "../../../stage/js/layout.js" */
/** @import { Line } from "../../../stage/js/timeline.js" */
import { Chain } from "../../../stage/js/chain.js";
import { toggleButton } from "../../../stage/js/controls.js";
import { layout, samePlan } from "../../../stage/js/layout.js";
import { legend } from "../../../stage/js/legend.js";
import { prefersStill } from "../../../stage/js/motion.js";
import { mounting } from "../../../stage/js/mount.js";
import { Player } from "../../../stage/js/player.js";
import { nearest } from "../../../stage/js/range.js";
import { Scene } from "../../../stage/js/scene.js";
import { add, write } from "../../../stage/js/svg.js";
import { carryOver, focusStep, moment, neighbour, timeline } from "../../../stage/js/timeline.js";
import { Transport } from "../../../stage/js/transport.js";
import { Viewport } from "../../../stage/js/viewport.js";
import { caption } from "./caption.js";
import { Fold } from "./fold.js";
import { Opened } from "./opened.js";
import { Training } from "./training.js";

const HAND_RESTS = 100; // milliseconds after which a hand that dragged is at rest

/** @extends {Scene<ChainFilm>} */
class Unrolling extends Scene {
  /** @type {Line} */ line;
  /** @type {Chain | undefined} */ chain;
  /** @type {Plan} */ plan;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ pause;
  k = 0; // the snapshot shown
  update = 0; // the updates of training that were asked for
  focus = 0; // the step on which the eye rests
  onScreen = 0; // the film's place while paper is printed
  printing = false;
  explained = "";

  /** @param {HTMLElement} host */
  constructor(host) {
    super(host, "unrolling", "The network at work");
    this.fold = new Fold();
    this.player = new Player(
      (seconds) => this.frame(seconds),
      () => this.fold.moving,
    );
    this.players.push(this.player);
    this.says = add(this.root, "p", { class: "says" });
    this.viewport = new Viewport(this.root, () => this.player.wake());
    this.transport = this.drawTransport();
    this.key = add(this.root, "div");
    this.opened = new Opened(this, add(this.root, "div"));
    this.training = new Training(add(this.root, "div"), {
      onMove: (k) => this.scrubTraining(k),
      onRelease: (k) => this.send("updates", this.film.updates[k]),
    });
    this.listenToKeys();
  }

  drawTransport() {
    const transport = new Transport(this.root, this.player, {
      play: () => this.play(),
      step: (direction) => this.step(direction),
      seek: (at) => this.seek(at),
    });
    toggleButton(transport.root, "Fold", "Roll the chain up into the one cell it is", (on) => this.roll(on));
    return transport;
  }

  listenToKeys() {
    /** Who stood on a step stands on the one in focus then. @param {() => void} action */
    const moving = (action) => (/** @type {HTMLElement} */ target) => {
      action();
      if (target.closest(".step")) this.chain?.focus(this.focus);
    };
    this.listen({
      play: () => this.play(),
      back: moving(() => this.step(-1)),
      forward: moving(() => this.step(1)),
      start: moving(() => this.rest(0)),
      end: moving(() => this.rest(this.line.total)),
      close: () => this.opened.step >= 0 && this.opened.close(),
    });
  }

  /** Position, speed and the opened cell stay.
   * @param {ChainFilm} film @param {import("../../../stage/js/film.d.ts").Report} send */
  load(film, send) {
    film.losses = film.losses.map((loss) => loss ?? NaN); // JSON has no NaN
    const isLonger = film.T !== this.film?.T;
    this.line = timeline(film.T);
    this.player.total = this.line.total;
    if (isLonger) this.transport.divide(this.line);
    this.explain(film);
    this.training.load(film);
    super.load(film, send);
    this.player.wake();
  }

  /** The legend, anew only where it says something new.
   * @param {ChainFilm} film */
  explain({ limits, beyond }) {
    const said = JSON.stringify([limits, beyond]);
    if (said === this.explained) return;
    this.explained = said;
    this.key.replaceChildren();
    legend(this.key, { limits, beyond });
  }

  first() {
    this.lookWhereLinked();
    this.player.at = prefersStill() || this.opened.step >= 0 ? this.line.total : 0;
    this.player.playing = this.player.at === 0;
  }

  /** @param {ChainFilm} before */
  continueFrom(before) {
    this.player.at = carryOver(timeline(before.T), this.line, this.player.at);
    if (this.film.turn !== before.turn) return this.lookWhereLinked(); // the link was changed by other hands
    this.k = nearest(this.film.updates, this.update);
    this.opened.keep();
  }

  lookWhereLinked() {
    const { updates, update, opened, T } = this.film;
    this.update = update;
    this.k = nearest(updates, update);
    this.opened.show(opened <= T ? opened - 1 : -1); // a step past the end opens none
  }

  /** A chain of the same shape only takes the new numbers: building one costs more than everything else. */
  arrange() {
    const { film, width } = this;
    const plan = layout({ T: film.T, H: film.H, states: film.cell.states.length, width });
    const isSame = this.chain && samePlan(plan, this.plan) && this.chain.letters === film.alphabet.length;
    this.plan = plan;
    this.training.resize(width);
    if (isSame) return this.chain?.adopt(film);
    this.chain?.remove();
    this.chain = new Chain(this.viewport.content, film, plan, (t) => this.opened.open(t));
    this.viewport.renew();
  }

  play() {
    this.viewport.follow = true;
    this.player.toggle();
  }

  /** @param {number} direction */
  step(direction) {
    this.rest(neighbour(this.line, this.player.at, direction));
  }

  /** @param {number} at seconds */
  rest(at) {
    this.viewport.follow = true;
    this.player.hold(at);
    this.paint();
  }

  /** @param {number} at seconds */
  seek(at) {
    this.viewport.follow = true;
    this.player.seek(at);
  }

  /** Paper gets the whole chain, at the film's end.
   * @param {boolean} on */
  print(on) {
    this.printing = on;
    this.player.grip(on);
    if (on) this.onScreen = this.player.at;
    this.player.at = on ? this.line.total : this.onScreen;
    this.paint();
  }

  /** @param {boolean} on */
  roll(on) {
    this.fold.goal = on ? 1 : 0;
    this.player.wake();
  }

  /** A hand moves along the training: what it does not wait for comes when it rests.
   * @param {number} k */
  scrubTraining(k) {
    this.k = k;
    this.update = this.film.updates[k];
    this.show(true);
    clearTimeout(this.pause);
    this.pause = setTimeout(() => this.paint(), HAND_RESTS);
  }

  /** @param {number} seconds */
  frame(seconds) {
    if (!this.ready || !this.root.isConnected) return;
    this.fold.move(seconds);
    this.paint();
  }

  paint() {
    if (!this.chain) return; // no width yet: the observer calls again
    this.show(false);
    this.chain.name();
  }

  /** All that the eye sees of this moment; while it is `dragged` along the training, it follows more than it reads.
   * @param {boolean} dragged */
  show(dragged) {
    const { player, line, plan, film, k, opened, viewport } = this;
    const now = moment(line, player.at);
    now.fold *= 1 - this.fold.rolled;
    this.focus = focusStep(line, now);
    viewport.pan(player.at < line.unfold ? 0 : plan.x(this.focus), plan, player.playing);
    const window = this.window();
    this.chain?.paint({ k, moment: now, focus: this.focus, opened: opened.step, window }, dragged);
    viewport.paint(window, plan.width);
    const sentence = caption(film, now, k, this.focus);
    write(this.says, sentence);
    this.transport.paint(sentence);
    this.training.paint(k, this.update);
    opened.paint(k);
  }

  /** What of the chain is in sight; on paper, all of it.
   * @returns {[number, number]} */
  window() {
    const { left } = this.viewport;
    return this.printing ? [0, this.plan.width] : [left, left + this.plan.view];
  }

  end() {
    clearTimeout(this.pause);
    super.end();
  }
}

export default mounting(Unrolling);
