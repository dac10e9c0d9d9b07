// Numbers on a grid as a picture in one colour: the larger, the denser, in bands like contour lines.
/** @import { Packed } from "../../../stage/js/film.d.ts" */

const BANDS = 14;
const DENSEST = 235; // of 255: what is drawn over it stays visible

/**
 * One pixel a number, the first row lowest.
 * @param {Packed} grid @param {number} highest @param {string} colour
 */
export function shaded({ shape: [rows, columns], data }, highest, colour) {
  const canvas = Object.assign(document.createElement("canvas"), { width: columns, height: rows });
  const context = canvas.getContext("2d");
  if (!context) return "";
  context.fillStyle = colour;
  context.fillRect(0, 0, columns, rows);
  const picture = context.getImageData(0, 0, columns, rows);
  for (let i = 0; i < rows * columns; i++) {
    const row = rows - 1 - Math.floor(i / columns);
    const share = Math.sqrt(data[row * columns + (i % columns)] / highest);
    picture.data[4 * i + 3] = DENSEST * (Math.round(share * BANDS) / BANDS);
  }
  context.putImageData(picture, 0, 0);
  return canvas.toDataURL();
}
