// Between Streamlit and a scene: the scene is made once, and gets each new film.
/** @import { Film, Report } from "./film.d.ts" */
/** @import { Scene } from "./scene.js" */
import { unpack } from "./unpack.js";

/**
 * The default export of a component whose picture is a scene.
 * @template {Film} F
 * @param {new (host: HTMLElement) => Scene<F>} Kind
 */
export function mounting(Kind) {
  /** @type {WeakMap<HTMLElement, { scene: Scene<F>, bytes: Uint8Array | null }>} */
  const held = new WeakMap();
  /** @param {{ data: Uint8Array, parentElement: HTMLElement, setStateValue: Report }} component */
  return ({ data, parentElement, setStateValue }) => {
    const mounted = held.get(parentElement) ?? { scene: new Kind(parentElement), bytes: null };
    held.set(parentElement, mounted);
    if (data && data !== mounted.bytes) {
      mounted.bytes = data;
      mounted.scene.load(/** @type {F} */ (unpack(data)), setStateValue);
    }
    return () => {
      held.delete(parentElement);
      mounted.scene.end();
    };
  };
}
