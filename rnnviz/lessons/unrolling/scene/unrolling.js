// The unrolled network: one film's state, kept in the browser, repainted where it changed.
import { caption } from "./caption.js";
import { CellPanel } from "../../../stage/js/cellpanel.js";
import { Chain } from "../../../stage/js/chain.js";
import { listenKeys } from "../../../stage/js/keys.js";
import { layout, samePlan } from "../../../stage/js/layout.js";
import { legend } from "../../../stage/js/legend.js";
import { mounting } from "../../../stage/js/mount.js";
import { Player } from "../../../stage/js/player.js";
import { add, put, write } from "../../../stage/js/svg.js";
import { afterReading, carryOver, focusStep, moment, neighbour, timeline } from "../../../stage/js/timeline.js";
import { closest, Training } from "./training.js";
import { Transport } from "../../../stage/js/transport.js";

const FOLD_SECONDS = 0.9;
const HAND_RESTS = 100; // milliseconds after which a hand that dragged is at rest
const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

class Stage {
  constructor(host) {
    Object.assign(this, { film: null, k: 0, opened: -1, rolled: 0, rollTarget: 0, follow: true, left: 0 });
    this.player = new Player((seconds) => this.frame(seconds), () => this.rolled !== this.rollTarget);
    this.root = add(host, "div", { class: "stage", tabindex: 0, role: "region", "aria-label": "The network at work" });
    this.says = add(this.root, "p", { class: "says" });
    const view = add(this.root, "div", { class: "view" });
    this.scroll = add(view, "div", { class: "scroll" });
    this.edges = ["left", "right"].map((side) => add(view, "i", { class: `edge ${side}` })); // there is more of the chain
    this.transport = new Transport(this.root, {
      play: () => this.play(), step: (direction) => this.step(direction), scrub: (share) => this.seek(share * this.line.total),
      speed: (speed) => (this.player.speed = speed), loop: (on) => (this.player.loop = on), fold: (on) => this.roll(on),
      grip: (on) => this.player.grip(on),
    });
    this.key = add(this.root, "div");
    this.inside = add(this.root, "div");
    this.training = new Training(add(this.root, "div"), { onScrub: (k) => this.scrubTraining(k), onRelease: (k) => this.releaseTraining(k) });
    this.listen();
  }

  listen() {
    const refocus = (target) => target.closest?.(".step") && this.chain.steps[this.focus].cell.focus({ preventScroll: true });
    const moving = (action) => (target) => (action(), this.paint(), refocus(target));
    this.deaf = listenKeys(this.root, {
      play: () => this.play(), back: moving(() => this.step(-1)), forward: moving(() => this.step(1)),
      start: moving(() => this.rest(0)), end: moving(() => this.rest(this.line.total)),
      close: () => this.opened >= 0 && this.close(),
    });
    this.scroll.addEventListener("wheel", () => (this.follow = false), { passive: true });
    this.scroll.addEventListener("pointerdown", () => (this.follow = false));
    this.watcher = new ResizeObserver(([{ contentRect }]) => this.resize(Math.floor(contentRect.width)));
    this.watcher.observe(this.root);
    this.scroll.addEventListener("scroll", () => this.scrolled(), { passive: true });
    this.onPaper = (event) => this.film && this.print(event.type === "beforeprint");
    for (const name of ["beforeprint", "afterprint"]) addEventListener(name, this.onPaper);
  }

  /** New numbers. Position, speed and the opened cell stay. */
  load(film, send) {
    const old = this.film;
    film.losses = film.losses.map((loss) => loss ?? NaN); // JSON has no NaN
    Object.assign(this, { film, send, line: timeline(film.T) });
    this.player.total = this.line.total;
    if (old) this.goOn(old);
    else this.premiere();
    if (film.T !== old?.T) this.transport.divide(this.line);
    this.explain(film);
    this.training.load(film);
    if (this.width) this.place();
    this.showCell(this.opened);
    this.player.wake();
  }

  /** The legend, anew only where it says something new. */
  explain({ limits, beyond }) {
    const said = JSON.stringify([limits, beyond]);
    if (said === this.said) return;
    this.said = said;
    this.key.replaceChildren();
    legend(this.key, { limits, beyond });
  }

  premiere() {
    this.goTo(this.film);
    this.player.at = still() || this.opened >= 0 ? this.line.total : 0;
    this.player.playing = this.player.at === 0;
  }

  goOn(old) {
    this.player.at = carryOver(timeline(old.T), this.line, this.player.at);
    const { film } = this;
    if (film.turn !== old.turn) this.goTo(film); // the link was changed by other hands
    this.k = closest(film.updates, this.update);
    if (this.opened < film.T) return;
    this.opened = -1;
    this.send("step", 0);
  }

  /** Look where the link points; a step past the end opens none. */
  goTo({ updates, update, opened, T }) {
    this.update = update;
    this.k = closest(updates, update);
    this.opened = opened <= T ? opened - 1 : -1;
  }

  /** The observer tells the width: to ask for it would have the browser lay out what is not yet finished. */
  resize(width) {
    if (!width || width === this.width) return;
    this.width = width;
    if (!this.film) return;
    this.place();
    this.paint();
  }

  /** Build the chain for the width there is; whoever calls paints it. */
  place() {
    const { width } = this;
    this.arrange(layout({ T: this.film.T, H: this.film.H, states: this.film.cell.states.length, width }));
    this.training.resize(width);
  }

  /** A chain of the same shape only takes the new numbers: building one costs more than everything else. */
  arrange(plan) {
    const same = this.chain && samePlan(plan, this.plan) && this.chain.letters === this.film.alphabet.length;
    this.plan = plan;
    if (same) return this.chain.adopt(this.film);
    this.chain?.remove();
    this.chain = new Chain(this.scroll, this.film, plan, (t) => this.open(t));
    this.left = this.scroll.scrollLeft;
  }

  play() {
    this.follow = true;
    this.player.toggle();
  }

  step(direction) {
    this.rest(neighbour(this.line, this.player.at, direction));
  }

  rest(at) {
    this.follow = true;
    this.player.hold(at);
    this.paint();
  }

  seek(at) {
    this.follow = true;
    this.player.seek(at);
  }

  /** Paper gets the whole chain, at the film's end. */
  print(on) {
    this.printing = on;
    this.player.grip(on);
    if (on) this.screen = this.player.at;
    this.player.at = on ? this.line.total : this.screen;
    this.paint();
  }

  roll(on) {
    this.rollTarget = on ? 1 : 0;
    if (still()) this.rolled = this.rollTarget;
    this.player.wake();
  }

  /** A hand moves along the training: what it does not wait for comes when it rests. */
  scrubTraining(k) {
    this.k = k;
    this.update = this.film.updates[k];
    this.show(true);
    clearTimeout(this.pause);
    this.pause = setTimeout(() => this.paint(), HAND_RESTS);
  }

  releaseTraining(k) {
    this.send("updates", this.film.updates[k]);
  }

  /** Open the cell of step t, and say so in the link. */
  open(t) {
    if (moment(this.line, this.player.at).read < t + 1) this.seek(afterReading(this.line, t));
    this.player.playing = false;
    const isNew = this.opened < 0;
    this.showCell(t);
    this.send("step", t + 1);
    if (!isNew) return;
    this.panel.root.scrollIntoView({ block: "nearest", behavior: still() ? "auto" : "smooth" });
    this.panel.heading.focus({ preventScroll: true });
  }

  close() {
    const t = this.opened;
    this.showCell(-1);
    this.send("step", 0);
    this.chain.steps[t].cell.focus();
  }

  showCell(t) {
    this.opened = t;
    if (t < 0 || this.panel?.film !== this.film) this.rebuildPanel();
    this.paint();
  }

  /** What was picked stays picked where the cell has it. */
  rebuildPanel() {
    const { film } = this;
    const picked = this.panel?.picked ?? this.picked;
    const known = picked && picked.unit < film.H && [...film.cell.states, ...film.cell.blocks.map((b) => b.symbol)].includes(picked.symbol);
    this.picked = known ? picked : { symbol: film.cell.blocks[0].symbol, unit: 0 };
    this.panel?.remove();
    this.panel = null;
    if (this.opened < 0) return;
    const next = (direction) => film.T > this.opened + direction && this.opened + direction >= 0 && this.open(this.opened + direction);
    this.panel = new CellPanel(this.inside, film, this.picked, { onClose: () => this.close(), onStep: next });
  }

  frame(seconds) {
    if (!this.film || !this.root.isConnected) return;
    const way = this.rollTarget - this.rolled;
    this.rolled += Math.sign(way) * Math.min(Math.abs(way), seconds / FOLD_SECONDS);
    this.paint();
  }

  paint() {
    if (!this.chain) return; // no width yet: the observer calls again
    this.show();
    this.chain.name();
  }

  /** All that the eye sees of this moment; while it is `dragged` along the training, it follows more than it reads. */
  show(dragged = false) {
    const now = moment(this.line, this.player.at);
    now.fold *= 1 - this.rolled;
    this.focus = focusStep(this.line, now);
    if (this.follow) this.pan();
    const [left, right] = this.window();
    this.chain.paint(this.k, now, this.focus, [left, right], this.opened, dragged);
    put(this.edges[0], "data-more", left > 1 ? "yes" : "no");
    put(this.edges[1], "data-more", right < this.plan.width - 1 ? "yes" : "no");
    const sentence = caption(this.film, now, this.k, this.focus);
    write(this.says, sentence);
    this.transport.paint(this.player.at / this.line.total, this.player.playing, sentence);
    this.training.paint(this.k);
    this.panel?.paint(this.k, this.opened);
  }

  /** What of the chain is in sight; on paper, all of it. */
  window() {
    return this.printing ? [0, this.plan.width] : [this.left, this.left + this.plan.view];
  }

  /** Keep the step in focus in view while the film moves. */
  pan() {
    if (this.plan.width <= this.plan.view) return;
    const goal = this.player.at < this.line.unfold ? 0 : this.plan.x(this.focus) - this.plan.view / 2;
    const bounded = Math.max(0, Math.min(goal, this.plan.width - this.plan.view));
    const next = this.player.playing ? this.left + (bounded - this.left) * 0.12 : bounded;
    if (next === this.left) return;
    this.left = next;
    this.scroll.scrollLeft = next;
  }

  /** Take over what was scrolled by hand; the browser rounds what the film scrolls. */
  scrolled() {
    const { scrollLeft } = this.scroll;
    if (Math.abs(scrollLeft - this.left) <= 1) return;
    this.left = scrollLeft;
    if (this.film) this.player.wake();
  }

  end() {
    this.deaf();
    for (const name of ["beforeprint", "afterprint"]) removeEventListener(name, this.onPaper);
    this.watcher.disconnect();
    this.player.stop();
    clearTimeout(this.pause);
    this.root.remove();
  }
}

export default mounting(Stage);
