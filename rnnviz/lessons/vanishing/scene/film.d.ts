// What the film of a family holds, for the type checker: `rnnviz.lessons.vanishing.scene.sweep` packs it.
import type { Film } from "../../../stage/js/film.d.ts";

/**
 * Networks k under one control; `arrays` has log, low and high (K, lines, T), carried (K, cells, T) for the arrows, and
 * laws (laws, K).
 */
export interface FlowFilm extends Film {
  /** The longest sequence. */
  T: number;
  setting: string;
  symbol: string;
  label: string;
  values: (number | string)[];
  names: string[];
  marks: { at: number; text: string }[];
  notes: string[];
  lengths: number[];
  held: string;
  /** Whether only the last step has an error of its own. */
  single: boolean;
  /** Seeds that a band spans. */
  seeds: number;
  /** The line that the sentence above the picture is about. */
  spoken: number;
  lines: FlowLine[];
  laws: { name: string; text: string; line: number }[];
  /** Ends of the chart's axis, decades. */
  floor: number;
  ceiling: number;
  at: number | string;
  /** Whether the page's keys are this scene's even when it has no focus. */
  keys: boolean;
  dials: Record<string, string>;
}

export interface FlowLine {
  name: string;
  cell: string;
  state: string;
  /** What its length is the gradient by: "h", or "(h, c)". */
  of: string;
  /** Whether that is all there is of the cell's state. */
  whole: boolean;
  title: string;
  hue: string;
  dash: string;
}

/** What is drawn of the network in view, or of one between two: lines and rows of logarithms, and a factor a law. */
export interface Shown {
  carried: Float32Array[];
  log: Float32Array[];
  low: Float32Array[];
  high: Float32Array[];
  laws: number[];
}
