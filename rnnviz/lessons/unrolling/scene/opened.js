// The cell that is open under the chain, if one is.
/** @import { Picked } from "../../../stage/js/cellpanel.js" */
/** @import { Chain } from "../../../stage/js/chain.js" */
/** @import { ChainFilm, Report } from "../../../stage/js/film.d.ts" */
/** @import { Player } from "../../../stage/js/player.js" */
/** @import { Line } from "../../../stage/js/timeline.js" */
import { CellPanel } from "../../../stage/js/cellpanel.js";
import { prefersStill } from "../../../stage/js/motion.js";
import { afterReading, moment } from "../../../stage/js/timeline.js";

/**
 * What it must know of the scene it is in.
 * @typedef {object} Around
 * @property {ChainFilm} film
 * @property {Line} line
 * @property {Player} player
 * @property {Chain | undefined} chain
 * @property {Report} send
 * @property {(at: number) => void} seek
 * @property {() => void} paint
 */

export class Opened {
  /** @type {CellPanel | undefined} */ panel;
  /** @type {Picked | undefined} */ picked;
  step = -1; // −1: none

  /** @param {Around} scene @param {Element} host */
  constructor(scene, host) {
    this.scene = scene;
    this.host = host;
  }

  /** Open the cell of step t, and say so in the link.
   * @param {number} t */
  open(t) {
    const { scene } = this;
    if (moment(scene.line, scene.player.at).read < t + 1) scene.seek(afterReading(scene.line, t));
    scene.player.playing = false;
    const isNew = this.step < 0;
    this.show(t);
    scene.paint();
    scene.send("step", t + 1);
    if (!isNew || !this.panel) return;
    this.panel.root.scrollIntoView({ block: "nearest", behavior: prefersStill() ? "auto" : "smooth" });
    this.panel.heading.focus({ preventScroll: true });
  }

  close() {
    const { scene, step } = this;
    this.show(-1);
    scene.paint();
    scene.send("step", 0);
    scene.chain?.focus(step);
  }

  /** Another film: stay open where it has the step. */
  keep() {
    const isThere = this.step < this.scene.film.T;
    this.show(isThere ? this.step : -1);
    if (!isThere) this.scene.send("step", 0);
  }

  /** @param {number} t */
  show(t) {
    this.step = t;
    if (t < 0 || this.panel?.film !== this.scene.film) this.rebuild();
  }

  /** What was picked stays picked where the cell has it. */
  rebuild() {
    const { film } = this.scene;
    const known = [...film.cell.states, ...film.cell.blocks.map((block) => block.symbol)];
    const picked = this.panel?.picked ?? this.picked;
    const isThere = picked && picked.unit < film.H && known.includes(picked.symbol);
    this.picked = isThere ? picked : { symbol: film.cell.blocks[0].symbol, unit: 0 };
    this.panel?.remove();
    this.panel = undefined;
    if (this.step < 0) return;
    const hand = { onClose: () => this.close(), onStep: (/** @type {number} */ way) => this.move(way) };
    this.panel = new CellPanel(this.host, film, this.picked, hand);
  }

  /** Open the neighbour instead.
   * @param {number} way */
  move(way) {
    const next = this.step + way;
    if (next >= 0 && next < this.scene.film.T) this.open(next);
  }

  /** @param {number} k snapshot */
  paint(k) {
    this.panel?.paint(k, this.step);
  }
}
