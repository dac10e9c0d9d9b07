// Truncated backpropagation: a window over the unrolled network; where it ends, the error ends.
import { mounting } from "../../../stage/js/mount.js";
import { saveButtons } from "../../../stage/js/save.js";
import { brief, gradientLevel, percent } from "../../../stage/js/scales.js";
import { add, draw, put, write } from "../../../stage/js/svg.js";

const WINDOW_HEIGHT = 190;
const WINDOW_FLOOR = 140;
const WINDOW_SIDE = 12;

class Window {
  constructor(host) {
    this.root = add(host, "div", { class: "stage window", role: "region", "aria-label": "A window of truncated backpropagation" });
    this.says = add(this.root, "p", { class: "says", role: "status" });
    this.place = add(this.root, "div");
    this.slider = add(this.root, "input", { type: "range", min: 1, step: 1, "aria-label": "Window, in steps", class: "reversed" });
    this.slider.addEventListener("input", () => this.show(Number(this.slider.value)));
    this.slider.addEventListener("change", () => this.send("window", this.width));
    this.foot = add(this.root, "div", { class: "foot" });
    this.held = add(this.foot, "p", { class: "held" });
    saveButtons(this.foot, () => this.svg, () => windowCsv(this.film), () => "window", () => `${this.says.textContent} ${this.held.textContent}`);
    this.watcher = new ResizeObserver(() => this.film && this.fit());
    this.watcher.observe(this.root);
  }

  load(film, send) {
    const first = !this.film;
    Object.assign(this, { film, send });
    this.width = first ? film.window : Math.min(this.width, film.symbols.length);
    this.slider.max = film.symbols.length;
    write(this.held, `Held constant: the network as initialised (seed ${film.seed}) and one batch of 20 sequences, of which the first is spelled out. Bars: ‖∂L/∂h_t‖ on a log axis from 1e−8 to 100.`);
    this.fit(true);
  }

  fit(anew = false) {
    const wide = Math.floor(this.root.clientWidth);
    if (!wide || (!anew && wide === this.wide)) return;
    this.wide = wide;
    this.svg?.remove();
    this.svg = draw(this.place, "svg", { class: "windowpicture", width: wide, height: WINDOW_HEIGHT, viewBox: `0 0 ${wide} ${WINDOW_HEIGHT}`, role: "img" });
    const { symbols, clues, arrays } = this.film;
    this.step = (wide - 2 * WINDOW_SIDE) / symbols.length;
    this.shade = draw(this.svg, "rect", { class: "inside-window", y: 4, height: WINDOW_HEIGHT - 8 });
    this.bars = symbols.map((symbol, t) => this.bar(symbol, t, clues.includes(t), arrays.norms.data[t]));
    this.edge = draw(this.svg, "line", { class: "edge", y1: 4, y2: WINDOW_HEIGHT - 4 });
    this.handle = draw(this.svg, "rect", { class: "handle", y: WINDOW_FLOOR / 2 - 20, width: 12, height: 40, rx: 6 });
    this.listen();
    this.show(this.width);
  }

  bar(symbol, t, clue, norm) {
    const x = WINDOW_SIDE + t * this.step;
    const height = gradientLevel(norm) * (WINDOW_FLOOR - 20);
    const bar = draw(this.svg, "rect", { x: x + 1, y: WINDOW_FLOOR - height, width: Math.max(1, this.step - 2), height });
    draw(bar, "title", {}, `step ${t + 1}: ‖∂L/∂h‖ = ${brief(norm)}`);
    draw(this.svg, "rect", { class: "windowcell", x: x + 1, y: WINDOW_FLOOR + 6, width: Math.max(1, this.step - 2), height: 16, rx: 3 });
    if (clue || this.step > 11) draw(this.svg, "text", { class: clue ? "tickmid clue" : "tickmid", x: x + this.step / 2, y: WINDOW_FLOOR + 40 }, symbol);
    return bar;
  }

  listen() {
    let held = false;
    const there = (event) => {
      const x = event.clientX - this.svg.getBoundingClientRect().left - WINDOW_SIDE;
      this.show(Math.min(this.film.symbols.length, Math.max(1, this.film.symbols.length - Math.round(x / this.step))));
    };
    this.svg.addEventListener("pointerdown", (event) => ((held = true), this.svg.setPointerCapture(event.pointerId), there(event)));
    this.svg.addEventListener("pointermove", (event) => held && there(event));
    for (const end of ["pointerup", "pointercancel"]) this.svg.addEventListener(end, () => held && ((held = false), this.send("window", this.width)));
  }

  show(width) {
    this.width = width;
    const { symbols, clues, arrays } = this.film;
    const T = symbols.length;
    const x = WINDOW_SIDE + (T - width) * this.step;
    put(this.shade, "x", x);
    put(this.shade, "width", this.wide - WINDOW_SIDE - x);
    for (const name of ["x1", "x2"]) put(this.edge, name, x);
    put(this.handle, "x", x - 6);
    this.bars.forEach((bar, t) => put(bar, "class", t < T - width ? "windowbar cut" : "windowbar"));
    this.slider.value = width;
    const missed = clues.filter((t) => t < T - width).length;
    const clueText = clues.length ? ` ${missed} of ${clues.length} clues ${missed === 1 ? "lies" : "lie"} outside.` : "";
    write(this.says, `Window of ${width} of ${T} steps: ${percent(arrays.lost.data[width - 1])} of the gradient of ${this.film.matrix} is lost (‖g − g′‖ / ‖g‖), cosine ${brief(arrays.cosine.data[width - 1])}.${clueText}`);
  }

  end() {
    this.watcher.disconnect();
    this.root.remove();
  }
}

/** Every window's loss. */
export function windowCsv({ symbols, arrays }) {
  const T = symbols.length;
  const line = (i) => [i + 1, symbols[i], arrays.norms.data[i], i + 1, arrays.lost.data[i], arrays.cosine.data[i]].join(",");
  return ["step,symbol,norm_dL_dh,window,lost_share,cosine", ...Array.from({ length: T }, (_, i) => line(i))].join("\n");
}

export default mounting(Window);
