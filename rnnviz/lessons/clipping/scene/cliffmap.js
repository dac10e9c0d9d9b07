// The error surface from above: the browner, the higher, in bands like contour lines; two balls and their ways on it.
import { brief } from "../../../stage/js/scales.js";
import { draw, put } from "../../../stage/js/svg.js";

const CLIFF_BANDS = 14;
const CLIFF_PAD = { left: 46, right: 12, top: 10, bottom: 40 };

export class CliffMap {
  constructor(parent, film, { width, height, onDrop, onDone }) {
    Object.assign(this, { film, width, height });
    this.svg = draw(parent, "svg", { class: "cliffmap", width, height, viewBox: `0 0 ${width} ${height}`, role: "img" });
    this.inner = { width: width - CLIFF_PAD.left - CLIFF_PAD.right, height: height - CLIFF_PAD.top - CLIFF_PAD.bottom };
    this.shade();
    this.axes();
    this.folds();
    this.ways = [0, 1].map((k) => draw(this.svg, "path", { class: k ? "way bounded" : "way plain" }));
    this.balls = [draw(this.svg, "rect", { class: "ball plain", width: 12, height: 12 }), draw(this.svg, "circle", { class: "ball bounded", r: 7 })];
    this.gone = [0, 1].map(() => draw(this.svg, "text", { class: "gone" }, "off the map"));
    this.drop = draw(this.svg, "circle", { class: "drop", r: 11, tabindex: 0, role: "slider", "aria-label": "Where the ball is dropped: w and b" });
    this.listen(onDrop, onDone);
  }

  x(w) {
    const [low, high] = this.film.w;
    return CLIFF_PAD.left + ((w - low) / (high - low)) * this.inner.width;
  }

  y(b) {
    const [low, high] = this.film.b;
    return CLIFF_PAD.top + (1 - (b - low) / (high - low)) * this.inner.height;
  }

  /** One pixel a computed error, from paper to ink. */
  shade() {
    const { error } = this.film.arrays;
    const [rows, cols] = error.shape;
    const canvas = Object.assign(document.createElement("canvas"), { width: cols, height: rows });
    const context = canvas.getContext("2d");
    const pixels = context.createImageData(cols, rows);
    for (let i = 0; i < rows * cols; i++) {
      const row = rows - 1 - Math.floor(i / cols);
      const share = Math.sqrt(error.data[row * cols + (i % cols)] / this.film.highest);
      pixels.data.set([120, 105, 85, 235 * (Math.round(share * CLIFF_BANDS) / CLIFF_BANDS)], 4 * i);
    }
    context.putImageData(pixels, 0, 0);
    draw(this.svg, "image", { href: canvas.toDataURL(), x: CLIFF_PAD.left, y: CLIFF_PAD.top, ...this.inner, preserveAspectRatio: "none" });
  }

  axes() {
    const bottom = CLIFF_PAD.top + this.inner.height;
    for (let w = this.film.w[0]; w <= this.film.w[1]; w++) draw(this.svg, "text", { class: "tickmid", x: this.x(w), y: bottom + 16 }, brief(w));
    for (let b = this.film.b[0]; b <= this.film.b[1]; b++) draw(this.svg, "text", { class: "ticktext", x: CLIFF_PAD.left - 7, y: this.y(b) + 4 }, b === 0 ? "0" : String(b).replace("-", "−"));
    draw(this.svg, "text", { class: "tickmid", x: CLIFF_PAD.left + this.inner.width / 2, y: bottom + 34 }, "weight w");
    draw(this.svg, "text", { class: "tickmid", transform: `translate(14 ${CLIFF_PAD.top + this.inner.height / 2}) rotate(-90)` }, "bias b");
    draw(this.svg, "rect", { class: "mapframe", x: CLIFF_PAD.left, y: CLIFF_PAD.top, ...this.inner });
  }

  /** Between these two lines the unit has two resting states. */
  folds() {
    const { shape, data } = this.film.arrays.folds;
    for (const end of [1, 2]) {
      const points = Array.from({ length: shape[0] }, (_, i) => [data[3 * i], data[3 * i + end]]).filter(([, b]) => b >= this.film.b[0] && b <= this.film.b[1]);
      draw(this.svg, "path", { class: "fold", d: `M${points.map(([w, b]) => `${this.x(w).toFixed(1)} ${this.y(b).toFixed(1)}`).join(" L")}` });
    }
  }

  listen(onDrop, onDone) {
    let held = false;
    const there = (event) => {
      const box = this.svg.getBoundingClientRect();
      const [u, v] = [(event.clientX - box.left - CLIFF_PAD.left) / this.inner.width, 1 - (event.clientY - box.top - CLIFF_PAD.top) / this.inner.height];
      onDrop(this.within("w", this.film.w[0] + u * (this.film.w[1] - this.film.w[0])), this.within("b", this.film.b[0] + v * (this.film.b[1] - this.film.b[0])));
    };
    this.svg.addEventListener("pointerdown", (event) => ((held = true), this.svg.setPointerCapture(event.pointerId), there(event)));
    this.svg.addEventListener("pointermove", (event) => held && there(event));
    for (const end of ["pointerup", "pointercancel"]) this.svg.addEventListener(end, () => held && ((held = false), onDone()));
    this.drop.addEventListener("keydown", (event) => {
      const move = { ArrowLeft: [-0.05, 0], ArrowRight: [0.05, 0], ArrowDown: [0, -0.05], ArrowUp: [0, 0.05] }[event.key];
      if (!move) return;
      event.preventDefault();
      event.stopPropagation();
      onDrop(this.within("w", this.at.w + move[0]), this.within("b", this.at.b + move[1]));
      onDone();
    });
  }

  within(name, value) {
    const [low, high] = this.film[name];
    return Math.round(100 * Math.min(high, Math.max(low, value))) / 100;
  }

  /** Both ways up to step n, and where the balls are; a ball that left the map waits at its edge. */
  paint(at, ways, n) {
    this.at = at;
    put(this.drop, "cx", this.x(at.w));
    put(this.drop, "cy", this.y(at.b));
    put(this.drop, "aria-valuetext", `w ${at.w}, b ${at.b}`);
    ways.forEach((way, k) => {
      const points = way.slice(0, n + 1).map((p) => this.clamped(p));
      put(this.ways[k], "d", `M${points.map((p) => p.join(" ")).join(" L")}`);
      const [x, y] = points.at(-1);
      const ball = this.balls[k];
      for (const [name, value] of k ? [["cx", x], ["cy", y]] : [["x", x - 6], ["y", y - 6]]) put(ball, name, value);
      const { w, b } = way[Math.min(n, way.length - 1)];
      put(this.gone[k], "visibility", this.beyond(w, b) ? "visible" : "hidden");
      put(this.gone[k], "x", Math.min(x, this.width - 12) - 12);
      put(this.gone[k], "y", Math.max(18, Math.min(this.height - 8, y + 4 + 14 * k)));
    });
  }

  beyond(w, b) {
    return !(w >= this.film.w[0] && w <= this.film.w[1] && b >= this.film.b[0] && b <= this.film.b[1]);
  }

  clamped({ w, b }) {
    const x = Math.min(this.width - 4, Math.max(4, this.x(w)));
    const y = Math.min(this.height - 4, Math.max(4, this.y(b)));
    return [x.toFixed(1), y.toFixed(1)].map(Number);
  }
}
