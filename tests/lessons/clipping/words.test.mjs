import assert from "node:assert/strict";
import { test } from "node:test";
import { descentInWords, restsInWords } from "../../../rnnviz/lessons/clipping/scene/cliffwords.js";
import { lossInWords } from "../../../rnnviz/lessons/clipping/scene/windowwords.js";

/** @param {number} w @param {number} b @param {number} norm */
const place = (w, b, norm) => ({ w, b, norm, error: 0.09 });

test("a ball's longest step is one that was taken, and as long as it was", () => {
  const way = [place(5, -2, 1), place(5, -2.2, 20), place(5, -6.2, 400), place(5, -6.2, 9000)];
  const said = descentInWords([way, way], 3);
  assert.match(said, /Its step 2, by a gradient of 20\.0, was 4\.00 long\./);
  assert.doesNotMatch(descentInWords([way, way], 1), /Its step/); // the steepest place is not yet left
  assert.doesNotMatch(said, /9000/); // beyond the map a ball stays where it is
});

test("the resting states are counted as they were found", () => {
  /** @param {number[]} slopes */
  const rest = (...slopes) =>
    restsInWords(
      { w: 5, b: -2.8, pace: 0.2, bound: 1 },
      slopes.map((slope) => ({ slope })),
    );
  assert.match(rest(0.2), /^The unit itself at w = 5, b = −2\.8 has one state that draws it in \(filled\);/);
  assert.match(rest(0.2, 1.2, 0.3), /has 2 states that draw it in \(filled\) and one that pushes it away \(hollow\);/);
});

test("a window says what it leaves out, which may be longer than all of it", () => {
  const arrays = { lost: { data: [1.3, 0] }, cosine: { data: [-0.5, 1] } };
  /** @type {any} */
  const film = { symbols: ["X", "a"], clues: [0], arrays, matrix: "W_hh" };
  assert.equal(
    lossInWords(film, 1),
    "Window of 1 of 2 steps: what it leaves out of the gradient of W_hh is 130% as long as all of it (‖g − g′‖ / ‖g‖), " +
      "cosine −0.50. 1 of 1 clues lies outside.",
  );
  assert.match(lossInWords(film, 2), /is 0% as long .* cosine 1\.00\. 0 of 1 clues lie outside\.$/);
});
