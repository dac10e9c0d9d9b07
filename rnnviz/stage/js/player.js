// The clock of any film: a position in seconds that plays, steps, scrubs and loops; it sleeps when nothing moves.

const LONGEST_FRAME = 0.1; // seconds; a tab that was asleep goes on where it was

export class Player {
  /** `paint(seconds)` is called for every frame; `busy()` says whether something beside the film still moves. */
  constructor(paint, busy = () => false) {
    Object.assign(this, { paint, busy, at: 0, total: 1, speed: 1, loop: false, playing: false, waiting: 0 });
    this.frame = this.frame.bind(this);
  }

  toggle() {
    if (!this.playing && this.at >= this.total) this.at = 0;
    this.playing = !this.playing;
    this.wake();
  }

  /** Show second `at`; a playing film plays on from there. */
  seek(at) {
    this.at = Math.min(this.total, Math.max(0, at));
    this.wake();
  }

  /** Show second `at` and stay there. */
  hold(at) {
    this.playing = false;
    this.seek(at);
  }

  /** Stand still while a hand is on the film, then go on if it was playing. */
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

  frame(now) {
    this.waiting = 0;
    const seconds = Math.max(0, Math.min(LONGEST_FRAME, (now - this.clock) / 1000));
    this.clock = now;
    if (this.playing) this.advance(seconds * this.speed);
    this.paint(seconds);
    if (this.playing || this.busy()) this.waiting = requestAnimationFrame(this.frame);
  }

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
