// The film's keys: they work inside the stage, and anywhere on the page while nothing else has the focus.

/**
 * What a key does, given the element under it; false leaves the key to the page.
 * @typedef {Partial<Record<Command, (target: HTMLElement) => unknown>>} Actions
 * @typedef {"play" | "back" | "forward" | "start" | "end" | "close"} Command
 */

/** @type {Record<string, Command>} */
const COMMANDS = {
  " ": "play",
  ArrowLeft: "back",
  ArrowRight: "forward",
  Home: "start",
  End: "end",
  Escape: "close",
};
const TYPED = ["SELECT", "TEXTAREA"];

/** Whether the element under the keys needs this one for itself: a slider its arrows, a button its space.
 * @param {HTMLElement} target @param {string} key */
function needsKey(target, key) {
  if (target.tagName === "BUTTON") return key === " ";
  if (!(target instanceof HTMLInputElement)) return TYPED.includes(target.tagName);
  if (target.type !== "range") return true;
  return key !== " " && key !== "Escape" && !target.hasAttribute("data-film"); // the film's own slider steps with it
}

/** @param {Element} root */
function inSight(root) {
  const { top, bottom } = root.getBoundingClientRect();
  return bottom > 0 && top < innerHeight;
}

/** Whether a key is one of ours, and meant for us.
 * @param {KeyboardEvent} event @param {Element} root */
function isMeant(event, root) {
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || event.defaultPrevented) return false;
  return event.composedPath().includes(root) || (document.activeElement === document.body && inSight(root));
}

/** Act on each key of ours. Returns how to stop.
 * @param {Element} root @param {Actions} actions */
export function listenKeys(root, actions) {
  /** @param {KeyboardEvent} event */
  const keyed = (event) => {
    const target = /** @type {HTMLElement} */ (event.composedPath()[0]);
    if (!isMeant(event, root) || needsKey(target, event.key)) return;
    const action = actions[COMMANDS[event.key]];
    if (action && action(target) !== false) event.preventDefault();
  };
  document.addEventListener("keydown", keyed);
  return () => document.removeEventListener("keydown", keyed);
}
