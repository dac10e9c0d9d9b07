// The parts of a step as shapes: made once, and painted by the step.
/** @import { Plan } from "./layout.js" */
import { Arrow } from "./arrow.js";
import { CHANCES, unitCorner } from "./layout.js";
import { draw } from "./svg.js";

const SHARE = 38; // pixels, "100%"
const WIDEST = 92; // the list of chances

/** Arrows between input, cell and prediction.
 * @param {Element} parent @param {Plan} plan */
export function drawUpright(parent, { box, y, radius }) {
  const bottom = y.cell + box.height;
  return {
    inward: new Arrow(parent, "forward", [0, y.input - radius - 2], [0, bottom + 4]),
    upward: new Arrow(parent, "forward", [-6, y.cell - 2], [-6, y.prediction + radius + 3]),
    downward: new Arrow(parent, "gradient", [7, y.prediction + radius + 2], [7, y.cell - 3]),
  };
}

/** Between this step and the next, for each state: its way there, its gradient's way back, and their names.
 * @param {Element} parent @param {string[]} states @param {Plan} plan */
export function drawLanes(parent, states, plan) {
  const right = plan.box.width / 2;
  const next = plan.pitch - plan.box.width / 2;
  const middle = (right + next) / 2;
  return states.map((state, s) => {
    const [there, back] = [plan.lane(s), plan.lane(s, true)];
    return {
      onward: new Arrow(parent, "forward", [right + 2, there], [next - 3, there]),
      homeward: new Arrow(parent, "gradient", [next - 2, back], [right + 3, back]),
      name: draw(parent, "text", { class: "lane", x: middle, y: there - 6 }, state),
      length: draw(parent, "text", { class: "norm", x: middle, y: back + 17 }),
    };
  });
}

/** The cell: one square a unit. It opens by a click, or by Enter.
 * @param {Element} parent @param {number} H @param {Plan} plan @param {number} t @param {() => void} onOpen */
export function drawCell(parent, H, plan, t, onOpen) {
  const { box: size, y, unit: side } = plan;
  const group = draw(parent, "g", { class: "cell", role: "button", tabindex: -1, "data-step": t + 1 });
  const title = draw(group, "title");
  const place = { x: -size.width / 2, y: y.cell, width: size.width, height: size.height, rx: 11 };
  const box = draw(group, "rect", { class: "box", ...place });
  const corners = Array.from({ length: H }, (_, j) => unitCorner(plan, j)).map(([left, top]) => [left, y.cell + top]);
  const look = { class: "unit positive", width: side, height: side, stroke: "none" };
  const units = corners.map(([left, top]) => draw(group, "rect", { ...look, x: left, y: top }));
  const outlines = corners.map(([left, top]) => `M${left} ${top} h${side} v${side} h${-side} Z`);
  draw(group, "path", { class: "outlines", d: outlines.join(" ") }); // once: they never change
  group.addEventListener("click", onOpen);
  group.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    onOpen();
  });
  return { group, title, box, units };
}

/** A letter in its circle.
 * @param {Element} parent @param {number} y @param {Plan} plan */
export function drawLetter(parent, y, { radius }) {
  const group = draw(parent, "g", { class: "letter" });
  draw(group, "circle", { cy: y, r: radius });
  return { group, text: draw(group, "text", { y: y + 6 }) };
}

/** The letter expected, in a ring as full as its probability, and whether it is the right one.
 * @param {Element} parent @param {Plan} plan */
export function drawPrediction(parent, plan) {
  const y = plan.y.prediction;
  const { group, text } = drawLetter(parent, y, plan);
  const turn = `rotate(-90 0 ${y})`;
  const ring = draw(group, "circle", { class: "ring", cy: y, r: plan.radius, pathLength: 100, transform: turn });
  const mark = draw(parent, "text", { class: "mark", y: plan.y.mark });
  return { group, text, ring, mark };
}

/** The likeliest letters, under the step. A bar ends before its number.
 * @param {Element} parent @param {number} letters @param {Plan} plan */
export function drawChances(parent, letters, plan) {
  const wide = Math.min(plan.pitch - 10, WIDEST);
  const rows = Array.from({ length: Math.min(CHANCES.most, letters) }, (_, i) => {
    const place = `translate(${-wide / 2} ${plan.y.chances + i * CHANCES.row})`;
    const group = draw(parent, "g", { class: "chance", transform: place });
    const bar = draw(group, "rect", { height: CHANCES.row - 3, rx: 3 });
    const letter = draw(group, "text", { x: 4, y: 12 });
    return { group, bar, letter, share: draw(group, "text", { class: "share", x: wide - 3, y: 12 }) };
  });
  return { rows, wide, room: Math.max(8, wide - SHARE) };
}
