// What one unit adds up, worked out from the weights, states and gates that were recorded.
import { row } from "./unpack.js";

export const SQUASH = {
  tanh: Math.tanh,
  sigmoid: (a) => 1 / (1 + Math.exp(-a)),
  relu: (a) => (a <= 0 ? 0 : a), // not Math.max: NaN stays NaN
  identity: (a) => a,
};

export const SQUASH_NAMES = { sigmoid: "σ", tanh: "tanh", relu: "ReLU", identity: "" };

/** The recorded array behind a symbol: a state, else a gate. */
export function arrayOf(film, symbol) {
  return film.arrays[`states.${symbol}`] ?? film.arrays[`gates.${symbol}`];
}

/** Values of a state after step t; t = −1 is where the network starts, at zero. */
export function stateAt(film, symbol, k, t) {
  return t < 0 ? new Float32Array(film.H) : row(film.arrays[`states.${symbol}`], k, t);
}

/**
 * The sum behind unit j of a block at step t in snapshot k. `recurrent` lists a { k, weight, state, product } for each
 * hidden unit; `value` is the squashed sum, `recorded` what the pass had.
 */
export function unitSum(film, symbol, j, k, t) {
  const g = film.cell.blocks.findIndex((b) => b.symbol === symbol);
  const block = film.cell.blocks[g];
  const r = g * film.H + j;
  const x = weight(film, "weight_ih", k, r)[film.inputs[t]];
  const biasIn = weight(film, "bias_ih", k)?.[r] ?? 0;
  const biasHidden = block.reads_h ? (weight(film, "bias_hh", k)?.[r] ?? 0) : 0;
  const recurrent = block.reads_h
    ? products(weight(film, "weight_hh", k, hiddenRow(film, g, j)), stateAt(film, "h", k, t - 1))
    : [];
  const fromHidden = recurrent.reduce((sum, term) => sum + term.product, 0);
  const resetBy = block.reset ? row(arrayOf(film, block.reset), k, t)[j] : null;
  const peephole = block.peephole ? peep(film, block, j, k, t) : null;
  const hidden = resetBy === null ? fromHidden + biasHidden : resetBy * (fromHidden + biasHidden);
  const sum = x + biasIn + hidden + (peephole?.product ?? 0);
  const value = SQUASH[block.activation](sum);
  const recorded = row(arrayOf(film, symbol), k, t)[j];
  return { block, x, recurrent, fromHidden, biasIn, biasHidden, resetBy, peephole, sum, value, recorded };
}

/** What a factor comes to; `at(symbol)` is the value of a gate. */
export function share({ gate, complement, among }, at) {
  if (gate === null) return 1;
  if (among.length) return at(gate) / among.reduce((sum, other) => sum + at(other), 0);
  return complement ? 1 - at(gate) : at(gate);
}

/** The two parts of unit j's memory at step t, each a factor's share times what it lets through; `kept` may be null. */
export function memorySum(film, j, k, t) {
  const { memory, keep, write, new: candidate } = film.cell.anatomy;
  const at = (symbol) => row(arrayOf(film, symbol), k, t)[j];
  const part = (factor, value) => ({ share: share(factor, at), value, product: share(factor, at) * value });
  return {
    kept: keep && part(keep, stateAt(film, memory, k, t - 1)[j]),
    written: part(write, at(candidate)),
    recorded: at(memory),
  };
}

/** How unit j's memory at step t is shown to the rest of the network. */
export function revealed(film, j, k, t) {
  const { memory, reveal, squash } = film.cell.anatomy;
  const at = (symbol) => row(arrayOf(film, symbol), k, t)[j];
  return { share: share(reveal, at), memory: at(memory), squashed: SQUASH[squash](at(memory)), recorded: at("h") };
}

function weight(film, name, ...index) {
  const array = film.arrays[`weights.${name}`];
  return array && row(array, ...index);
}

// Rows of weight_hh belong to the blocks that read h; the others have none.
function hiddenRow(film, g, j) {
  const before = film.cell.blocks.slice(0, g).filter((b) => b.reads_h).length;
  return before * film.H + j;
}

function products(weights, states) {
  return Array.from(weights, (w, k) => ({ k, weight: w, state: states[k], product: w * states[k] }));
}

function peep(film, block, j, k, t) {
  const seen = stateAt(film, block.sees.state, k, t - block.sees.ago)[j];
  const w = weight(film, block.peephole, k)[j];
  return { weight: w, state: seen, product: w * seen };
}
