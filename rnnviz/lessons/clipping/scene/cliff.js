// The cliff: a ball dropped anywhere on the error surface of a one-unit network rolls down twice, without and with clipping.
import { beside } from "../../../stage/js/beside.js";
import { cliffDescent } from "./cliffmath.js";
import { CliffMap } from "./cliffmap.js";
import { mounting } from "../../../stage/js/mount.js";
import { Player } from "../../../stage/js/player.js";
import { saveButtons } from "../../../stage/js/save.js";
import { digits } from "../../../stage/js/scales.js";
import { StateMap } from "./statemap.js";
import { add, write } from "../../../stage/js/svg.js";

const STEPS_A_SECOND = 24;
const STACKED = 720;
const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

class Cliff {
  constructor(host) {
    this.player = new Player(() => this.film && this.paint());
    this.root = add(host, "div", { class: "stage cliff", role: "region", "aria-label": "The cliff" });
    this.says = add(this.root, "p", { class: "says", role: "status" });
    this.bar = add(this.root, "div", { class: "transport" });
    this.again = add(this.bar, "button", { type: "button" }, "▶ Roll");
    this.again.addEventListener("click", () => this.roll());
    this.ranges = { pace: this.range("pace", "Rate"), bound: this.range("bound", "Threshold θ") };
    this.panels = add(this.root, "div", { class: "panels" });
    this.rests = add(this.root, "p", { class: "rests" });
    this.foot = add(this.root, "div", { class: "foot" });
    this.held = add(this.foot, "p", { class: "held" }, "The browner, the larger the error. Held constant: x₀ = ½, 50 steps, the goal σ(x₅₀) = 0.7, 200 steps of descent, places rounded to 1e−9 (the wall magnifies last digits); both balls start where you drop them.");
    saveButtons(this.foot, () => this.whole(), () => wayCsv(this.ways), () => "cliff", () => [this.says, this.rests, this.held].map((p) => p.textContent).join(" "));
    this.print = () => this.film && (this.player.hold(this.player.total), this.paint());
    addEventListener("beforeprint", this.print);
    this.watcher = new ResizeObserver(() => this.film && this.fit());
    this.watcher.observe(this.root);
  }

  range(name, text) {
    const label = add(this.bar, "label", { class: "knob" }, text);
    const shown = add(label, "output");
    const input = add(label, "input", { type: "range", min: 0, step: 1 });
    input.addEventListener("input", () => this.turn(name, Number(input.value)));
    input.addEventListener("change", () => this.send(name, this.at[name]));
    return { input, shown };
  }

  load(film, send) {
    const first = !this.film;
    Object.assign(this, { film, send });
    if (first) this.at = { ...film.ball };
    this.player.total = film.paces / STEPS_A_SECOND;
    for (const [name, { input }] of Object.entries(this.ranges)) input.max = film.rungs[name].length - 1;
    this.fit(true);
    this.search();
    if (first) this.roll();
  }

  fit(anew = false) {
    const width = Math.floor(this.root.clientWidth);
    if (!width || (!anew && width === this.width)) return;
    this.width = width;
    this.panels.replaceChildren();
    const left = width < STACKED ? width : Math.floor(width * 0.58);
    const right = width < STACKED ? width : width - left - 20;
    const height = Math.min(460, Math.round(left * 0.75));
    this.map = new CliffMap(this.panels, this.film, { width: left, height, onDrop: (w, b) => this.drop(w, b), onDone: () => this.done() });
    this.state = new StateMap(this.panels, this.film, { width: right, height: width < STACKED ? Math.round(right * 0.8) : height });
    if (this.ways) this.paint();
  }

  drop(w, b) {
    Object.assign(this.at, { w, b });
    this.search();
    this.player.hold(this.player.total);
  }

  done() {
    this.send("w", this.at.w);
    this.send("b", this.at.b);
    this.roll();
  }

  turn(name, rung) {
    this.at[name] = this.film.rungs[name][rung];
    this.search();
    this.player.hold(this.player.total);
  }

  search() {
    const { w, b, pace, bound } = this.at;
    this.ways = [cliffDescent(this.film, w, b, pace, null), cliffDescent(this.film, w, b, pace, bound)];
    this.paint();
  }

  roll() {
    this.player.hold(calm() ? this.player.total : 0);
    if (!calm()) this.player.toggle();
  }

  paint() {
    const n = Math.min(this.film.paces, Math.round(this.player.at * STEPS_A_SECOND));
    this.map.paint(this.at, this.ways, n);
    const found = this.state.paint(this.at);
    const drawn = found.filter((point) => point.slope < 1).length;
    const resting = drawn === 2 ? "two states that draw it in (filled) and one that pushes it away (hollow)" : "one state that draws it in";
    write(this.rests, `The unit itself at w = ${digits(this.at.w)}, b = ${digits(this.at.b)} has ${resting}; the staircase leads from x₀ = ½ to x₅₀. Between the dotted lines on the error map it has two resting states.`);
    write(this.says, this.sentence(n));
    for (const [name, { input, shown }] of Object.entries(this.ranges)) {
      input.value = this.film.rungs[name].indexOf(this.at[name]);
      write(shown, String(this.at[name]));
    }
  }

  sentence(n) {
    const [plain, bounded] = this.ways;
    const steepest = plain.slice(0, n + 1).reduce((best, p, i, all) => (p.norm > all[best].norm ? i : best), 0);
    const thrown = this.at.pace * plain[steepest].norm;
    const leap = thrown > 0.5 && steepest < n ? ` At step ${steepest} a gradient of ${digits(plain[steepest].norm)} threw it ${digits(thrown)} away.` : "";
    return `Step ${n}. Plain descent (square): error ${digits(plain[n].error)} at w = ${digits(plain[n].w)}, b = ${digits(plain[n].b)}.${leap} Clipped (disc): error ${digits(bounded[n].error)}.`;
  }

  /** Both panels in one drawing, for saving. */
  whole() {
    return beside(this.panels, [{ svg: this.map.svg, title: "Error E over weight w and bias b" }, { svg: this.state.svg, title: "The unit: x ↦ w σ(x) + b" }]);
  }

  end() {
    removeEventListener("beforeprint", this.print);
    this.watcher.disconnect();
    this.player.stop();
    this.root.remove();
  }
}

/** Both ways, step by step. */
export function wayCsv([plain, bounded]) {
  const cells = (p) => [p.w, p.b, p.error, p.norm];
  const lines = plain.map((p, n) => [n, ...cells(p), ...cells(bounded[n])].join(","));
  return ["step,w_plain,b_plain,error_plain,norm_plain,w_clipped,b_clipped,error_clipped,norm_clipped", ...lines].join("\n");
}

export default mounting(Cliff);
