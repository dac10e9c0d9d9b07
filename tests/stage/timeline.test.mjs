import assert from "node:assert/strict";
import { test } from "node:test";
import { carryOver, focusStep, moment, neighbour, stops, timeline } from "../../rnnviz/stage/js/timeline.js";

/** @param {number} a @param {number} b */
const near = (a, b) => assert.ok(Math.abs(a - b) < 1e-9 * Math.max(1, Math.abs(b)), `${a} is not ${b}`);

for (const T of [1, 2, 7, 100, 200]) {
  test(`the parts of a film of ${T} steps follow each other without a gap`, () => {
    const line = timeline(T);
    assert.ok(0 < line.unfold && line.unfold < line.forward && line.forward < line.total);
    assert.deepEqual(moment(line, 0), { part: "unfold", fold: 0, read: 0, back: 0 });
    assert.equal(moment(line, line.unfold).fold, 1);
    assert.deepEqual(moment(line, line.forward), { part: "backward", fold: 1, read: T, back: 0 });
    near(moment(line, line.total).back, T);
  });
}

test("a long film is still watchable", () => {
  assert.ok(timeline(200).total < 60);
});

test("stepping forward visits every step once, and ends", () => {
  const line = timeline(5);
  const seen = [];
  for (let at = 0; at < line.total; ) {
    at = neighbour(line, at, 1);
    const { read, back } = moment(line, at);
    seen.push([read, back]);
  }
  const forward = [0, 1, 2, 3, 4, 5].map((read) => [read, 0]);
  assert.deepEqual(seen, [...forward, [5, 1], [5, 2], [5, 3], [5, 4], [5, 5]]);
});

test("stepping back retraces the way", () => {
  const line = timeline(3);
  const there = [0];
  while (there[there.length - 1] < line.total) there.push(neighbour(line, there[there.length - 1], 1));
  const back = [there[there.length - 1]];
  while (back[back.length - 1] > 0) back.push(neighbour(line, back[back.length - 1], -1));
  assert.equal(back.length, there.length);
  there.reverse().forEach((at, i) => {
    near(back[i], at);
  });
});

test("another length keeps the place in the film", () => {
  const [short, long] = [timeline(7), timeline(50)];
  for (const share of [0, 0.2, 0.5, 0.9, 1]) {
    const at = share * short.total;
    const moved = carryOver(short, long, at);
    assert.equal(moment(long, moved).part, moment(short, at).part);
    near(carryOver(long, short, moved), at);
  }
});

test("the eye follows the reading, and then the error", () => {
  const line = timeline(4);
  const reading = [0, 0.5, 1, 3.2, 4].map((read) => focusStep(line, { part: "forward", fold: 1, read, back: 0 }));
  const sending = [0, 0.5, 1, 3.2, 4].map((back) => focusStep(line, { part: "backward", fold: 1, read: 4, back }));
  assert.deepEqual(reading, [0, 0, 0, 3, 3]);
  assert.deepEqual(sending, [3, 3, 3, 0, 0]);
});

for (const T of [2, 3, 4, 7, 8, 11, 29, 50, 100, 199, 200]) {
  test(`at every stop of ${T} steps the eye rests on the step just done`, () => {
    const line = timeline(T);
    const [, start, ...later] = stops(line);
    const there = Array.from({ length: T }, (_, t) => t);
    const focus = later.map((at) => focusStep(line, moment(line, at)));
    assert.equal(start, line.unfold);
    assert.deepEqual(focus, [...there, ...[...there].reverse()]);
    near(moment(line, later[later.length - 1]).back, T);
  });
}
