// What every scene is: a picture in the page that takes new films, fits its width, prints, and listens to the keys.
/** @import { Film, Report } from "./film.d.ts" */
/** @import { Actions } from "./keys.js" */
/** @import { Player } from "./player.js" */
import { listenKeys } from "./keys.js";
import { add } from "./svg.js";

const PRINTING = ["beforeprint", "afterprint"];

/**
 * A scene says what is its own in `first` or `continueFrom`, `arrange`, `paint` and `print`.
 * @template {Film} F
 */
export class Scene {
  /** @type {F} */ film;
  /** @type {Report} */ send;
  /** @type {Player[]} */ players = [];
  /** @type {(() => void) | undefined} */ stopListening;
  /** Pixels; 0 until the browser has told. To ask for it would have the browser lay out what is not yet finished. */
  width = 0;

  /**
   * @param {HTMLElement} host
   * @param {string} name its class
   * @param {string} label what it is called where it is not seen
   */
  constructor(host, name, label) {
    this.root = add(host, "div", { class: `stage ${name}`, role: "region", "aria-label": label });
    this.watcher = new ResizeObserver(([{ contentRect }]) => this.resize(Math.floor(contentRect.width)));
    this.watcher.observe(this.root);
    /** @param {Event} event */
    this.printed = (event) => this.ready && this.print(event.type === "beforeprint");
    for (const moment of PRINTING) addEventListener(moment, this.printed);
  }

  /** Whether there is something to draw, and room for it. */
  get ready() {
    return Boolean(this.film) && this.width > 0;
  }

  /** Show new numbers.
   * @param {F} film @param {Report} send */
  load(film, send) {
    const before = this.film;
    Object.assign(this, { film, send });
    if (before) this.continueFrom(before);
    else this.first();
    if (this.width) this.refresh();
  }

  /** @param {number} width */
  resize(width) {
    if (!width || width === this.width) return;
    this.width = width;
    if (this.film) this.refresh();
  }

  refresh() {
    this.arrange();
    this.paint();
  }

  /** The first film is there. */
  first() {}

  /** Another film is there; what the hand has set stays.
   * @param {F} _before */
  continueFrom(_before) {}

  /** Build the picture for this film and this width. */
  arrange() {}

  /** Show the moment. */
  paint() {}

  /** Show what paper should get, or the moment again.
   * @param {boolean} _on */
  print(_on) {}

  /** Let the keys act, and the scene have the focus for them.
   * @param {Actions} actions */
  listen(actions) {
    this.root.tabIndex = 0;
    this.stopListening = listenKeys(this.root, actions);
  }

  end() {
    this.stopListening?.();
    for (const moment of PRINTING) removeEventListener(moment, this.printed);
    this.watcher.disconnect();
    for (const player of this.players) player.stop();
    this.root.remove();
  }
}
