import assert from "node:assert/strict";
import { test } from "node:test";
import { firedShare, termsAt } from "../../../rnnviz/lessons/clipping/scene/sidewords.js";
import { nearestRung, shareAbove } from "../../../rnnviz/lessons/clipping/scene/threshold.js";

test("clipping fired where it shortened the gradient, or the gradient was no number", () => {
  const [norms, clipped] = [
    [0.5, 2, 4, NaN],
    [0.5, 1, 1, NaN],
  ];
  assert.equal(firedShare(norms, clipped, 0, 2), 2 / 3);
  assert.equal(firedShare(norms, clipped, 0, 0), 0);
  assert.equal(firedShare(norms, clipped, 3, 3), 1);
});

test("a norm that was not clipped may differ in a float32's last digit", () => {
  assert.equal(firedShare([0.1], [Math.fround(0.1) * (1 - 1e-7)], 0, 0), 0);
});

test("norms that are no numbers count as longer", () => {
  assert.equal(shareAbove([0.5, 2, 4, 1], 1), 0.5);
  assert.equal(shareAbove([NaN, 0.5], 1), 0.5);
  assert.equal(shareAbove([], 1), 0);
});

test("the nearest rung is the nearest on a log axis", () => {
  assert.equal(nearestRung([0.1, 1, 10], 4), 2);
  assert.equal(nearestRung([0.1, 1, 10], 2), 1);
});

test("a training obeys the latest terms that had begun", () => {
  const terms = [0, 50].map((update) => ({ update, theta: 1 + update, rate: 0.1, how: "norm" }));
  assert.deepEqual(
    [0, 49, 50, 99].map((update) => termsAt(terms, update).theta),
    [1, 1, 51, 51],
  );
});
