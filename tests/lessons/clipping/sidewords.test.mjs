import assert from "node:assert/strict";
import { test } from "node:test";
import { given } from "../../../rnnviz/lessons/clipping/scene/given.js";
import { lettersShown } from "../../../rnnviz/lessons/clipping/scene/letters.js";
import { firedShare, headline, remark, termsAt } from "../../../rnnviz/lessons/clipping/scene/sidewords.js";
import { nearestRung, shareAbove } from "../../../rnnviz/lessons/clipping/scene/threshold.js";

/** @param {number[][]} rows */
const packed = (...rows) => ({ shape: [rows.length, rows[0].length], data: Float32Array.from(rows.flat()) });

/** A film of three passes with frames at the first and the last.
 * @param {any} change @returns {any} */
function film(change = {}) {
  /** @param {number[]} values */
  const two = (...values) => packed(values, values);
  const arrays = {
    norms: two(2, 0.1, 4),
    clipped: packed([2, 0.1, 4], [0.5, 0.1, 0.5]),
    losses: two(1, 1, 1),
    right: two(0.25, 0.5, 1),
    saturated: two(0.125, 0.125),
    length: two(10, 10),
    reach: { shape: [2, 2, 3], data: Float32Array.from(Array(12).fill(0.25)) },
  };
  const terms = [{ update: 0, theta: 0.5, rate: 0.1, how: "norm" }];
  return {
    arrays: { ...arrays, ...change.arrays },
    terms,
    frames: [0, 2],
    theta: 0.5,
    how: "norm",
    clues: [1],
    ...change.film,
  };
}

test("clipping fired where it shortened the gradient", () => {
  const [norms, clipped] = [
    [0.5, 2, 4, 8],
    [0.5, 1, 1, 1],
  ];
  assert.equal(firedShare(norms, clipped, 0, 3), 2 / 3);
  assert.equal(firedShare(norms, clipped, 0, 1), 0);
  assert.equal(firedShare(norms, clipped, 3, 4), 1);
});

test("a gradient that is no number takes no step, so clipping does not fire", () => {
  assert.equal(firedShare([NaN, Infinity, 2, 2], [NaN, 1, 1, 2], 0, 4), 0.25);
  assert.equal(shareAbove([0.5, 2, 4, 1], 1), 0.5);
  assert.equal(shareAbove([NaN, Infinity, 0.5, 2], 1), 0.25);
  assert.equal(shareAbove([], 1), 0);
});

test("a norm that was not clipped may differ in a float32's last digit", () => {
  assert.equal(firedShare([0.1], [Math.fround(0.1) * (1 - 1e-7)], 0, 1), 0);
});

test("before the first update clipping has fired on nothing", () => {
  assert.equal(headline(film(), 1, 0, 0.5), "With clipping at θ = 0.5");
  assert.equal(headline(film(), 1, 2, 0.5), "With clipping at θ = 0.5 · fired on 50% of updates");
  assert.equal(headline(film(), 0, 0, 0.5), "Without clipping · 100% of its norms exceed θ = 0.5");
  assert.equal(headline(film(), 0, 2, 0.5), "Without clipping · 67% of its norms exceed θ = 0.5");
  assert.equal(headline(film(), 1, 2, 3), "With clipping · 33% of its norms exceed θ = 3");
});

test("after a change of terms the count begins anew", () => {
  const change = { update: 1, theta: 0.015, rate: 0.1, how: "norm" };
  const changed = film({ film: { terms: [...film().terms, change], theta: 0.015 } });
  assert.equal(headline(changed, 1, 1, 0.015), "With clipping at θ = 0.015");
  assert.equal(headline(changed, 1, 2, 0.015), "With clipping at θ = 0.015 · fired on 0% of updates since 1");
});

test("a remark says what stands out, and of a network that is lost that it stays", () => {
  assert.equal(remark(film(), 0, 0), "The same weights, the same sequences.");
  assert.equal(
    remark(film({ arrays: { length: packed([1, 1], [1, 1]) } }), 0, 1),
    "The next step is 40% as long as all weights together.",
  );
  assert.equal(remark(film(), 0, 1), "100% right; at the first clue ‖∂L/∂h‖ is 0.25.");
  const infinite = packed([2, 0.1, Infinity], [2, 0.1, Infinity]);
  assert.match(remark(film({ arrays: { norms: infinite, clipped: infinite } }), 0, 1), /^The gradient is not a number/);
  const lost = packed([1, 1, NaN], [1, 1, NaN]);
  assert.match(remark(film({ arrays: { losses: lost } }), 0, 1), /^The loss is not a number/);
});

test("solved is said after a hundred batches", () => {
  /** @param {number} value */
  const long = (value) => packed(Array(100).fill(value), Array(100).fill(value));
  const arrays = { norms: long(0.1), clipped: long(0.1), losses: long(0.1), right: long(0.995) };
  assert.match(
    remark(film({ arrays, film: { frames: [0, 99] } }), 1, 1),
    /^Solved: 100% right over the last 100 batches/,
  );
  assert.doesNotMatch(remark(film({ arrays, film: { frames: [0, 98] } }), 1, 1), /Solved/);
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

test("a setting is shown with all its digits", () => {
  assert.deepEqual([0.015, 0.7, -2.8, 100, 0.0005].map(given), ["0.015", "0.7", "−2.8", "100", "0.0005"]);
});

test("clues are written where there is no room for all letters, if they do not cover each other", () => {
  const symbols = [..."aXbcYd"];
  assert.deepEqual(lettersShown(symbols, [1, 4], 9, 9), [0, 1, 2, 3, 4, 5]);
  assert.deepEqual(lettersShown(symbols, [1, 4], 4, 9), [1, 4]);
  assert.deepEqual(lettersShown(symbols, [1, 4], 2, 9), []);
});
