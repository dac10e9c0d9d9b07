// The opened cell: its diagram, its equations, one unit's sum; what is under the pointer lights up in all three.
import { Diagram } from "./diagram.js";
import { quoted } from "./scales.js";
import { spellOut } from "./sums.js";
import { add } from "./svg.js";

const [LARGE, SMALLEST] = [16, 12]; // pixels, equations

export class CellPanel {
  /** `picked` is { symbol, unit }: whose sum is spelled out at first. */
  constructor(host, film, picked, { onClose, onStep }) {
    Object.assign(this, { film, picked, key: "" });
    this.root = add(host, "section", { class: "inside", "aria-label": "Inside the cell" });
    const bar = add(this.root, "header");
    this.heading = add(bar, "h3", { tabindex: -1 });
    button(bar, "‹", "Cell of the step before", () => onStep(-1));
    button(bar, "›", "Cell of the next step", () => onStep(1));
    button(bar, "Close", "Close the cell (Escape)", onClose);
    const body = add(this.root, "div", { class: "body" });
    this.diagram = new Diagram(add(body, "div", { class: "sheet" }), film, (symbol, unit) => this.pick(symbol, unit));
    const side = add(body, "div", { class: "side" });
    this.lines = add(side, "div", { class: "equations" });
    this.equations(this.lines);
    this.watcher = new ResizeObserver(() => fitted(this.lines));
    this.watcher.observe(side);
    this.sum = add(side, "div", { class: "sum", "aria-live": "polite" });
    this.root.addEventListener("pointerover", (event) => this.light(event.target));
    this.root.addEventListener("pointerleave", () => this.light(null));
    this.root.addEventListener("focusin", (event) => this.light(event.target));
  }

  // Equations come from the cell's own file, never from a visitor: markup is safe here.
  equations(host) {
    for (const mathml of this.film.cell.equations) add(host, "div").innerHTML = mathml;
  }

  pick(symbol, unit) {
    this.picked = { symbol, unit };
    this.key = "";
    this.paint(this.k, this.t);
  }

  light(target) {
    const term = target?.closest?.("[data-term]")?.getAttribute("data-term");
    for (const element of this.root.querySelectorAll("[data-term]")) {
      element.classList.toggle("lit", element.getAttribute("data-term") === term);
    }
    const unit = target?.getAttribute?.("data-unit");
    for (const square of this.root.querySelectorAll("[data-unit]")) {
      square.classList.toggle("twin", unit !== null && square.getAttribute("data-unit") === unit);
    }
  }

  paint(k, t) {
    const key = `${k} ${t}`;
    if (key === this.key) return;
    Object.assign(this, { key, k, t });
    const { film } = this;
    this.heading.textContent = `Inside step ${t + 1}: ${film.cell.title} reads ${quoted(film.alphabet[film.inputs[t]])}`;
    this.diagram.paint(k, t, this.picked);
    spellOut(this.sum, film, this.picked.symbol, this.picked.unit, k, t);
  }

  remove() {
    this.watcher.disconnect();
    this.root.remove();
  }
}

/** Equations do not break: all shrink together until the longest fits, as far as they can be read. */
function fitted(lines) {
  lines.style.fontSize = "";
  const share = lines.clientWidth / lines.scrollWidth;
  if (share < 1) lines.style.fontSize = `${Math.max(SMALLEST, Math.floor(LARGE * share * 10) / 10)}px`;
}

function button(parent, text, label, action) {
  add(parent, "button", { type: "button", "aria-label": label, title: label }, text).addEventListener("click", action);
}
