// The clock of any film: a position in seconds that plays, steps, scrubs and loops; it sleeps when nothing moves.
import { clamp } from "./range.js";

const LONGEST_FRAME = 0.1; // seconds; a tab that was asleep goes on where it was

export class Player {
  at = 0;
  total = 1;
  speed = 1;
  loop = false;
  playing = false;
  resume = false; // when the hand lets go
  waiting = 0; // the frame that was asked for
  clock = 0;

  /**
   * @param {(seconds: number) => void} paint called for every frame
   * @param {() => boolean} [busy] whether something beside the film still moves
   */
  constructor(paint, busy = () => false) {
    this.paint = paint;
    this.busy = busy;
    this.frame = this.frame.bind(this);
  }

  toggle() {
    if (!this.playing && this.at >= this.total) this.at = 0;
    this.playing = !this.playing;
    this.wake();
  }

  /** Show second `at`; a playing film plays on from there.
   * @param {number} at */
  seek(at) {
    this.at = clamp(at, 0, this.total);
    this.wake();
  }

  /** Show second `at` and stay there.
   * @param {number} at */
  hold(at) {
    this.playing = false;
    this.seek(at);
  }

  /** Stand still while a hand is on the film, then go on if it was playing.
   * @param {boolean} on */
  grip(on) {
    if (on) Object.assign(this, { resume: this.playing, playing: false });
    else if (this.resume) Object.assign(this, { resume: false, playing: true });
    this.wake();
  }

  wake() {
    if (this.waiting) return;
    this.clock = performance.now();
    this.waiting = requestAnimationFrame(this.frame);
  }

  /** @param {number} now milliseconds */
  frame(now) {
    this.waiting = 0;
    const seconds = clamp((now - this.clock) / 1000, 0, LONGEST_FRAME);
    this.clock = now;
    if (this.playing) this.advance(seconds * this.speed);
    this.paint(seconds);
    if (this.playing || this.busy()) this.waiting = requestAnimationFrame(this.frame);
  }

  /** @param {number} seconds */
  advance(seconds) {
    this.at += seconds;
    if (this.at < this.total) return;
    this.at = this.loop ? 0 : this.total;
    this.playing = this.loop;
  }

  stop() {
    cancelAnimationFrame(this.waiting);
  }
}
