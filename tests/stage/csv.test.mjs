import assert from "node:assert/strict";
import { test } from "node:test";
import { csv } from "../../rnnviz/stage/js/csv.js";

test("numbers and plain words stand as they are", () => {
  assert.equal(
    csv(
      ["step", "loss"],
      [
        [1, 0.5],
        [2, NaN],
      ],
    ),
    "step,loss\n1,0.5\n2,NaN",
  );
});

test("commas, quotes and line ends survive", () => {
  assert.equal(csv(["a"], [["x, y"], ['say "y"'], ["two\nlines"]]), 'a\n"x, y"\n"say ""y"""\n"two\nlines"');
});
