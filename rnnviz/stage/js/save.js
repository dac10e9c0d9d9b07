// Take a picture home: the drawing as SVG or PNG, its numbers as CSV.
import { add } from "./svg.js";

const LOOKS = ["fill", "fill-opacity", "stroke", "stroke-width", "stroke-opacity", "stroke-dasharray", "stroke-linecap", "opacity", "visibility",
  "font-family", "font-size", "font-style", "font-weight", "text-anchor"];
const PNG_SCALE = 2;

/** Buttons that save `svg()` as it stands, and `csv()`, under `name()`. */
export function saveButtons(host, svg, csv, name) {
  const root = add(host, "div", { class: "save", role: "group", "aria-label": "Save" });
  const button = (text, title, action) => add(root, "button", { type: "button", title }, text).addEventListener("click", action);
  button("SVG", "Save the picture as it stands, as SVG", () => download(new Blob([standalone(svg())], { type: "image/svg+xml" }), `${name()}.svg`));
  button("PNG", "Save the picture as it stands, as PNG", () => raster(svg(), (blob) => download(blob, `${name()}.png`)));
  button("CSV", "Save every number of this family", () => download(new Blob([csv()], { type: "text/csv" }), `${name()}.csv`));
}

/** The drawing as a file of its own: what the style sheet says is written into each element. */
export function standalone(svg) {
  const copy = svg.cloneNode(true);
  const [from, to] = [svg, copy].map((root) => [root, ...root.querySelectorAll("*")]);
  from.forEach((element, i) => dress(element, to[i]));
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  copy.style.background = paper(svg);
  return new XMLSerializer().serializeToString(copy);
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

function raster(svg, then) {
  const { width, height } = svg.viewBox.baseVal;
  const image = new Image();
  image.onload = () => {
    const canvas = Object.assign(document.createElement("canvas"), { width: width * PNG_SCALE, height: height * PNG_SCALE });
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    canvas.toBlob(then);
  };
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(standalone(svg))}`;
}

function download(blob, name) {
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
