// Truncated backpropagation: a window over the unrolled network; where it ends, the error ends.
/** @import { WindowFilm } from "./film.d.ts" */
import { slider } from "../../../stage/js/controls.js";
import { csv } from "../../../stage/js/csv.js";
import { drag } from "../../../stage/js/drag.js";
import { mounting } from "../../../stage/js/mount.js";
import { clamp } from "../../../stage/js/range.js";
import { foot } from "../../../stage/js/save.js";
import { brief, gradientLevel, percent } from "../../../stage/js/scales.js";
import { Scene } from "../../../stage/js/scene.js";
import { add, draw, put, write } from "../../../stage/js/svg.js";

const HEIGHT = 190;
const FLOOR = 140; // where the bars stand
const TALLEST = 120;
const SIDE = 12;
const ROOMY = 11; // pixels a step, so that every symbol can be written

/** @extends {Scene<WindowFilm>} */
class Window extends Scene {
  /** @type {SVGSVGElement} */ svg;
  /** @type {SVGElement} */ shade;
  /** @type {SVGElement} */ edge;
  /** @type {SVGElement} */ handle;
  /** @type {SVGElement[]} */ bars = [];
  steps = 1; // in the window
  pitch = 1; // pixels a step

  /** @param {HTMLElement} host */
  constructor(host) {
    super(host, "window", "A window of truncated backpropagation");
    this.says = add(this.root, "p", { class: "says", role: "status" });
    this.place = add(this.root, "div");
    const look = { min: 1, "aria-label": "Window, in steps", class: "reversed" };
    const tell = () => this.send("window", this.steps);
    this.slider = slider(this.root, look, { onMove: (steps) => this.open(steps), onRelease: tell });
    this.held = foot(this.root, {
      svg: () => this.svg,
      csv: () => windowCsv(this.film),
      name: () => "window",
      caption: () => `${this.says.textContent} ${this.held.textContent}`,
    });
  }

  first() {
    this.steps = this.film.window;
    this.continueFrom();
  }

  continueFrom() {
    const { seed, symbols } = this.film;
    this.steps = Math.min(this.steps, symbols.length);
    put(this.slider, "max", symbols.length);
    const batch = "one batch of 20 sequences, of which the first is spelled out";
    const bars = "Bars: ‖∂L/∂h_t‖ on a log axis from 10⁻⁸ to 100.";
    write(this.held, `Held constant: the network as initialised (seed ${seed}) and ${batch}. ${bars}`);
  }

  arrange() {
    const { width, film } = this;
    const { symbols, clues, arrays } = film;
    const look = { class: "windowpicture", width, height: HEIGHT, viewBox: `0 0 ${width} ${HEIGHT}`, role: "img" };
    this.svg?.remove();
    this.svg = draw(this.place, "svg", look);
    this.pitch = (width - 2 * SIDE) / symbols.length;
    this.shade = draw(this.svg, "rect", { class: "inside-window", y: 4, height: HEIGHT - 8 });
    this.bars = symbols.map((symbol, t) => this.bar(symbol, t, clues.includes(t), arrays.norms.data[t]));
    this.edge = draw(this.svg, "line", { class: "windowedge", y1: 4, y2: HEIGHT - 4 });
    this.handle = draw(this.svg, "rect", { class: "handle", y: FLOOR / 2 - 20, width: 12, height: 40, rx: 6 });
    drag(this.svg, {
      onMove: (event) => this.open(this.under(event)),
      onRelease: () => this.send("window", this.steps),
    });
  }

  /** @param {string} symbol @param {number} t @param {boolean} isClue @param {number} norm */
  bar(symbol, t, isClue, norm) {
    const { svg, pitch } = this;
    const place = { x: SIDE + t * pitch + 1, width: Math.max(1, pitch - 2) };
    const height = gradientLevel(norm) * TALLEST;
    const bar = draw(svg, "rect", { ...place, y: FLOOR - height, height });
    draw(bar, "title", {}, `step ${t + 1}: ‖∂L/∂h‖ = ${brief(norm)}`);
    draw(svg, "rect", { class: "windowcell", ...place, y: FLOOR + 6, height: 16, rx: 3 });
    const middle = SIDE + (t + 0.5) * pitch;
    if (isClue || pitch > ROOMY) draw(svg, "text", { class: isClue ? "clue" : "", x: middle, y: FLOOR + 40 }, symbol);
    return bar;
  }

  /** The window that would begin under the pointer.
   * @param {PointerEvent} event */
  under({ clientX }) {
    const x = clientX - this.svg.getBoundingClientRect().left - SIDE;
    const T = this.film.symbols.length;
    return clamp(T - Math.round(x / this.pitch), 1, T);
  }

  /** @param {number} steps */
  open(steps) {
    this.steps = steps;
    this.paint();
  }

  paint() {
    const cut = this.film.symbols.length - this.steps; // steps outside
    const x = SIDE + cut * this.pitch;
    put(this.shade, "x", x);
    put(this.shade, "width", this.width - SIDE - x);
    put(this.edge, "x1", x);
    put(this.edge, "x2", x);
    put(this.handle, "x", x - 6);
    this.bars.forEach((bar, t) => {
      put(bar, "class", t < cut ? "windowbar cut" : "windowbar");
    });
    this.slider.value = String(this.steps);
    write(this.says, lossInWords(this.film, this.steps));
  }
}

/** What a window of so many steps loses.
 * @param {WindowFilm} film @param {number} steps */
function lossInWords({ symbols, clues, arrays, matrix }, steps) {
  const T = symbols.length;
  const lost = `${percent(arrays.lost.data[steps - 1])} of the gradient of ${matrix} is lost (‖g − g′‖ / ‖g‖)`;
  const missed = clues.filter((t) => t < T - steps).length;
  const outside = `${missed} of ${clues.length} clues ${missed === 1 ? "lies" : "lie"} outside.`;
  const cosine = brief(arrays.cosine.data[steps - 1]);
  return `Window of ${steps} of ${T} steps: ${lost}, cosine ${cosine}.${clues.length ? ` ${outside}` : ""}`;
}

/** Every step's gradient, and every window's loss.
 * @param {WindowFilm} film */
function windowCsv({ symbols, arrays: { norms, lost, cosine } }) {
  const head = ["step", "symbol", "norm_dL_dh", "window", "lost_share", "cosine"];
  return csv(
    head,
    symbols.map((symbol, i) => [i + 1, symbol, norms.data[i], i + 1, lost.data[i], cosine.data[i]]),
  );
}

export default mounting(Window);
