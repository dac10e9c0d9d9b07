import assert from "node:assert/strict";
import { test } from "node:test";
import { clamp, nearest, progress } from "../../rnnviz/stage/js/range.js";

test("what is beyond an end is the end", () => {
  assert.deepEqual(
    [-1, 0.5, 9].map((x) => clamp(x, 0, 1)),
    [0, 0.5, 1],
  );
  assert.ok(Number.isNaN(clamp(NaN, 0, 1)));
});

test("a way is not begun, half done, over", () => {
  assert.deepEqual(
    [1, 3, 4, 5, 8].map((x) => progress(x, 3, 5)),
    [0, 0, 0.5, 1, 1],
  );
});

test("the first of equally near values is taken", () => {
  assert.equal(nearest([0.3, 1, 1.7], 1.1), 1);
  assert.equal(nearest([1, 3], 2), 0);
});
