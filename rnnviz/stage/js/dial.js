// The control that moves a whole family: a slider over values that are all computed, with what is worth knowing marked on it.
import { setAt } from "./flow.js";
import { add, put, write } from "./svg.js";

export class Dial {
  constructor(host, { onMove, onRelease, onPlay, onSend }) {
    this.root = add(host, "div", { class: "dial" });
    const head = add(this.root, "div", { class: "dialhead" });
    this.name = add(head, "label");
    this.value = add(head, "output");
    this.play = add(head, "button", { type: "button", title: "Sweep the control from end to end (space)" });
    this.play.addEventListener("click", onPlay);
    this.send = add(head, "button", { type: "button", title: "Show the error's way back once more" }, "← Send the error back");
    this.send.addEventListener("click", onSend);
    this.slider = add(this.root, "input", { type: "range", min: 0, step: 1 });
    this.slider.addEventListener("input", () => onMove(Number(this.slider.value)));
    this.slider.addEventListener("change", onRelease);
    this.marks = add(this.root, "div", { class: "marks", "aria-hidden": "true" });
  }

  load(film) {
    this.film = film;
    write(this.name, film.label);
    put(this.slider, "aria-label", film.label);
    put(this.slider, "max", film.values.length - 1);
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
