import assert from "node:assert/strict";
import { test } from "node:test";
import { block, row } from "../../rnnviz/stage/js/unpack.js";

const CUBE = { shape: [2, 3, 4], data: Float32Array.from({ length: 24 }, (_, i) => i) };

test("a row is found by its leading indices", () => {
  assert.deepEqual([...row(CUBE, 1, 2)], [20, 21, 22, 23]);
  assert.deepEqual([...row({ shape: [4], data: CUBE.data.subarray(0, 4) })], [0, 1, 2, 3]);
});

test("a block holds all that is below", () => {
  assert.deepEqual([...block(CUBE, 1)], [...CUBE.data.subarray(12)]);
  assert.deepEqual([...block(CUBE, 0, 1)], [4, 5, 6, 7]);
});

test("a row is a view: nothing is copied", () => {
  assert.equal(row(CUBE, 0, 1).buffer, CUBE.data.buffer);
});
