// What theory says of a line: a constant factor for every step back, from the last step's measured length.
/** @import { FlowFilm } from "./film.d.ts" */
/** @import { FlowPlan } from "./flowplan.js" */
import { polyline } from "../../../stage/js/path.js";
import { draw, put } from "../../../stage/js/svg.js";

const LABEL = 130; // pixels, a law's name
const STEEP = 40; // pixels that a line rises over its name: then the name stands under it

export class Law {
  /**
   * @param {Element} inside @param {Element} over @param {FlowFilm} film @param {FlowPlan} plan
   * @param {string} name @param {string} text nothing: it has no label
   */
  constructor(inside, over, film, plan, name, text) {
    this.film = film;
    this.plan = plan;
    this.path = draw(inside, "path", { class: `law ${name}` });
    this.label = draw(over, "text", { class: "lawtext", x: plan.left + 8 }, text);
  }

  /**
   * @param {number} end logarithm at the last step @param {number} factor decades a step @param {number} from
   * @param {number} T
   */
  paint(end, factor, from, T) {
    const { plan, film } = this;
    const last = T - 1;
    /** @param {number} t */
    const at = (t) => end + (last - t) * factor;
    const start = plan.bottom - (at(from) - film.floor) * plan.decade; // it may lie far outside: the slope counts
    const ends = /** @type {[number, number][]} */ ([
      [plan.x(from), start],
      [plan.x(last), plan.y(end)],
    ]);
    put(this.path, "d", from <= last ? polyline(ends) : "");
    put(this.label, "visibility", from === 0 ? "visible" : "hidden");
    const inSight = Array.from({ length: T }, (_, t) => at(t)).findIndex((v) => v > film.floor && v < film.ceiling);
    this.name(at, Math.max(0, inSight), factor);
  }

  /** Write the law's name where its line comes into sight.
   * @param {(t: number) => number} at @param {number} t @param {number} factor */
  name(at, t, factor) {
    const { plan, label } = this;
    const rise = Math.max(0, -factor) * plan.decade * (LABEL / plan.pitch);
    const isUnder = rise > STEEP;
    put(label, "x", Math.min(plan.x(t) + (isUnder ? 14 : 8), plan.width - LABEL).toFixed(1));
    put(label, "y", Math.min(plan.bottom - 4, plan.y(at(t)) + (isUnder ? 18 : -8 - rise)).toFixed(1));
  }
}
