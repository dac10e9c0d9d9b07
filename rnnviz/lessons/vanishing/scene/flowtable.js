// Under the chart: which line is which, and its measured lengths at the first step and under the pointer.
/** @import { FlowFilm, FlowLine } from "./film.d.ts" */
import { add, draw, write } from "../../../stage/js/svg.js";
import { row } from "../../../stage/js/unpack.js";
import { fromLog, look } from "./flow.js";

export class FlowTable {
  /** @type {FlowFilm} */ film;
  /** @type {HTMLElement} */ last;
  /** @type {HTMLElement} */ pointed;
  /** Cells of each line. @type {HTMLElement[][]} */ rows = [];

  /** @param {Element} host */
  constructor(host) {
    this.root = add(add(host, "div", { class: "scroll" }), "table", { class: "flowtable" });
  }

  /** @param {FlowFilm} film */
  load(film) {
    this.film = film;
    this.root.replaceChildren();
    const head = add(this.root, "tr");
    const names = ["", "first step", "", film.single ? "factor a step" : "", ""].map((name) =>
      add(head, "th", { scope: "col" }, name),
    );
    [this.last, this.pointed] = [names[2], names[4]];
    this.rows = film.lines.map((line) => this.line(line));
  }

  /** @param {FlowLine} line */
  line(line) {
    const tr = add(this.root, "tr");
    const name = add(tr, "th", { scope: "row" });
    const shape = { width: 34, height: 10, "aria-hidden": "true", class: `swatch ${look(line)}` };
    const stroke = draw(draw(name, "svg", shape), "line", {
      x1: 0,
      x2: 34,
      y1: 5,
      y2: 5,
      "stroke-dasharray": line.dash,
    });
    stroke.style.setProperty("--hue", line.hue);
    add(name, "span", {}, `${line.title}, ‖∂L/∂${line.of}‖`);
    return [0, 1, 2, 3].map(() => add(tr, "td"));
  }

  /** @param {number} k @param {number} hover the step under the pointer, −1 for none */
  paint(k, hover) {
    const last = this.film.lengths[k] - 1;
    write(this.last, `last step, ${last + 1}`);
    write(this.pointed, hover < 0 ? "" : `step ${hover + 1}`);
    this.rows.forEach(([first, end, factor, pointed], l) => {
      const log = row(this.film.arrays.log, k, l);
      write(first, fromLog(log[0]));
      write(end, fromLog(log[last]));
      write(factor, this.film.single ? fromLog((log[0] - log[last]) / last) : ""); // else errors enter on the way
      write(pointed, hover < 0 || hover > last ? "" : fromLog(log[hover]));
    });
  }
}
