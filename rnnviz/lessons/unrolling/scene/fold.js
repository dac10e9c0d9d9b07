// How far the chain is rolled up into its one cell.
import { prefersStill } from "../../../stage/js/motion.js";

const SECONDS = 0.9; // the whole way

export class Fold {
  rolled = 0; // 0 unrolled … 1 rolled up
  goal = 0;

  get moving() {
    return this.rolled !== this.goal;
  }

  /** @param {number} seconds since the last frame */
  move(seconds) {
    const way = this.goal - this.rolled;
    const most = prefersStill() ? 1 : seconds / SECONDS;
    this.rolled += Math.sign(way) * Math.min(Math.abs(way), most);
  }
}
