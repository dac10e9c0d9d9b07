// Where things stand in the unrolled chain. Pixels; no DOM.

const TALLEST_COLUMN = 8;
const MARGIN = 46;
const ROOMY = 128; // steps are never further apart; a short chain is enlarged instead
const LARGEST = 1.15;
const LANE = 56;

/** Geometry of a chain of T steps of H units on a stage `width` pixels wide. `states` is how many travel between steps. */
export function layout({ T, H, states, width: available }) {
  const columns = Math.ceil(H / TALLEST_COLUMN);
  const rows = Math.ceil(H / columns);
  const unit = columns > 2 ? 11 : 13;
  const box = { width: Math.max(34, columns * (unit + 2) + 14), height: Math.max(34 + LANE * states, rows * (unit + 2) + 16) };
  const zoom = Math.min(LARGEST, Math.max(1, available / (T * ROOMY + 2 * MARGIN)));
  const width = available / zoom;
  const narrowest = box.width + 40;
  const pitch = Math.min(ROOMY, Math.max(narrowest, (width - 2 * MARGIN) / T));
  const full = Math.max(width, T * pitch + 2 * MARGIN);
  const first = (full - (T - 1) * pitch) / 2;
  const y = { mark: 13, prediction: 39, cell: 90 };
  y.input = y.cell + box.height + 46;
  y.step = y.input + 34;
  y.chances = y.step + 16;
  return {
    available, T, H, unit, rows, columns, box, pitch, width: full, height: y.chances + 3 * 19 + 4, y, radius: 17, view: width, zoom,
    gap: pitch - box.width,
    x: (t) => first + t * pitch,
    lanes: states,
    lane: (s, backward) => y.cell + 26 + s * LANE + (backward ? 20 : 0),
  };
}

/** Whether two plans put everything at the same place. */
export const samePlan = (a, b) => ["available", "T", "H", "lanes"].every((name) => a[name] === b[name]);

/** Where the rolled-up cell stands: the middle of what is in view. */
export const rolledX = (plan, scroll) => scroll + Math.min(plan.view, plan.width) / 2;

/** Top left corner of unit j inside its box, relative to the middle of the box's top edge. */
export function unitCorner(plan, j) {
  const step = plan.unit + 2;
  const left = -(plan.columns * step - 2) / 2;
  const top = (plan.box.height - (plan.rows * step - 2)) / 2;
  return [left + Math.floor(j / plan.rows) * step, top + (j % plan.rows) * step];
}
