// Between Streamlit and a scene: the scene is made once, and gets each new film.
import { unpack } from "./unpack.js";

/** The default export of a component whose picture is a `Scene(parent)` with `load(film, send)` and `end()`. */
export function mounting(Scene) {
  const held = new WeakMap();
  return ({ data, parentElement, setStateValue }) => {
    if (!held.has(parentElement)) held.set(parentElement, { scene: new Scene(parentElement), bytes: null });
    const mounted = held.get(parentElement);
    if (data && data !== mounted.bytes) {
      mounted.bytes = data;
      mounted.scene.load(unpack(data), setStateValue);
    }
    return () => {
      held.delete(parentElement);
      mounted.scene.end();
    };
  };
}
