// The film's keys: they work inside the stage, and anywhere on the page while nothing else has the focus.

const COMMANDS = { " ": "play", ArrowLeft: "back", ArrowRight: "forward", Home: "start", End: "end", Escape: "close" };
const TYPED = ["SELECT", "TEXTAREA"];

/** Whether the element under the keys needs this one for itself: a slider its arrows, a button its space. */
function needsKey(target, key) {
  if (target.tagName === "BUTTON") return key === " ";
  if (target.tagName !== "INPUT") return TYPED.includes(target.tagName);
  if (target.type !== "range") return true;
  return key !== " " && key !== "Escape" && !target.hasAttribute("data-film"); // the film's own slider steps with the film
}

function inSight(root) {
  const { top, bottom } = root.getBoundingClientRect();
  return bottom > 0 && top < innerHeight;
}

/** Call `actions[name](target)` for each key of ours; an action that returns false leaves the key to the page. Returns how to stop. */
export function listenKeys(root, actions) {
  const keyed = (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || event.defaultPrevented) return;
    const target = event.composedPath()[0];
    if (!event.composedPath().includes(root) && (document.activeElement !== document.body || !inSight(root))) return;
    if (needsKey(target, event.key)) return;
    const action = actions[COMMANDS[event.key]];
    if (action && action(target) !== false) event.preventDefault();
  };
  document.addEventListener("keydown", keyed);
  return () => document.removeEventListener("keydown", keyed);
}
