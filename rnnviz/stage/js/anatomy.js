// Where the parts of an opened cell stand: derived from what the cell says it keeps, writes and reveals. No DOM.

const PER_ROW = 8;
const UNIT = 15; // a square and its gap
const BOX = 132;
const PITCH = 150;

/** "1 - z" → { symbol: "z", complement: true }; "f" → { symbol: "f", complement: false }; null stays null. */
export function factor(text) {
  if (!text) return null;
  const complement = text.startsWith("1");
  return { symbol: complement ? text.replace(/^1\s*-\s*/, "") : text, complement };
}

/** Block symbols from left to right: what is kept, written, reset, proposed, revealed. */
export function columnOrder({ anatomy, blocks }) {
  const proposal = blocks.find((b) => b.symbol === anatomy.new);
  const wanted = [factor(anatomy.keep)?.symbol, factor(anatomy.write)?.symbol, proposal.reset, anatomy.new, anatomy.reveal];
  return [...new Set(wanted.filter(Boolean))];
}

/** Positions (pixels) of every box, operation and rail of the diagram of a cell with H units. */
export function anatomyPlan(cell, H) {
  const order = columnOrder(cell);
  const { anatomy } = cell;
  const rows = Math.ceil(H / PER_ROW);
  const box = { width: BOX, height: 32 + rows * UNIT };
  const gated = Boolean(anatomy.keep || anatomy.write);
  const left = BOX / 2 + 12;
  const column = (i) => left + (i + 1) * PITCH;
  const x = Object.fromEntries(order.map((symbol, i) => [symbol, column(i)]));
  const right = gated ? column(order.length) : x[anatomy.new];
  const memory = 16 + box.height / 2;
  const write = memory + box.height / 2 + 48;
  const gates = gated ? write + 38 + box.height / 2 : 16 + box.height / 2;
  const bus = gates + box.height / 2 + 38;
  return { order, rows, box, gated, x, left, right, unit: UNIT, perRow: PER_ROW,
    y: { memory, write, gates, bus, input: bus + 32 }, width: right + BOX / 2 + 62, height: bus + 32 + 34 };
}
