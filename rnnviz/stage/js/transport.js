// Play, step, scrub, speed, loop: the bar under the picture.
/** @import { Player } from "./player.js" */
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
 * What the commands do that are the scene's own.
 * @typedef {object} Acts
 * @property {() => void} play
 * @property {(direction: number) => void} step
 * @property {(at: number) => void} seek second of the film
 */

export class Transport {
  /** @param {HTMLElement} host @param {Player} player @param {Acts} act */
  constructor(host, player, act) {
    this.player = player;
    this.root = add(host, "div", { class: "transport", role: "toolbar", "aria-label": "Film" });
    this.root.addEventListener("click", (event) => returnFocus(event, host));
    this.icon("back", "One step back (←)", () => act.step(-1));
    this.play = this.icon("play", "Play (space)", act.play);
    this.icon("forward", "One step forward (→)", () => act.step(1));
    const track = add(this.root, "div", { class: "track" });
    this.parts = add(track, "div", { class: "parts", "aria-hidden": "true" });
    const look = { max: FINE, "aria-label": "Position in the film", "data-film": "" };
    this.scrubber = slider(track, look, { onMove: (place) => act.seek((place / FINE) * player.total) });
    this.scrubber.addEventListener("pointerdown", () => player.grip(true));
    for (const name of ["pointerup", "pointercancel"]) this.scrubber.addEventListener(name, () => player.grip(false));
    speedSelect(this.root, (speed) => Object.assign(player, { speed }));
    toggleButton(this.root, "Loop", "Start again at the end", (loop) => Object.assign(player, { loop }));
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

  /** @param {string} text what the film shows */
  paint(text) {
    const { playing, at, total } = this.player;
    const says = playing ? "Pause (space)" : "Play (space)";
    setIcon(this.play, playing ? "pause" : "play");
    put(this.play, "aria-label", says);
    put(this.play, "title", says);
    this.scrubber.value = String(Math.round((at / total) * FINE));
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
