import assert from "node:assert/strict";
import { test } from "node:test";
import { Axis } from "../../rnnviz/stage/js/axes.js";
import { polyline } from "../../rnnviz/stage/js/path.js";
import { columns } from "../../rnnviz/stage/js/plot.js";

test("an axis upwards has its low end at the bottom, and finds its way back", () => {
  const up = new Axis([-1, 3], [100, 20]);
  assert.deepEqual(
    [-1, 1, 3].map((value) => up.at(value)),
    [100, 60, 20],
  );
  assert.equal(up.value(60), 1);
});

test("on a log axis decades are equally far apart, and zero is far below", () => {
  const across = new Axis([0.01, 100], [0, 400], true);
  assert.deepEqual(
    [0.01, 0.1, 1, 100].map((value) => Math.round(across.at(value))),
    [0, 100, 200, 400],
  );
  assert.ok(across.at(0) < -1000);
  assert.ok(Math.abs(across.value(300) - 10) < 1e-9);
});

test("a curve keeps the extremes of every pixel, and leaves out what is no number", () => {
  const found = columns([1, 5, 2, NaN, 7], (u) => u / 3);
  assert.deepEqual(found, [
    { at: 0, low: 1, high: 5 },
    { at: 1, low: 2, high: 7 },
  ]);
});

test("a line without points is nothing", () => {
  assert.equal(polyline([]), "");
  assert.equal(
    polyline([
      [1, 2],
      [3, 4.26],
    ]),
    "M1.0 2.0 L3.0 4.3",
  );
});
