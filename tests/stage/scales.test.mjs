import assert from "node:assert/strict";
import { test } from "node:test";
import * as scales from "../../rnnviz/stage/js/scales.js";

/** @type {[number, string][]} */
const NUMBERS = [
  [0, "0"],
  [0.5, "0.50"],
  [-0.5, "−0.50"],
  [0.0123, "0.012"],
  [12.34, "12.3"],
  [123.4, "123"],
  [1e-5, "1.0·10⁻⁵"],
];

test("a number has three digits, and powers of ten when it is far from one", () => {
  for (const [value, text] of NUMBERS) assert.equal(scales.digits(value), text);
});

test("numbers that are none are said so", () => {
  const said = [NaN, Infinity, -Infinity].flatMap((value) => [scales.digits(value), scales.brief(value)]);
  assert.deepEqual(said, ["NaN", "NaN", "∞", "∞", "−∞", "−∞"]);
});

test("gradient widths stand on one absolute log scale", () => {
  const levels = [0, 1e-8, 1e-3, 1e2, 1e9].map(scales.gradientLevel);
  assert.deepEqual(levels, [0, 0, 0.5, 1, 1]);
});

test("a gradient of zero draws nothing, a faint one something, one that is no number all there is", () => {
  assert.equal(scales.gradientWidth(0), 0);
  assert.ok(scales.gradientWidth(1e-30) > 0);
  assert.equal(scales.gradientLevel(NaN), 1);
});

test("a small chance stays visibly above nothing", () => {
  assert.deepEqual([0, 0.0001, 0.004, 0.006, 1, NaN].map(scales.percent), ["0%", "<1%", "<1%", "1%", "100%", "NaN"]);
});

test("full colour is the film's limit", () => {
  assert.equal(scales.strength(-0.5, 1), 0.5);
  assert.equal(scales.strength(3, 2), 1);
  assert.equal(scales.strength(0, 2), 0);
  assert.equal(scales.strength(NaN, 2), 1);
});

test("a space is made visible", () => {
  assert.deepEqual([" ", "\u00a0", "\u3000", "a", "ש"].map(scales.glyph), ["␣", "␣", "␣", "a", "ש"]);
});

test("a quoted letter leaves the direction of its sentence alone", () => {
  assert.equal(scales.quoted("ש"), "“\u2068ש\u2069”");
});

test("a pass that overflowed has no favourite", () => {
  assert.equal(scales.favourite([0.1, 0.7, 0.2]), 1);
  assert.equal(scales.favourite([0.4, 0.4, 0.2]), 0);
  assert.equal(scales.favourite([NaN, 0.5]), -1);
});

test("the largest come first, equals in their order, and what is no number never", () => {
  assert.deepEqual(scales.largest([0.1, 0.5, 0.2, 0.2], 3), [1, 2, 3]);
  assert.deepEqual(scales.largest([0.5, 0.5], 3), [0, 1]);
  assert.deepEqual(scales.largest([3, 1, 2, 4], 3), [3, 0, 2]);
  assert.deepEqual(scales.largest([1, NaN, 2], 1), [2]);
  assert.deepEqual(scales.largest([], 3), []);
});

test("an axis names a power of ten by its exponent", () => {
  assert.deepEqual([0, -3, 12].map(scales.power), ["1", "10⁻³", "10¹²"]);
});

test("a bare power of ten needs no factor, and digits keep theirs", () => {
  assert.deepEqual([1000, 2000, 1e-8].map(scales.brief), ["10³", "2·10³", "10⁻⁸"]);
  assert.equal(scales.digits(1e-8), "1.0·10⁻⁸");
});
