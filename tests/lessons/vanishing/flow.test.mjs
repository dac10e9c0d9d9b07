import assert from "node:assert/strict";
import { test } from "node:test";
import { fromLog, place } from "../../../rnnviz/lessons/vanishing/scene/flow.js";
import { flowPlan } from "../../../rnnviz/lessons/vanishing/scene/flowplan.js";
import { closed, glide } from "../../../rnnviz/lessons/vanishing/scene/glide.js";

const LINE = { name: "elman.h", cell: "elman", state: "h", of: "h", whole: true, title: "Elman", hue: "", dash: "" };

test("the slider starts at the nearest value, or at the value of that name", () => {
  assert.equal(place([0.3, 1, 1.7], 1.1), 1);
  assert.equal(place(["tanh", "relu"], "relu"), 1);
  assert.equal(place(["tanh", "relu"], "none"), 0);
});

test("a length is written from its logarithm", () => {
  assert.deepEqual([0, -300, -5, 2, Infinity, NaN].map(fromLog), ["1.00", "0", "1.0·10⁻⁵", "100", "∞", "NaN"]);
});

for (const [T, width] of [
  [50, 1280],
  [100, 1280],
  [50, 360],
  [2, 1280],
]) {
  test(`each of ${T} steps stands over its place on the axis, and leaves room for an arrow, in ${width} pixels`, () => {
    const plan = flowPlan({ T, lines: [LINE], floor: -16, ceiling: 2 }, width);
    assert.ok(Math.abs(plan.pitch * T - (plan.right - plan.left)) < 1e-6);
    assert.ok(plan.box >= 1 && plan.box < plan.pitch);
    assert.equal(plan.step(plan.x(T - 1)), T - 1);
    assert.equal(plan.step(width), T - 1);
  });
}

test("a picture glides to its goal, and says when it is there", () => {
  /** @param {number} value */
  const flat = (value) => [Float32Array.of(value, value)];
  const shown = { log: flat(0), low: flat(0), high: flat(0), carried: flat(0), laws: [0] };
  const goal = { log: flat(-4), low: flat(-5), high: flat(-3), carried: flat(-4), laws: [1] };
  assert.equal(glide(shown, goal, closed(0.06)), true);
  assert.ok(shown.low[0][1] < -3 && shown.low[0][1] > -3.2);
  assert.equal(glide(shown, goal, 1), false);
  assert.deepEqual(shown, goal);
});
