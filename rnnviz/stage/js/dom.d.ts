// What the drawing verbs remember beside an element: to ask the browser takes longer.

interface Element {
  /** Attributes as they were last set. */
  known?: Record<string, string | number | boolean>;
  /** Text as it was last written. */
  said?: string;
  /** The class of a unit's square. */
  look?: string;
}
