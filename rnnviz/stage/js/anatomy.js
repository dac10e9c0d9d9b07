// Where the parts of an opened cell stand: derived from what the cell says it keeps, writes and reveals. No DOM.
/** @import { Cell } from "./film.d.ts" */

const PER_ROW = 8;
const UNIT = 15; // a square and its gap
const BOX = 132;
const PITCH = 150;
const FEED = 38; // from the boxes down to where h comes along
const PRODUCT = 36; // the matrix product, drawn where a reset gate acts on it

/** Block symbols from left to right: what is kept, written, whatever else there is, reset, proposed, revealed.
 * @param {Cell} cell */
export function columnOrder({ anatomy, blocks }) {
  const { keep, write, reveal } = anatomy;
  const reset = blocks.find((b) => b.symbol === anatomy.new)?.reset;
  const last = [reset, anatomy.new, reveal?.gate].filter((s) => s != null);
  const others = blocks.map((b) => b.symbol).filter((s) => !last.includes(s));
  const first = [keep?.gate, write.gate, ...others].filter((s) => s != null && others.includes(s));
  return /** @type {string[]} */ ([...new Set(first), ...new Set(last)]);
}

/** @typedef {ReturnType<typeof anatomyPlan>} AnatomyPlan */

/** Positions (pixels) of every box, operation and rail of the diagram of a cell with H units.
 * @param {Cell} cell @param {number} H */
export function anatomyPlan(cell, H) {
  const order = columnOrder(cell);
  const { anatomy } = cell;
  const rows = Math.ceil(H / PER_ROW);
  const box = { width: BOX, height: 32 + rows * UNIT };
  const gated = anatomy.new !== anatomy.memory;
  const left = BOX / 2 + 12;
  /** @param {number} i */
  const column = (i) => left + (i + 1) * PITCH;
  const x = Object.fromEntries(order.map((symbol, i) => [symbol, column(i)]));
  const right = gated ? column(order.length) : x[anatomy.new];
  const memory = 16 + box.height / 2;
  const write = memory + box.height / 2 + 48;
  const gates = gated ? write + 38 + box.height / 2 : 16 + box.height / 2;
  const bus = gates + box.height / 2 + FEED + (cell.blocks.some((b) => b.reset) ? PRODUCT : 0);
  const y = { memory, write, gates, bus, input: bus + 32 };
  const size = { width: right + BOX / 2 + 62, height: bus + 32 + 34 };
  return { order, rows, box, gated, x, left, right, unit: UNIT, perRow: PER_ROW, y, ...size };
}
