// Under the chart: which line is which, and its measured lengths at the first step and under the pointer.
import { fromLog } from "./flow.js";
import { add, draw, write } from "../../../stage/js/svg.js";
import { row } from "../../../stage/js/unpack.js";

export class FlowTable {
  constructor(host) {
    this.root = add(add(host, "div", { class: "scroll" }), "table", { class: "flowtable" });
  }

  load(film) {
    this.film = film;
    this.root.replaceChildren();
    const head = add(this.root, "tr");
    const [, , end] = ["", "first step", "", "factor a step"].map((name) => add(head, "th", { scope: "col" }, name));
    this.last = end;
    this.pointed = add(head, "th", { scope: "col" });
    this.rows = film.lines.map((line) => this.line(line));
  }

  line(line) {
    const tr = add(this.root, "tr");
    const name = add(tr, "th", { scope: "row" });
    const svg = draw(name, "svg", { width: 34, height: 10, "aria-hidden": "true", class: `swatch ${line.state}` });
    const stroke = draw(svg, "line", { x1: 0, x2: 34, y1: 5, y2: 5, "stroke-dasharray": line.dash });
    stroke.style.setProperty("--hue", line.hue);
    add(name, "span", {}, `${line.title}, ‖∂L/∂${line.state}‖`);
    return [0, 1, 2, 3].map(() => add(tr, "td"));
  }

  paint(k, hover) {
    const last = this.film.lengths[k] - 1;
    write(this.last, `last step, ${last + 1}`);
    write(this.pointed, hover < 0 ? "" : `step ${hover + 1}`);
    this.rows.forEach(([first, end, factor, pointed], l) => {
      const log = row(this.film.arrays.log, k, l);
      write(first, fromLog(log[0]));
      write(end, fromLog(log[last]));
      write(factor, fromLog((log[0] - log[last]) / last));
      write(pointed, hover < 0 || hover > last ? "" : fromLog(log[hover]));
    });
  }
}
