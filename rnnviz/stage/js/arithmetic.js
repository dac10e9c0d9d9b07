// What one unit adds up, worked out from the weights, states and gates that were recorded.
/** @import { Block, ChainFilm, Factor, Numbers } from "./film.d.ts" */
import { row } from "./unpack.js";

/** @type {Record<Block["activation"], (a: number) => number>} */
export const SQUASH = {
  tanh: Math.tanh,
  sigmoid: (a) => 1 / (1 + Math.exp(-a)),
  relu: (a) => (a <= 0 ? 0 : a), // not Math.max: NaN stays NaN
  identity: (a) => a,
};

export const SQUASH_NAMES = { sigmoid: "σ", tanh: "tanh", relu: "ReLU", identity: "" };

/** The largest number of single precision, in which the passes are made. */
export const LARGEST = (2 - 2 ** -23) * 2 ** 127;

/** A sum as the pass had it: beyond single precision it is infinite.
 * @param {number[]} terms */
export const total = (terms) => Math.fround(terms.reduce((sum, term) => sum + term, 0));

/** The recorded array behind a symbol: a state, else a gate.
 * @param {ChainFilm} film @param {string} symbol */
export function arrayOf(film, symbol) {
  return film.arrays[`states.${symbol}`] ?? film.arrays[`gates.${symbol}`];
}

/** Values of a state after step t; t = −1 is where the network starts, at zero.
 * @param {ChainFilm} film @param {string} symbol @param {number} k @param {number} t */
export function stateAt(film, symbol, k, t) {
  return t < 0 ? new Float32Array(film.H) : row(film.arrays[`states.${symbol}`], k, t);
}

/**
 * The sum behind unit j of a block at step t in snapshot k. `recurrent` lists a { k, weight, state, product } for each
 * hidden unit; `value` is the squashed sum, `recorded` what the pass had.
 * @param {ChainFilm} film @param {string} symbol @param {number} j @param {number} k @param {number} t
 */
export function unitSum(film, symbol, j, k, t) {
  const g = film.cell.blocks.findIndex((b) => b.symbol === symbol);
  const block = film.cell.blocks[g];
  const r = g * film.H + j;
  const x = weights(film, "weight_ih", k, r)[film.inputs[t]];
  const biasIn = bias(film, "bias_ih", k, r);
  const biasHidden = block.reads_h ? bias(film, "bias_hh", k, r) : 0;
  const recurrent = block.reads_h
    ? products(weights(film, "weight_hh", k, hiddenRow(film, g, j)), stateAt(film, "h", k, t - 1))
    : [];
  const fromHidden = total(recurrent.map((term) => term.product));
  const resetBy = block.reset ? row(arrayOf(film, block.reset), k, t)[j] : null;
  const peephole = block.peephole ? peep(film, block.sees, block.peephole, j, k, t) : null;
  const hidden = resetBy === null ? fromHidden + biasHidden : resetBy * (fromHidden + biasHidden);
  const sum = total([x, biasIn, hidden, peephole?.product ?? 0]);
  const value = SQUASH[block.activation](sum);
  const recorded = row(arrayOf(film, symbol), k, t)[j];
  return { block, x, recurrent, fromHidden, biasIn, biasHidden, resetBy, peephole, sum, value, recorded };
}

/** What a factor comes to; `at(symbol)` is the value of a gate.
 * @param {Factor} factor @param {(symbol: string) => number} at */
export function share({ gate, complement, among }, at) {
  if (gate === null) return 1;
  if (among.length) return at(gate) / among.reduce((sum, other) => sum + at(other), 0);
  return complement ? 1 - at(gate) : at(gate);
}

/** The two parts of unit j's memory at step t, each a factor's share times what it lets through; `kept` may be null.
 * @param {ChainFilm} film @param {number} j @param {number} k @param {number} t */
export function memorySum(film, j, k, t) {
  const { memory, keep, write, new: candidate } = film.cell.anatomy;
  /** @param {string} symbol */
  const at = (symbol) => row(arrayOf(film, symbol), k, t)[j];
  /** @param {Factor} factor @param {number} value */
  const part = (factor, value) => ({ share: share(factor, at), value, product: share(factor, at) * value });
  return {
    kept: keep && part(keep, stateAt(film, memory, k, t - 1)[j]),
    written: part(write, at(candidate)),
    recorded: at(memory),
  };
}

/** How unit j's memory at step t is shown to the rest of the network: null where h is the memory itself.
 * @param {ChainFilm} film @param {number} j @param {number} k @param {number} t */
export function revealed(film, j, k, t) {
  const { memory, reveal, squash } = film.cell.anatomy;
  /** @param {string} symbol */
  const at = (symbol) => row(arrayOf(film, symbol), k, t)[j];
  if (!reveal) return null;
  return { share: share(reveal, at), memory: at(memory), squashed: SQUASH[squash](at(memory)), recorded: at("h") };
}

/** @param {ChainFilm} film @param {string} name @param {number[]} index */
function weights(film, name, ...index) {
  return row(film.arrays[`weights.${name}`], ...index);
}

/** A network may have none.
 * @param {ChainFilm} film @param {string} name @param {number} k @param {number} r */
function bias(film, name, k, r) {
  return film.arrays[`weights.${name}`] ? weights(film, name, k)[r] : 0;
}

/** Rows of weight_hh belong to the blocks that read h; the others have none.
 * @param {ChainFilm} film @param {number} g which block @param {number} j */
function hiddenRow(film, g, j) {
  const before = film.cell.blocks.slice(0, g).filter((b) => b.reads_h).length;
  return before * film.H + j;
}

/** @param {Numbers} factors @param {Numbers} states */
function products(factors, states) {
  return Array.from(factors, (weight, k) => ({ k, weight, state: states[k], product: weight * states[k] }));
}

/**
 * @param {ChainFilm} film @param {Block["sees"]} sees @param {string} name @param {number} j @param {number} k
 * @param {number} t
 */
function peep(film, sees, name, j, k, t) {
  const state = stateAt(film, sees.state, k, t - sees.ago)[j];
  const weight = weights(film, name, k)[j];
  return { weight, state, product: weight * state };
}
