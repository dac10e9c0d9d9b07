// Several drawings as one, for saving.
import { draw } from "./svg.js";

const GAP = 24; // pixels between two drawings
const HEADING = 30; // pixels above them

/** The drawings side by side, each under its title: [{svg, title}]. It stays in the page while its looks are read. */
export function beside(host, parts) {
  const boxes = parts.map(({ svg }) => svg.viewBox.baseVal);
  const width = boxes.reduce((sum, box) => sum + box.width, GAP * (parts.length - 1));
  const height = HEADING + Math.max(...boxes.map((box) => box.height));
  const whole = draw(host, "svg", { class: parts[0].svg.getAttribute("class"), viewBox: `0 0 ${width} ${height}`, width: 0, height: 0 });
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
