// Which letters of a sequence are written where there is little room.

/**
 * Places of all letters where each has room; else of the clues, if they stand far enough apart.
 * @param {string[]} symbols @param {number[]} clues @param {number} pitch pixels a step @param {number} room pixels
 */
export function lettersShown(symbols, clues, pitch, room) {
  if (pitch >= room) return symbols.map((_, t) => t);
  return clues.every((t, i) => !i || (t - clues[i - 1]) * pitch >= room) ? clues : [];
}
