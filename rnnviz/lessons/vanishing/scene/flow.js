// What a family's numbers say. No DOM.
/** @import { FlowFilm, FlowLine } from "./film.d.ts" */
import { csv } from "../../../stage/js/csv.js";
import { nearest } from "../../../stage/js/range.js";
import { digits } from "../../../stage/js/scales.js";
import { row } from "../../../stage/js/unpack.js";

const KEPT = 0.15; // decades: a gradient that changes by less has kept its length
const MUCH = 3; // decades: what changes by less has not vanished, and not exploded
const FARTHEST = 290; // decades; beyond, a length is 0, or has overflowed

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
  if (log > FARTHEST) return "∞";
  return log < -FARTHEST ? "0" : digits(10 ** log);
}

/** The place of the control: "ρ = 0.842".
 * @param {FlowFilm} film @param {number} k */
export const setAt = (film, k) => `${film.symbol} = ${film.names[k]}`;

/** Classes of a line: all of a cell's state, or a part of it.
 * @param {FlowLine} line */
export const look = (line) => (line.whole ? "whole" : `part ${line.state}`);

/**
 * One sentence on the network in view: by what factor its error changed on the way from the last step to the first.
 * @param {FlowFilm} film @param {number} k @param {number} back steps that the error has gone back
 */
export function flowSentence(film, k, back) {
  const T = film.lengths[k];
  if (back < T) return `${setAt(film, k)}: the error goes back, now at step ${Math.max(1, T - Math.floor(back))}.`;
  const note = film.notes[k] ? ` ${film.notes[k]}` : "";
  const says = film.single ? fate(film, k) : summed(film, k);
  return `${setAt(film, k)}: in the ${film.lines[film.spoken].title} ${says}.${note}`;
}

/** What became of one error on its way from the last step to the first.
 * @param {FlowFilm} film @param {number} k */
function fate(film, k) {
  const last = film.lengths[k] - 1;
  const [ratio, low, high] = ["log", "low", "high"].map((name) => {
    const log = row(film.arrays[name], k, film.spoken);
    return log[0] - log[last];
  });
  const isAlike = verb(low) === verb(high);
  const seeds = film.seeds > 1 ? ` (${film.seeds} seeds: ×${fromLog(low)} to ×${fromLog(high)})` : "";
  const steps = last === 1 ? "one step" : `${last} steps`;
  return `the error ${verb(ratio)}${isAlike ? "" : ", with this seed,"} on its way back: ×${fromLog(ratio)} over ${steps}${seeds}`;
}

/** @param {number} ratio decades */
function verb(ratio) {
  if (Math.abs(ratio) < KEPT) return "about keeps its length";
  if (ratio < 0) return ratio <= -MUCH ? "vanishes" : "shrinks";
  return ratio >= MUCH ? "explodes" : "grows";
}

/** Where every step has a loss of its own no error is followed: what lies there is a sum of many.
 * @param {FlowFilm} film @param {number} k */
function summed(film, k) {
  const cell = [...new Set(film.lines.map((line) => line.cell))].indexOf(film.lines[film.spoken].cell);
  const all = fromLog(row(film.arrays.log, k, film.spoken)[0]);
  const later = fromLog(row(film.arrays.carried, k, cell)[0]);
  return `the gradient at step 1, of all losses together, is ${all} long; what later steps send there, ${later}`;
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
