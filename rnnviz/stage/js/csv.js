// Numbers for a spreadsheet. No DOM.

/** Rows as comma-separated values: what holds a comma, a quote or a line's end is quoted, as RFC 4180 says.
 * @param {string[]} head @param {unknown[][]} rows */
export function csv(head, rows) {
  return [head, ...rows].map((row) => row.map(field).join(",")).join("\n");
}

/** @param {unknown} value */
function field(value) {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
