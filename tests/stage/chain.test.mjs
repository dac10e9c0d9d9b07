import assert from "node:assert/strict";
import { test } from "node:test";
import { layout, unitCorner } from "../../rnnviz/stage/js/layout.js";
import { listed } from "../../rnnviz/stage/js/reading.js";

test("the right letter is always listed", () => {
  assert.deepEqual(listed([0.1, 0.5, 0.3, 0.1], 1), [1, 2, 0]);
  assert.deepEqual(listed([0.1, 0.5, 0.3, 0.05, 0.05], 4), [1, 2, 4]);
  assert.deepEqual(listed([1.0], 0), [0]);
});

for (const [T, H, width] of [
  [1, 1, 360],
  [7, 8, 1280],
  [200, 32, 1280],
]) {
  test(`${T} steps of ${H} units stand inside ${width} pixels or scroll, apart from each other`, () => {
    const plan = layout({ T, H, states: 2, width });
    assert.ok(plan.width * plan.zoom >= width - 1);
    assert.ok(plan.x(0) - plan.box.width / 2 >= 0 && plan.x(T - 1) + plan.box.width / 2 <= plan.width);
    assert.ok(plan.pitch > plan.box.width);
    for (let j = 0; j < H; j++) {
      const [left, top] = unitCorner(plan, j);
      assert.ok(left >= -plan.box.width / 2 && left + plan.unit <= plan.box.width / 2);
      assert.ok(top >= 0 && top + plan.unit <= plan.box.height);
    }
  });
}
