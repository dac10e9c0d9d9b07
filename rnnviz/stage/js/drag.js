// A pointer on a picture, from its press to its release.

/** @typedef {(event: PointerEvent) => void} Follow */

/**
 * Follow every pointer that is pressed on `element`; `onPress` is as `onMove` unless it is given.
 * @param {SVGElement} element
 * @param {{ onMove: Follow, onRelease: () => void, onPress?: Follow }} hand
 */
export function drag(element, { onMove, onRelease, onPress = onMove }) {
  let held = false;
  element.addEventListener("pointerdown", (event) => {
    held = true;
    element.setPointerCapture(event.pointerId);
    onPress(event);
  });
  element.addEventListener("pointermove", (event) => held && onMove(event));
  for (const end of /** @type {const} */ (["pointerup", "pointercancel"])) {
    element.addEventListener(end, () => {
      if (held) onRelease();
      held = false;
    });
  }
}
