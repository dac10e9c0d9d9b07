// The control that moves a whole family: a slider over values that are all computed, with what is worth knowing marked
// on it.
/** @import { FlowFilm } from "./film.d.ts" */
import { button, slider, speedSelect, toggleButton } from "../../../stage/js/controls.js";
import { add, put, write } from "../../../stage/js/svg.js";
import { setAt } from "./flow.js";

/**
 * What the controls do.
 * @typedef {object} Acts
 * @property {(setting: string) => void} dial another setting is to be moved
 * @property {(k: number) => void} move
 * @property {() => void} release
 * @property {() => void} play
 * @property {() => void} sendBack
 * @property {(speed: number) => void} speed
 * @property {(on: boolean) => void} loop
 */

export class Dial {
  /** @type {FlowFilm} */ film;

  /** @param {Element} host @param {Acts} act */
  constructor(host, act) {
    this.root = add(host, "div", { class: "dial" });
    const head = add(this.root, "div", { class: "dialhead" });
    this.name = add(head, "label");
    const title = "Which setting the slider moves, over its whole range";
    this.pick = add(head, "select", { "aria-label": "Setting to drag", title });
    this.pick.addEventListener("change", () => act.dial(this.pick.value));
    this.value = add(head, "output");
    this.play = button(head, "", "Sweep the control from end to end (space)", act.play);
    this.send = button(head, "← Send the error back", "Show the error's way back once more", act.sendBack);
    speedSelect(head, act.speed);
    toggleButton(head, "Loop", "Sweep on and on", act.loop);
    this.slider = slider(this.root, {}, { onMove: act.move, onRelease: act.release });
    this.marks = add(this.root, "div", { class: "marks", "aria-hidden": "true" });
  }

  /** The settings that can be dragged instead; a family on its own has only its own.
   * @param {FlowFilm} film */
  offer({ dials, setting, label }) {
    const offered = Object.entries(dials);
    write(this.name, offered.length ? "Drag" : label);
    this.pick.hidden = !offered.length;
    this.pick.replaceChildren();
    for (const [name, title] of offered) add(this.pick, "option", { value: name }, title);
    this.pick.value = setting;
  }

  /** @param {FlowFilm} film */
  load(film) {
    this.film = film;
    this.offer(film);
    const last = film.values.length - 1;
    put(this.slider, "aria-label", film.label);
    put(this.slider, "max", last);
    const widest = Math.max(...film.values.map((_, k) => setAt(film, k).length));
    this.value.style.minWidth = `${widest}ch`; // what stands beside it stays where it is
    this.marks.replaceChildren();
    for (const { at, text } of film.marks) {
      add(this.marks, "span", { style: `left:${((100 * at) / last).toFixed(2)}%` }, text);
    }
  }

  /** @param {number} k @param {boolean} playing @param {boolean} sending */
  paint(k, playing, sending) {
    this.slider.value = String(k);
    write(this.value, setAt(this.film, k));
    put(this.slider, "aria-valuetext", setAt(this.film, k));
    write(this.play, playing ? "❚❚ Pause" : `▶ Sweep ${this.film.symbol}`);
    put(this.send, "aria-pressed", sending);
  }
}
