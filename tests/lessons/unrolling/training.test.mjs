import assert from "node:assert/strict";
import { test } from "node:test";
import { remarks, roundest } from "../../../rnnviz/lessons/unrolling/scene/training.js";

test("an axis is marked at a round number", () => {
  assert.deepEqual([2.06, 5.38, 0.99, 10, 0.013].map(roundest), [2, 5, 0.5, 10, 0.01]);
});

const DONE = { updates: [0, 2, 4, 100], stopped: null, baseline: 2 };

test("a place in training that was not recorded is said to be shown by its neighbour", () => {
  assert.equal(remarks(DONE, 2, 4), "");
  assert.equal(
    remarks(DONE, 1, 1),
    "After 1 update no pass was recorded: the picture shows the nearest, after 2 updates.",
  );
  const grown = { ...DONE, updates: [0, 2] };
  assert.equal(remarks(grown, 1, 37), ""); // on its way there
  assert.match(remarks({ ...grown, stopped: 2 }, 1, 37), /^After 37 .* after 2 updates\. Numbers overflowed after 2 /);
});

test("a training that overflowed says when", () => {
  assert.match(remarks({ ...DONE, updates: [0, 1], stopped: 1 }, 1, 1), /^Numbers overflowed after 1 update, and/);
  assert.match(remarks({ ...DONE, updates: [0], stopped: 0 }, 0, 0), /before the first update/);
});
