// Where the rows of cells and the chart under them stand, one column a step for both. Pixels; no DOM.
/** @import { FlowFilm } from "./film.d.ts" */
import { clamp } from "../../../stage/js/range.js";

const ROW = 46;
const CHART = 300;
const FOOT = 38; // under the chart: its ticks, and the axis's name
const PAD = { left: 58, right: 44, top: 8 };

/** @typedef {ReturnType<typeof flowPlan>} FlowPlan */

/** @param {Pick<FlowFilm, "T" | "lines" | "floor" | "ceiling">} film @param {number} width */
export function flowPlan({ T, lines, floor, ceiling }, width) {
  const chains = [...new Set(lines.map((line) => line.cell))];
  const pitch = (width - PAD.left - PAD.right) / T;
  const top = PAD.top + chains.length * ROW + 14;
  const bottom = top + CHART;
  const decade = CHART / (ceiling - floor);
  return {
    width,
    pitch,
    chains,
    top,
    bottom,
    height: bottom + FOOT,
    left: PAD.left,
    right: width - PAD.right,
    decade,
    box: Math.min(26, pitch * 0.55, Math.max(1, pitch - 6)), // the arrows need room, too
    /** @param {number} t */
    x: (t) => PAD.left + (t + 0.5) * pitch,
    /** Where the loss's arrow begins. @param {number} length */
    loss: (length) => PAD.left + length * pitch + 14,
    /** @param {number} r */
    rowY: (r) => PAD.top + r * ROW + 28,
    /** @param {number} log */
    y: (log) => bottom - (clamp(log, floor - 1, ceiling + 1) - floor) * decade,
    /** The step at a place. @param {number} x */
    step: (x) => clamp(Math.floor((x - PAD.left) / pitch), 0, T - 1),
  };
}
