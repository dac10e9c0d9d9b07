// What a family's numbers say. No DOM.
/** @import { FlowFilm } from "./film.d.ts" */
import { csv } from "../../../stage/js/csv.js";
import { nearest } from "../../../stage/js/range.js";
import { digits } from "../../../stage/js/scales.js";
import { row } from "../../../stage/js/unpack.js";

const KEPT = 0.15; // decades: a gradient that changes by less has kept its length
const SMALLEST = -290; // decades; JavaScript has no numbers below 10⁻³²³

/** Place of the value nearest to `value` in the family.
 * @param {(number | string)[]} values @param {number | string} value */
export function place(values, value) {
  if (typeof value === "string") return Math.max(0, values.indexOf(value));
  return nearest(/** @type {number[]} */ (values), value);
}

/** A measured norm from its logarithm.
 * @param {number} log */
export function fromLog(log) {
  if (Number.isNaN(log)) return "NaN";
  if (log === Infinity) return "∞";
  return log < SMALLEST ? "0" : digits(10 ** log);
}

/** The place of the control: "ρ = 0.842".
 * @param {FlowFilm} film @param {number} k */
export const setAt = (film, k) => `${film.symbol} = ${film.names[k]}`;

/**
 * One sentence on the network in view: by what factor its error changed on the way from the last step to the first.
 * @param {FlowFilm} film @param {number} k @param {number} back steps that the error has gone back
 */
export function flowSentence(film, k, back) {
  const T = film.lengths[k];
  if (back < T) return `${setAt(film, k)}: the error goes back, now at step ${Math.max(1, T - Math.floor(back))}.`;
  const log = row(film.arrays.log, k, film.spoken);
  const ratio = log[0] - log[T - 1];
  const says = film.single
    ? fate(ratio, T)
    : `the gradient at step 1 is ${fromLog(ratio)} times as long as at step ${T}`;
  const added = film.single ? "" : "; every step adds an error of its own";
  const note = film.notes[k] ? ` ${film.notes[k]}` : "";
  return `${setAt(film, k)}: in the ${film.lines[film.spoken].title} ${says}${added}.${note}`;
}

/** @param {number} ratio decades @param {number} T */
function fate(ratio, T) {
  if (Math.abs(ratio) < KEPT) return "the error keeps its length on its way back";
  const verb = ratio < 0 ? "vanishes" : "explodes";
  return `the error ${verb} on its way back: ×${fromLog(ratio)} over ${T - 1} steps`;
}

/** Everything that was measured, for a spreadsheet: one row for each network, cell, state and step.
 * @param {FlowFilm} film */
export function flowCsv(film) {
  const head = [film.setting, "cell", "state", "step", "norm_log10", "lowest_seed_log10", "highest_seed_log10"];
  const rows = film.values.flatMap((value, k) =>
    film.lines.flatMap(({ cell, state }, l) => {
      const columns = ["log", "low", "high"].map((name) => row(film.arrays[name], k, l));
      const steps = Array.from({ length: film.lengths[k] }, (_, t) => t);
      return steps.map((t) => [value, cell, state, t + 1, ...columns.map((logs) => logs[t].toFixed(4))]);
    }),
  );
  return csv(head, rows);
}
