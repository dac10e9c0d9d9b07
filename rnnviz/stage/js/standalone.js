// A drawing as a file of its own, and several as one.
import { draw } from "./svg.js";

const LOOKS = [
  "fill",
  "fill-opacity",
  "stroke",
  "stroke-width",
  "stroke-opacity",
  "stroke-dasharray",
  "stroke-linecap",
];
const TYPE = ["font-family", "font-size", "font-style", "font-weight", "text-anchor", "paint-order"];
const KEPT = [...LOOKS, ...TYPE, "opacity", "visibility"];
const CAPTION = { line: 17, wide: 6.2 }; // pixels: a line, a character
const GAP = 24; // pixels between two drawings
const HEADING = 30; // pixels above them

/** What the style sheet says is written into each element, what the picture shows below it.
 * @param {SVGSVGElement} svg @param {string} [caption] */
export function standalone(svg, caption = "") {
  const copy = /** @type {SVGSVGElement} */ (svg.cloneNode(true));
  const [from, to] = [svg, copy].map((root) => [root, ...root.querySelectorAll("*")]);
  from.forEach((element, i) => {
    dress(element, to[i]);
  });
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  copy.style.background = paper(svg);
  underwrite(copy, caption, getComputedStyle(svg));
  return new XMLSerializer().serializeToString(copy);
}

/** Write the caption under the drawing, in as many lines as its width asks for.
 * @param {SVGSVGElement} copy @param {string} caption @param {CSSStyleDeclaration} style */
function underwrite(copy, caption, { color, fontFamily }) {
  const { width, height } = copy.viewBox.baseVal;
  const lines = caption ? wrapped(caption, Math.floor((width - 24) / CAPTION.wide)) : [];
  const tall = height + (lines.length ? lines.length * CAPTION.line + 12 : 0);
  const look = { "font-size": 12, "font-family": fontFamily, fill: color };
  lines.forEach((text, i) => {
    draw(copy, "text", { x: 12, y: height + 16 + i * CAPTION.line, ...look }, text);
  });
  copy.setAttribute("viewBox", `0 0 ${width} ${tall}`);
  copy.setAttribute("width", String(width));
  copy.setAttribute("height", String(tall));
}

/** @param {string} text @param {number} longest characters in a line */
function wrapped(text, longest) {
  const lines = [""];
  for (const word of text.split(" ")) {
    const line = lines[lines.length - 1];
    if (line.length + word.length >= longest) lines.push(word);
    else lines[lines.length - 1] = line ? `${line} ${word}` : word;
  }
  return lines;
}

/** @param {Element} element @param {Element} copy */
function dress(element, copy) {
  const style = getComputedStyle(element);
  copy.removeAttribute("style");
  for (const look of KEPT) copy.setAttribute(look, style.getPropertyValue(look));
}

/** @param {Element} svg */
function paper(svg) {
  const stage = svg.closest(".stage");
  return (stage && getComputedStyle(stage).getPropertyValue("--paper").trim()) || "white";
}

/**
 * The drawings side by side, each under its title. They stay in the page while their looks are read.
 * @param {Element} host @param {{ svg: SVGSVGElement, title: string }[]} parts
 */
export function beside(host, parts) {
  const boxes = parts.map(({ svg }) => svg.viewBox.baseVal);
  const width = boxes.reduce((sum, box) => sum + box.width, GAP * (parts.length - 1));
  const height = HEADING + Math.max(...boxes.map((box) => box.height));
  const look = { class: parts[0].svg.getAttribute("class") ?? "", width: 0, height: 0 };
  const whole = draw(host, "svg", { ...look, viewBox: `0 0 ${width} ${height}` });
  let x = 0;
  parts.forEach(({ svg, title }, k) => {
    const group = draw(whole, "g", { transform: `translate(${x} ${HEADING})` });
    draw(group, "text", { class: "heading", x: 8, y: -10 }, title);
    group.append(...svg.cloneNode(true).childNodes);
    x += boxes[k].width + GAP;
  });
  requestAnimationFrame(() => whole.remove());
  return whole;
}
