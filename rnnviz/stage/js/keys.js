// The film's keys: they work inside the stage, and anywhere on the page while nothing else has the focus.

const COMMANDS = { " ": "play", ArrowLeft: "back", ArrowRight: "forward", Home: "start", End: "end", Escape: "close" };
const OWN_KEYS = ["INPUT", "SELECT", "TEXTAREA"]; // these need arrows and space for themselves

/** Call `actions[name](target)` for each key of ours; an action that returns false leaves the key to the page. Returns how to stop. */
export function listenKeys(root, actions) {
  const keyed = (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.defaultPrevented) return;
    const target = event.composedPath()[0];
    if (!event.composedPath().includes(root) && document.activeElement !== document.body) return;
    if (OWN_KEYS.includes(target.tagName) || (target.tagName === "BUTTON" && event.key === " ")) return;
    const action = actions[COMMANDS[event.key]];
    if (action && action(target) !== false) event.preventDefault();
  };
  document.addEventListener("keydown", keyed);
  return () => document.removeEventListener("keydown", keyed);
}
