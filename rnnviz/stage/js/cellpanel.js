// The opened cell: its diagram, its equations, one unit's sum; what is under the pointer lights up in all three.
/** @import { ChainFilm } from "./film.d.ts" */
import { button } from "./controls.js";
import { Diagram } from "./diagram.js";
import { quoted } from "./scales.js";
import { spellOut } from "./sums.js";
import { add } from "./svg.js";

const [LARGE, SMALLEST] = [16, 12]; // pixels, equations

/** Whose sum is spelled out. @typedef {{ symbol: string, unit: number }} Picked */

export class CellPanel {
  key = "";
  k = 0;
  t = 0;

  /**
   * @param {Element} host @param {ChainFilm} film @param {Picked} picked
   * @param {{ onClose: () => void, onStep: (direction: number) => void }} hand
   */
  constructor(host, film, picked, { onClose, onStep }) {
    this.film = film;
    this.picked = picked;
    this.root = add(host, "section", { class: "inside", "aria-label": "Inside the cell" });
    this.heading = this.bar(onClose, onStep);
    const body = add(this.root, "div", { class: "body" });
    const sheet = add(body, "div", { class: "sheet" });
    this.diagram = new Diagram(sheet, film, (picked) => this.pick(picked));
    const side = add(body, "div", { class: "side" });
    const lines = this.equations(side);
    this.watcher = new ResizeObserver(() => fit(lines));
    this.watcher.observe(side);
    this.sum = add(side, "div", { class: "sum", "aria-live": "polite" });
    this.root.addEventListener("pointerover", (event) => this.light(event.target));
    this.root.addEventListener("pointerleave", () => this.light(null));
    this.root.addEventListener("focusin", (event) => this.light(event.target));
  }

  /** @param {() => void} onClose @param {(direction: number) => void} onStep */
  bar(onClose, onStep) {
    const bar = add(this.root, "header");
    const heading = add(bar, "h3", { tabindex: -1 });
    const [before, after] = ["Cell of the step before", "Cell of the next step"];
    button(bar, "‹", before, () => onStep(-1), before);
    button(bar, "›", after, () => onStep(1), after);
    button(bar, "Close", "Close the cell (Escape)", onClose, "Close the cell (Escape)");
    return heading;
  }

  /** They come from the cell's own file, never from a visitor: markup is safe here.
   * @param {Element} side */
  equations(side) {
    const lines = add(side, "div", { class: "equations" });
    for (const mathml of this.film.cell.equations) add(lines, "div").innerHTML = mathml;
    return lines;
  }

  /** @param {Picked} picked */
  pick(picked) {
    this.picked = picked;
    this.key = "";
    this.paint(this.k, this.t);
  }

  /** Mark all that means the same as what is under the pointer.
   * @param {EventTarget | null} target */
  light(target) {
    const under = target instanceof Element ? target : null;
    const term = under?.closest("[data-term]")?.getAttribute("data-term");
    for (const element of this.root.querySelectorAll("[data-term]")) {
      element.classList.toggle("lit", element.getAttribute("data-term") === term);
    }
    const unit = under?.getAttribute("data-unit") ?? "";
    for (const square of this.root.querySelectorAll("[data-unit]")) {
      square.classList.toggle("twin", square.getAttribute("data-unit") === unit);
    }
  }

  /** @param {number} k snapshot @param {number} t step */
  paint(k, t) {
    const key = `${k} ${t}`;
    if (key === this.key) return;
    Object.assign(this, { key, k, t });
    const { film, picked } = this;
    const letter = quoted(film.alphabet[film.inputs[t]]);
    this.heading.textContent = `Inside step ${t + 1}: ${film.cell.title} reads ${letter}`;
    this.diagram.paint(k, t, picked);
    spellOut(this.sum, film, picked.symbol, picked.unit, k, t);
  }

  remove() {
    this.watcher.disconnect();
    this.root.remove();
  }
}

/** Equations do not break: all shrink together until the longest fits, as far as they can be read.
 * @param {HTMLElement} lines */
function fit(lines) {
  lines.style.fontSize = "";
  const share = lines.clientWidth / lines.scrollWidth;
  if (share < 1) lines.style.fontSize = `${Math.max(SMALLEST, Math.floor(LARGE * share * 10) / 10)}px`;
}
