// What both trainings have in common: where the film is, the ends of the axes, the table. No DOM.
/** @import { Numbers } from "../../../stage/js/film.d.ts" */
/** @import { PairFilm } from "./film.d.ts" */
/** @import { Scales } from "./side.js" */
import { csv } from "../../../stage/js/csv.js";

const USUAL = 0.99; // share of the losses that the axis must hold

/** Where in the training an update is, and whether it was trained just now.
 * @param {PairFilm} film @param {number} update */
export function placeInWords({ recorded, running, goal }, update) {
  const run = recorded && update <= recorded ? "Recorded run" : running ? "Training" : "Measured here";
  return `${run} · update ${update.toLocaleString("en")} of ${goal.toLocaleString("en")}`;
}

/** Upper ends of the axes: nearly all losses, and every singular value.
 * @param {PairFilm} film @returns {Scales} */
export function scalesOf({ arrays, baseline }) {
  const losses = finite(arrays.losses.data);
  const usual = losses.sort()[Math.floor(USUAL * (losses.length - 1))] ?? 0;
  const widest = finite(arrays.stretch.data).reduce((most, value) => Math.max(most, value), 0);
  return { top: Math.min(Math.max(baseline * 1.5, usual), baseline * 4), widest: Math.max(2, Math.ceil(widest)) };
}

/** @param {Numbers} values */
const finite = (values) => Float32Array.from(values).filter((value) => Number.isFinite(value));

/** Every update's numbers, both sides.
 * @param {PairFilm} film */
export function trainingCsv({ arrays, last }) {
  const columns = { loss: "losses", right_mean_100: "right", norm_before: "norms", norm_after: "clipped" };
  const head = ["without", "with"].flatMap((side) => Object.keys(columns).map((name) => `${name}_${side}`));
  const width = last + 1;
  /** @param {number} u */
  const row = (u) => [0, 1].flatMap((k) => Object.values(columns).map((name) => arrays[name].data[k * width + u]));
  return csv(
    ["update", ...head],
    Array.from({ length: width }, (_, u) => [u, ...row(u)]),
  );
}
