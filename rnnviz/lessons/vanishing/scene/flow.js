// What a family's numbers say, and where they stand. No DOM.
import { digits } from "../../../stage/js/scales.js";
import { row } from "../../../stage/js/unpack.js";

export const wantsStill = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

const FLOW_ROW = 46;
const FLOW_CHART = 300;
const FLOW_PAD = { left: 58, right: 44, top: 8 };

/** Geometry of the rows of cells and the chart under them, one column a step for both. Pixels. */
export function flowPlan(film, width) {
  const chains = [...new Set(film.lines.map((line) => line.cell))];
  const pitch = (width - FLOW_PAD.left - FLOW_PAD.right) / film.T;
  const top = FLOW_PAD.top + chains.length * FLOW_ROW + 14;
  const bottom = top + FLOW_CHART;
  const perDecade = FLOW_CHART / (film.ceiling - film.floor);
  return {
    width, pitch, chains, top, bottom, height: bottom + 38, left: FLOW_PAD.left, right: width - FLOW_PAD.right, row: FLOW_ROW,
    box: Math.min(26, pitch * 0.55, Math.max(1, pitch - 6)), // the arrows need room, too
    x: (t) => FLOW_PAD.left + (t + 0.5) * pitch,
    loss: (T) => FLOW_PAD.left + T * pitch + 14, // where the loss's arrow begins
    rowY: (r) => FLOW_PAD.top + r * FLOW_ROW + 28,
    y: (log) => bottom - (Math.min(film.ceiling + 1, Math.max(film.floor - 1, log)) - film.floor) * perDecade,
    step: (x) => Math.max(0, Math.min(film.T - 1, Math.floor((x - FLOW_PAD.left) / pitch))),
  };
}

/** Index of the value nearest to `value`. */
export function nearest(values, value) {
  if (typeof value === "string") return Math.max(0, values.indexOf(value));
  const gaps = values.map((v) => Math.abs(v - value));
  return gaps.indexOf(Math.min(...gaps));
}

/** A measured norm from its logarithm. JavaScript has no numbers below 10⁻³²³; those are written by their power. */
export function fromLog(log) {
  if (Number.isNaN(log)) return "NaN";
  if (log === Infinity) return "∞";
  if (log < -290) return "0";
  return digits(10 ** log);
}

/** The place of the control: "ρ = 0.842". */
export const setAt = (film, k) => `${film.symbol} = ${film.names[k]}`;

/** One sentence on the network in view: by what factor its error changed on the way from the last step to the first. */
export function flowSentence(film, k, back) {
  const head = setAt(film, k);
  const line = film.lines[film.spoken];
  const T = film.lengths[k];
  if (back < T) return `${head}: the error goes back, now at step ${Math.max(1, T - Math.floor(back))}.`;
  const log = row(film.arrays.log, k, film.spoken);
  const ratio = log[0] - log[T - 1];
  const note = film.notes[k] ? ` ${film.notes[k]}` : "";
  if (!film.single) return `${head}: in the ${line.title} the gradient at step 1 is ${fromLog(ratio)} times as long as at step ${T}; every step adds an error of its own.${note}`;
  const verb = Math.abs(ratio) < 0.15 ? "keeps its length" : ratio < 0 ? "vanishes" : "explodes";
  const times = Math.abs(ratio) < 0.15 ? "" : `: ×${fromLog(ratio)} over ${T - 1} steps`;
  return `${head}: in the ${line.title} the error ${verb} on its way back${times}.${note}`;
}

/** Everything that was measured, for a spreadsheet: one row for each network, cell, state and step. */
export function flowCsv(film) {
  const out = [[film.setting, "cell", "state", "step", "norm_log10", "lowest_seed_log10", "highest_seed_log10"].join(",")];
  film.values.forEach((value, k) => film.lines.forEach((line, l) => {
    const [log, low, high] = ["log", "low", "high"].map((name) => row(film.arrays[name], k, l));
    log.subarray(0, film.lengths[k]).forEach((v, t) => out.push([value, line.cell, line.state, t + 1, v.toFixed(4), low[t].toFixed(4), high[t].toFixed(4)].join(",")));
  }));
  return out.join("\n");
}
