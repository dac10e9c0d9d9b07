// A window on a picture that may be wider than the page: it scrolls by hand, and follows the film.
import { clamp } from "./range.js";
import { add, put } from "./svg.js";

const NEARER = 0.12; // share of the way to its goal in one frame of a playing film

export class Viewport {
  follow = true; // until a hand scrolls
  left = 0; // pixels of the picture to the left of what is in sight

  /** @param {Element} host @param {() => void} onScroll a hand has scrolled */
  constructor(host, onScroll) {
    const view = add(host, "div", { class: "view" });
    this.onScroll = onScroll;
    this.content = add(view, "div", { class: "scroll" });
    this.before = add(view, "i", { class: "edge left" }); // there is more of the picture
    this.after = add(view, "i", { class: "edge right" });
    this.content.addEventListener("wheel", () => this.release(), { passive: true });
    this.content.addEventListener("pointerdown", () => this.release());
    this.content.addEventListener("scroll", () => this.scrolled(), { passive: true });
  }

  release() {
    this.follow = false;
  }

  /** Another picture stands in the window. */
  renew() {
    this.left = this.content.scrollLeft;
  }

  /** Take over what was scrolled by hand; the browser rounds what the film scrolls. */
  scrolled() {
    const { scrollLeft } = this.content;
    if (Math.abs(scrollLeft - this.left) <= 1) return;
    this.left = scrollLeft;
    this.onScroll();
  }

  /** Bring a place nearer to the middle, or all the way.
   * @param {number} x @param {{ width: number, view: number }} plan @param {boolean} smoothly */
  pan(x, { width, view }, smoothly) {
    if (!this.follow || width <= view) return;
    const goal = clamp(x - view / 2, 0, width - view);
    const next = smoothly ? this.left + (goal - this.left) * NEARER : goal;
    if (next === this.left) return;
    this.left = next;
    this.content.scrollLeft = next;
  }

  /** Say at which sides there is more.
   * @param {[number, number]} window @param {number} width of the picture */
  paint([left, right], width) {
    put(this.before, "data-more", left > 1 ? "yes" : "no");
    put(this.after, "data-more", right < width - 1 ? "yes" : "no");
  }
}
