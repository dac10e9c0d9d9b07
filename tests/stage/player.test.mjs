import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Player } from "../../rnnviz/stage/js/player.js";

/** @type {FrameRequestCallback[]} */
let asked = [];
globalThis.requestAnimationFrame = (frame) => asked.push(frame);

beforeEach(() => {
  asked = [];
});

/** Let a browser show frames, so many milliseconds apart.
 * @param {Player} player @param {number} count @param {number} apart */
function show(player, count, apart) {
  for (let i = 1; i <= count && asked.length; i++) asked.splice(0)[0](player.clock + apart);
}

test("a film plays at its speed to its end, and then sleeps", () => {
  const player = new Player(() => {});
  Object.assign(player, { total: 0.25, speed: 2 });
  player.toggle();
  show(player, 2, 50);
  assert.ok(Math.abs(player.at - 0.2) < 1e-9);
  show(player, 5, 50);
  assert.deepEqual([player.at, player.playing, asked.length], [0.25, false, 0]);
});

test("a looping film begins again", () => {
  const player = new Player(() => {});
  Object.assign(player, { total: 0.1, loop: true });
  player.toggle();
  show(player, 2, 60);
  assert.deepEqual([player.at, player.playing], [0, true]);
});

test("a tab that was asleep goes on where it was", () => {
  const player = new Player(() => {});
  player.toggle();
  show(player, 1, 60_000);
  assert.equal(player.at, 0.1);
});

test("a hand on the film stops it, and lets it go on if it was playing", () => {
  const player = new Player(() => {});
  player.grip(true);
  player.grip(false);
  assert.equal(player.playing, false);
  player.toggle();
  player.grip(true);
  assert.equal(player.playing, false);
  player.grip(false);
  assert.equal(player.playing, true);
});

test("a film at its end plays from its beginning", () => {
  const player = new Player(() => {});
  player.hold(player.total + 5);
  assert.equal(player.at, player.total);
  player.toggle();
  assert.equal(player.at, 0);
});
