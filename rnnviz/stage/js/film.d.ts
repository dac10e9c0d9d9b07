// What a film holds, for the type checker: `rnnviz.stage.pack` writes it, `unpack.js` reads it.

export type Numbers = Float32Array | Int8Array;

/** Numbers of any shape, in one row after the other. */
export interface Packed {
  shape: number[];
  data: Numbers;
}

export interface Film {
  arrays: Record<string, Packed>;
}

/** Tells Python of a value, so that the link and what stands below can follow. */
export type Report = (name: string, value: unknown) => void;

/** A training of a small network, as `rnnviz.lessons.unrolling.scene.film` packs it: a snapshot k, a step t. */
export interface ChainFilm extends Film {
  T: number;
  H: number;
  alphabet: string[];
  /** Places in the alphabet, one a step. */
  inputs: number[];
  targets: number[];
  /** Loss of a guess among equals, nats. */
  baseline: number;
  /** After how many updates each snapshot was taken. */
  updates: number[];
  /** After every update; NaN from where they overflowed. */
  losses: number[];
  stopped: number | null;
  cell: Cell;
  /** By state: the value of full colour, and whether there are larger ones. */
  limits: Record<string, number>;
  beyond: Record<string, boolean>;
  /** Where the link points: updates of training, the step whose cell is open (0: none), and a count of such wishes. */
  update: number;
  opened: number;
  turn: number;
}

export interface Cell {
  title: string;
  states: string[];
  blocks: Block[];
  anatomy: Anatomy;
  /** MathML. */
  equations: string[];
}

export interface Block {
  symbol: string;
  name: string;
  activation: "tanh" | "sigmoid" | "relu" | "identity";
  reads_h: boolean;
  reset: string | null;
  peephole: string | null;
  /** What its peephole looks at: a state, now or one step ago. */
  sees: { state: string; ago: number };
}

/** What makes a cell's memory, and what of it is shown. */
export interface Anatomy {
  memory: string;
  /** The candidate's block. */
  new: string;
  /** What is done to the memory before it is revealed. */
  squash: Block["activation"];
  /** Whether the memory is what is kept and what is written, added up. */
  adds_up: boolean;
  keep: Factor | null;
  write: Factor;
  reveal: Factor | null;
}

/** What a part is multiplied by: a gate, what is left of it, or its share among gates; without a gate, 1. */
export interface Factor {
  gate: string | null;
  complement: boolean;
  among: string[];
  /** What is done to its gate on the way to a × sign. */
  sign: string;
}
