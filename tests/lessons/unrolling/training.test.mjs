import assert from "node:assert/strict";
import { test } from "node:test";
import { roundest } from "../../../rnnviz/lessons/unrolling/scene/training.js";

test("an axis is marked at a round number", () => {
  assert.deepEqual([2.06, 5.38, 0.99, 10, 0.013].map(roundest), [2, 5, 0.5, 10, 0.01]);
});
