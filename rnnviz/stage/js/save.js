// Take a picture home: the drawing as SVG or PNG, its numbers as CSV.
import { add, draw } from "./svg.js";

const LOOKS = ["fill", "fill-opacity", "stroke", "stroke-width", "stroke-opacity", "stroke-dasharray", "stroke-linecap", "opacity", "visibility",
  "font-family", "font-size", "font-style", "font-weight", "text-anchor", "paint-order"];
const PNG_SCALE = 2;
const CAPTION = { line: 17, wide: 6.2 }; // pixels: a line, a character

/** Buttons that save `svg()` as it stands, over `caption()`, and `csv()`, under `name()`. */
export function saveButtons(host, svg, csv, name, caption = () => "") {
  const root = add(host, "div", { class: "save", role: "group", "aria-label": "Save" });
  const button = (text, title, action) => add(root, "button", { type: "button", title }, text).addEventListener("click", action);
  button("SVG", "Save the picture as it stands, as SVG", () => download(new Blob([standalone(svg(), caption())], { type: "image/svg+xml" }), `${name()}.svg`));
  button("PNG", "Save the picture as it stands, as PNG", () => raster(standalone(svg(), caption()), (blob) => download(blob, `${name()}.png`)));
  button("CSV", "Save every number of this family", () => download(new Blob([csv()], { type: "text/csv" }), `${name()}.csv`));
}

/** The drawing as a file of its own: what the style sheet says is written into each element, what it shows below it. */
export function standalone(svg, caption = "") {
  const copy = svg.cloneNode(true);
  const [from, to] = [svg, copy].map((root) => [root, ...root.querySelectorAll("*")]);
  from.forEach((element, i) => dress(element, to[i]));
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  copy.style.background = paper(svg);
  underwrite(copy, caption, getComputedStyle(svg));
  return new XMLSerializer().serializeToString(copy);
}

/** Write the caption under the drawing, in as many lines as its width asks for. */
function underwrite(copy, caption, { color, fontFamily }) {
  const { width, height } = copy.viewBox.baseVal;
  const lines = caption ? wrapped(caption, Math.floor((width - 24) / CAPTION.wide)) : [];
  const tall = height + (lines.length ? lines.length * CAPTION.line + 12 : 0);
  lines.forEach((text, i) => draw(copy, "text", { x: 12, y: height + 16 + i * CAPTION.line, "font-size": 12, "font-family": fontFamily, fill: color }, text));
  copy.setAttribute("viewBox", `0 0 ${width} ${tall}`);
  copy.setAttribute("width", width);
  copy.setAttribute("height", tall);
}

function wrapped(text, longest) {
  const lines = [""];
  for (const word of text.split(" ")) {
    if (lines.at(-1).length + word.length >= longest) lines.push("");
    lines[lines.length - 1] += `${lines.at(-1) ? " " : ""}${word}`;
  }
  return lines;
}

function dress(element, copy) {
  const style = getComputedStyle(element);
  copy.removeAttribute("style");
  for (const look of LOOKS) copy.setAttribute(look, style.getPropertyValue(look));
}

function paper(svg) {
  const stage = svg.closest(".stage");
  return stage ? getComputedStyle(stage).getPropertyValue("--paper").trim() || "#fff" : "#fff";
}

function raster(text, then) {
  const image = new Image();
  image.onload = () => {
    const canvas = Object.assign(document.createElement("canvas"), { width: image.width * PNG_SCALE, height: image.height * PNG_SCALE });
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    canvas.toBlob(then);
  };
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
}

function download(blob, name) {
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
