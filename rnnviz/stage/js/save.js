// Take a picture home: the drawing as SVG or PNG, its numbers as CSV.
import { button } from "./controls.js";
import { standalone } from "./standalone.js";
import { add } from "./svg.js";

const PNG_SCALE = 2;

/**
 * What is saved, asked for when it is.
 * @typedef {object} Takeaway
 * @property {() => SVGSVGElement} svg
 * @property {() => string} csv
 * @property {() => string} name of the file, without its ending
 * @property {() => string} caption stands under the drawing
 */

/** What stands under a picture: what was held constant, and the buttons that save it. Returns the paragraph.
 * @param {Element} host @param {Takeaway} takeaway */
export function foot(host, takeaway) {
  const root = add(host, "div", { class: "foot" });
  const held = add(root, "p", { class: "held" });
  saveButtons(root, takeaway);
  return held;
}

/** @param {Element} host @param {Takeaway} takeaway */
function saveButtons(host, { svg, csv, name, caption }) {
  const root = add(host, "div", { class: "save", role: "group", "aria-label": "Save" });
  const drawing = () => standalone(svg(), caption());
  button(root, "SVG", "Save the picture as it stands, as SVG", () =>
    download(drawing(), "image/svg+xml", `${name()}.svg`),
  );
  button(root, "PNG", "Save the picture as it stands, as PNG", () => raster(drawing(), `${name()}.png`));
  button(root, "CSV", "Save every number of this picture", () => download(csv(), "text/csv", `${name()}.csv`));
}

/** @param {string} text an SVG @param {string} name */
function raster(text, name) {
  const image = new Image();
  image.onload = () => {
    const canvas = document.createElement("canvas");
    Object.assign(canvas, { width: image.width * PNG_SCALE, height: image.height * PNG_SCALE });
    canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
    canvas.toBlob((blob) => blob && download(blob, "image/png", name));
  };
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
}

/** @param {string | Blob} content @param {string} type @param {string} name */
function download(content, type, name) {
  const link = document.createElement("a");
  Object.assign(link, { href: URL.createObjectURL(new Blob([content], { type })), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
