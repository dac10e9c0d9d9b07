// Play, step, scrub, speed, loop: the bar under the picture.
/** @import { Line } from "./timeline.js" */
import { button, slider, speedSelect, toggleButton } from "./controls.js";
import { add, draw, put } from "./svg.js";

const NAMED = 0.1; // of the film: a shorter part has no room for its name
const FINE = 1000; // places of the slider

const ICONS = {
  play: "M5 3 L17 10 L5 17 Z",
  pause: "M5 3 H8.5 V17 H5 Z M11.5 3 H15 V17 H11.5 Z",
  back: "M15 4 L7 10 L15 16 Z M5 4 H7 V16 H5 Z",
  forward: "M5 4 L13 10 L5 16 Z M13 4 H15 V16 H13 Z",
};

/**
 * What the commands do.
 * @typedef {object} Acts
 * @property {() => void} play
 * @property {(direction: number) => void} step
 * @property {(share: number) => void} scrub
 * @property {(speed: number) => void} speed
 * @property {(on: boolean) => void} loop
 * @property {(on: boolean) => void} grip a hand holds the film, or lets it go
 */

export class Transport {
  /** @param {HTMLElement} host @param {Acts} act */
  constructor(host, act) {
    this.root = add(host, "div", { class: "transport", role: "toolbar", "aria-label": "Film" });
    this.root.addEventListener("click", (event) => returnFocus(event, host));
    this.icon("back", "One step back (←)", () => act.step(-1));
    this.play = this.icon("play", "Play (space)", act.play);
    this.icon("forward", "One step forward (→)", () => act.step(1));
    const track = add(this.root, "div", { class: "track" });
    this.parts = add(track, "div", { class: "parts", "aria-hidden": "true" });
    const look = { max: FINE, "aria-label": "Position in the film", "data-film": "" };
    this.scrubber = slider(track, look, { onMove: (place) => act.scrub(place / FINE) });
    this.scrubber.addEventListener("pointerdown", () => act.grip(true));
    for (const name of ["pointerup", "pointercancel"]) this.scrubber.addEventListener(name, () => act.grip(false));
    speedSelect(this.root, act.speed);
    toggleButton(this.root, "Loop", "Start again at the end", act.loop);
  }

  /** @param {keyof typeof ICONS} name @param {string} label @param {() => void} action */
  icon(name, label, action) {
    const made = button(this.root, "", label, action, label);
    made.className = "icon";
    setIcon(made, name);
    return made;
  }

  /** Mark the film's parts on the scrubber, in proportion to their length.
   * @param {Line} line */
  divide(line) {
    this.parts.replaceChildren();
    this.part("unfold", "unfold", line.unfold / line.total);
    this.part("forward", "forward →", (line.forward - line.unfold) / line.total);
    this.part("backward", "← backward", (line.total - line.forward) / line.total);
  }

  /** @param {string} className @param {string} title @param {number} share */
  part(className, title, share) {
    add(this.parts, "span", { class: className, style: `flex:${share}`, title }, share > NAMED ? title : "");
  }

  /** @param {number} share of the film @param {boolean} playing @param {string} text */
  paint(share, playing, text) {
    setIcon(this.play, playing ? "pause" : "play");
    const says = playing ? "Pause (space)" : "Play (space)";
    put(this.play, "aria-label", says);
    put(this.play, "title", says);
    this.scrubber.value = String(Math.round(share * FINE));
    put(this.scrubber, "aria-valuetext", text);
  }
}

/** @param {HTMLElement} made @param {keyof typeof ICONS} name */
function setIcon(made, name) {
  if (made.dataset.icon === name) return;
  made.dataset.icon = name;
  made.replaceChildren();
  draw(draw(made, "svg", { viewBox: "0 0 20 20", width: 18, height: 18, "aria-hidden": "true" }), "path", {
    d: ICONS[name],
  });
}

/** After a click the keys go to the film, not to the button that was clicked: space plays.
 * @param {MouseEvent} event @param {HTMLElement} host */
function returnFocus(event, host) {
  const isButton = event.target instanceof Element && event.target.closest("button");
  if (event.detail && isButton) host.focus({ preventScroll: true });
}
