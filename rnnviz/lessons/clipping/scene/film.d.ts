// What the films of this lesson hold, for the type checker; the Python modules beside this pack them.
import type { Film } from "../../../stage/js/film.d.ts";

/** What a training obeyed from an update on. */
export interface Terms {
  update: number;
  theta: number;
  rate: number;
  how: string;
}

/**
 * Two trainings: curves (2, U + 1) losses, norms, clipped, right, and frames (F, 2, …) hidden, reach, saturated,
 * stretch, length.
 */
export interface PairFilm extends Film {
  symbols: string[];
  told: string;
  answer: string;
  clues: number[];
  /** The update of each frame. */
  frames: number[];
  last: number;
  goal: number;
  running: boolean;
  /** Up to this update the run was made before; 0: all of it just now. */
  recorded: number;
  baseline: number;
  chance: number;
  theta: number;
  how: string;
  rungs: number[];
  /** Of W_hh, one for each gate; 0: there is no W_hh. */
  blocks: number;
  terms: Terms[];
  held: string;
}

/** The one-unit network, and what its states should be at the end. */
export interface Unit {
  start: number;
  steps: number;
  target: number;
}

/** Its error surface; `arrays` has error (rows of b, columns of w) and folds (w, lower b, upper b). */
export interface CliffFilm extends Film, Unit {
  w: [number, number];
  b: [number, number];
  paces: number;
  /** Where descent stops: the ball is lost. */
  beyond: number;
  /** Places are rounded to one part in so many. */
  grain: number;
  ball: Ball;
  rungs: { pace: number[]; bound: number[] };
  highest: number;
}

/** Where the ball is dropped, and the terms of its descent. */
export interface Ball {
  w: number;
  b: number;
  pace: number;
  bound: number;
}

export interface Place {
  w: number;
  b: number;
  error: number;
  norm: number;
}

/** One pass's gradient; `arrays` has norms (T), and for every window lost (T) and cosine (T). */
export interface WindowFilm extends Film {
  symbols: string[];
  clues: number[];
  window: number;
  seed: number;
  matrix: string;
}
