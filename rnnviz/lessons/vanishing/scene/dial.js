// The control that moves a whole family: a slider over values that are all computed, with what is worth knowing marked on it.
import { setAt } from "./flow.js";
import { add, put, write } from "../../../stage/js/svg.js";
import { SPEED_NAMES, SPEEDS } from "../../../stage/js/transport.js";

export class Dial {
  constructor(host, { onDial, onMove, onRelease, onPlay, onSend, onSpeed, onLoop }) {
    this.root = add(host, "div", { class: "dial" });
    const head = add(this.root, "div", { class: "dialhead" });
    this.name = add(head, "label");
    this.pick = add(head, "select", { "aria-label": "Setting to drag", title: "Which setting the slider moves, over its whole range" });
    this.pick.addEventListener("change", () => onDial(this.pick.value));
    this.value = add(head, "output");
    this.play = add(head, "button", { type: "button", title: "Sweep the control from end to end (space)" });
    this.play.addEventListener("click", onPlay);
    this.send = add(head, "button", { type: "button", title: "Show the error's way back once more" }, "← Send the error back");
    this.send.addEventListener("click", onSend);
    this.speed = add(head, "select", { "aria-label": "Speed", title: "Speed" });
    for (const speed of SPEEDS) add(this.speed, "option", { value: speed }, SPEED_NAMES[speed]);
    this.speed.value = "1";
    this.speed.addEventListener("change", () => onSpeed(Number(this.speed.value)));
    this.loop = add(head, "button", { type: "button", title: "Sweep on and on", "aria-pressed": "false" }, "Loop");
    this.loop.addEventListener("click", () => this.turn(onLoop));
    this.slider = add(this.root, "input", { type: "range", min: 0, step: 1 });
    this.slider.addEventListener("input", () => onMove(Number(this.slider.value)));
    this.slider.addEventListener("change", onRelease);
    this.marks = add(this.root, "div", { class: "marks", "aria-hidden": "true" });
  }

  /** The settings that can be dragged instead; a family on its own has only its own. */
  offer({ dials, setting, label }) {
    const offered = Object.entries(dials);
    write(this.name, offered.length ? "Drag" : label);
    this.pick.hidden = !offered.length;
    this.pick.replaceChildren();
    for (const [name, title] of offered) add(this.pick, "option", { value: name }, title);
    this.pick.value = setting;
  }

  turn(onLoop) {
    const on = this.loop.getAttribute("aria-pressed") !== "true";
    put(this.loop, "aria-pressed", on);
    onLoop(on);
  }

  load(film) {
    this.film = film;
    this.offer(film);
    put(this.slider, "aria-label", film.label);
    put(this.slider, "max", film.values.length - 1);
    const widest = Math.max(...film.values.map((_, k) => setAt(film, k).length));
    this.value.style.minWidth = `${widest}ch`; // what stands beside it stays where it is
    this.marks.replaceChildren();
    for (const { at, text } of film.marks) add(this.marks, "span", { style: `left:${((100 * at) / (film.values.length - 1)).toFixed(2)}%` }, text);
  }

  paint(k, playing, sending) {
    this.slider.value = k;
    write(this.value, setAt(this.film, k));
    put(this.slider, "aria-valuetext", setAt(this.film, k));
    write(this.play, playing ? "❚❚ Pause" : `▶ Sweep ${this.film.symbol}`);
    put(this.send, "aria-pressed", sending);
  }
}
