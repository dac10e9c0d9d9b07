// Where things stand in the unrolled chain. Pixels; no DOM.
import { clamp } from "./range.js";

const TALLEST_COLUMN = 8; // units
const MARGIN = 46;
const ROOMY = 128; // steps are never further apart; a short chain is enlarged instead
const LARGEST = 1.15;
const LANE = 56; // between the arrows of two states

/** Letters listed under each step, and the height of each. */
export const CHANCES = { most: 3, row: 19 };

/** @typedef {ReturnType<typeof layout>} Plan */

/**
 * Geometry of a chain of T steps of H units on a stage `available` pixels wide.
 * @param {{ T: number, H: number, states: number, width: number }} chain `states`: how many travel between steps
 */
export function layout({ T, H, states, width: available }) {
  const columns = Math.ceil(H / TALLEST_COLUMN);
  const rows = Math.ceil(H / columns);
  const unit = columns > 2 ? 11 : 13;
  const box = boxOf(columns, rows, unit + 2, states);
  const zoom = clamp(available / (T * ROOMY + 2 * MARGIN), 1, LARGEST);
  const view = available / zoom;
  const pitch = Math.min(ROOMY, Math.max(box.width + 40, (view - 2 * MARGIN) / T));
  const width = Math.max(view, T * pitch + 2 * MARGIN);
  const first = (width - (T - 1) * pitch) / 2;
  const y = heights(box.height);
  const height = y.chances + CHANCES.most * CHANCES.row + 4;
  return {
    available,
    T,
    H,
    unit,
    rows,
    columns,
    box,
    pitch,
    width,
    height,
    y,
    view,
    zoom,
    radius: 17,
    lanes: states,
    /** @param {number} t */
    x: (t) => first + t * pitch,
    /** @param {number} s which state @param {boolean} [backward] */
    lane: (s, backward) => y.cell + 26 + s * LANE + (backward ? 20 : 0),
  };
}

/** @param {number} columns @param {number} rows @param {number} step @param {number} states */
function boxOf(columns, rows, step, states) {
  return { width: Math.max(34, columns * step + 14), height: Math.max(34 + LANE * states, rows * step + 16) };
}

/** Where each part of a step stands, from the top down.
 * @param {number} box its height */
function heights(box) {
  const cell = 90;
  const input = cell + box + 46;
  const step = input + 34;
  return { mark: 13, prediction: 39, cell, input, step, chances: step + 16 };
}

/** Whether two plans put everything at the same place.
 * @param {Plan} a @param {Plan} b */
export function samePlan(a, b) {
  return a.available === b.available && a.T === b.T && a.H === b.H && a.lanes === b.lanes;
}

/** Where the rolled-up cell stands: the middle of what is in view.
 * @param {Plan} plan @param {number} scroll */
export const rolledX = (plan, scroll) => scroll + Math.min(plan.view, plan.width) / 2;

/** Top left corner of unit j inside its box, relative to the middle of the box's top edge.
 * @param {Plan} plan @param {number} j @returns {[number, number]} */
export function unitCorner(plan, j) {
  const step = plan.unit + 2;
  const left = -(plan.columns * step - 2) / 2;
  const top = (plan.box.height - (plan.rows * step - 2)) / 2;
  return [left + Math.floor(j / plan.rows) * step, top + (j % plan.rows) * step];
}
