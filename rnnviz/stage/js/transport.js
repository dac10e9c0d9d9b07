// Play, step, scrub, speed, loop, fold: the bar under the picture.
import { add, put, write } from "./svg.js";

export const SPEEDS = [0.25, 0.5, 1, 2, 4];
export const SPEED_NAMES = { 0.25: "×¼", 0.5: "×½", 1: "×1", 2: "×2", 4: "×4" };

const NAMED = 0.1; // of the film: a shorter part has no room for its name

const ICONS = {
  play: "M5 3 L17 10 L5 17 Z",
  pause: "M5 3 H8.5 V17 H5 Z M11.5 3 H15 V17 H11.5 Z",
  back: "M15 4 L7 10 L15 16 Z M5 4 H7 V16 H5 Z",
  forward: "M5 4 L13 10 L5 16 Z M13 4 H15 V16 H13 Z",
};

/** `act` maps command names (play, back, forward, scrub, speed, loop, fold) to what they do. */
export class Transport {
  constructor(host, act) {
    this.root = add(host, "div", { class: "transport", role: "toolbar", "aria-label": "Film" });
    // After a click the keys go to the film, not to the button that was clicked: space plays.
    this.root.addEventListener("click", (event) => event.detail && event.target.closest("button") && host.focus({ preventScroll: true }));
    this.back = this.icon("back", "One step back (←)", () => act.step(-1));
    this.play = this.icon("play", "Play (space)", act.play);
    this.forward = this.icon("forward", "One step forward (→)", () => act.step(1));
    const track = add(this.root, "div", { class: "track" });
    this.parts = add(track, "div", { class: "parts", "aria-hidden": "true" });
    this.scrubber = add(track, "input", { type: "range", min: 0, max: 1000, step: 1, "aria-label": "Position in the film", "data-film": "" });
    this.scrubber.addEventListener("input", () => act.scrub(this.scrubber.value / 1000));
    this.scrubber.addEventListener("pointerdown", () => act.grip?.(true)); // a hand on the film stops it …
    for (const name of ["pointerup", "pointercancel"]) this.scrubber.addEventListener(name, () => act.grip?.(false)); // … and lets it go on
    this.speed = add(this.root, "select", { "aria-label": "Speed", title: "Speed" });
    for (const speed of SPEEDS) add(this.speed, "option", { value: speed }, SPEED_NAMES[speed]);
    this.speed.value = "1";
    this.speed.addEventListener("change", () => act.speed(Number(this.speed.value)));
    this.loop = this.toggle("Loop", "Start again at the end", act.loop);
    this.fold = this.toggle("Fold", "Roll the chain up into the one cell it is", act.fold);
  }

  icon(name, label, action) {
    const button = add(this.root, "button", { type: "button", class: "icon", "aria-label": label, title: label });
    this.setIcon(button, name);
    button.addEventListener("click", action);
    return button;
  }

  setIcon(button, name) {
    if (button.dataset.icon === name) return;
    button.dataset.icon = name;
    button.innerHTML = `<svg viewBox="0 0 20 20" width="18" height="18" aria-hidden="true"><path d="${ICONS[name]}"/></svg>`;
  }

  toggle(text, label, action) {
    const button = add(this.root, "button", { type: "button", title: label, "aria-pressed": "false" }, text);
    button.addEventListener("click", () => {
      const on = button.getAttribute("aria-pressed") !== "true";
      put(button, "aria-pressed", on);
      action(on);
    });
    return button;
  }

  /** Mark the film's parts on the scrubber, in proportion to their length. */
  divide(line) {
    this.parts.replaceChildren();
    const spans = [["unfold", line.unfold], ["forward →", line.forward - line.unfold], ["← backward", line.total - line.forward]];
    for (const [name, length] of spans) {
      const room = length / line.total > NAMED;
      add(this.parts, "span", { class: name.match(/[a-z]+/)[0], style: `flex:${length}`, title: name }, room ? name : "");
    }
  }

  paint(share, playing, text) {
    this.setIcon(this.play, playing ? "pause" : "play");
    put(this.play, "aria-label", playing ? "Pause (space)" : "Play (space)");
    put(this.play, "title", playing ? "Pause (space)" : "Play (space)");
    this.scrubber.value = Math.round(share * 1000);
    put(this.scrubber, "aria-valuetext", text);
  }
}
