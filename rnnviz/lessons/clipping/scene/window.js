// Truncated backpropagation: a window over the unrolled network; where it ends, the error ends.
/** @import { WindowFilm } from "./film.d.ts" */
import { slider } from "../../../stage/js/controls.js";
import { drag } from "../../../stage/js/drag.js";
import { mounting } from "../../../stage/js/mount.js";
import { clamp } from "../../../stage/js/range.js";
import { foot } from "../../../stage/js/save.js";
import { digits, gradientLevel } from "../../../stage/js/scales.js";
import { Scene } from "../../../stage/js/scene.js";
import { add, draw, put, write } from "../../../stage/js/svg.js";
import { lettersShown } from "./letters.js";
import { lossInWords, windowCsv } from "./windowwords.js";

const HEIGHT = 190;
const FLOOR = 140; // where the bars stand
const TALLEST = 120;
const SIDE = 12;
const ROOMY = 11; // pixels between two symbols

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
    this.bars = symbols.map((_, t) => this.bar(t, arrays.norms.data[t]));
    for (const t of lettersShown(symbols, clues, this.pitch, ROOMY)) this.letter(t, symbols[t], clues.includes(t));
    this.edge = draw(this.svg, "line", { class: "windowedge", y1: 4, y2: HEIGHT - 4 });
    this.handle = draw(this.svg, "rect", { class: "handle", y: FLOOR / 2 - 20, width: 12, height: 40, rx: 6 });
    drag(this.svg, {
      onMove: (event) => this.open(this.under(event)),
      onRelease: () => this.send("window", this.steps),
    });
  }

  /** @param {number} t @param {string} symbol @param {boolean} isClue */
  letter(t, symbol, isClue) {
    const place = { x: SIDE + (t + 0.5) * this.pitch, y: FLOOR + 40 };
    draw(this.svg, "text", { class: isClue ? "clue" : "", ...place }, symbol);
  }

  /** @param {number} t @param {number} norm */
  bar(t, norm) {
    const { svg, pitch } = this;
    const place = { x: SIDE + t * pitch + 1, width: Math.max(1, pitch - 2) };
    const height = gradientLevel(norm) * TALLEST;
    const bar = draw(svg, "rect", { ...place, y: FLOOR - height, height });
    draw(bar, "title", {}, `step ${t + 1}: ‖∂L/∂h‖ = ${digits(norm)}`);
    draw(svg, "rect", { class: "windowcell", ...place, y: FLOOR + 6, height: 16, rx: 3 });
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

export default mounting(Window);
