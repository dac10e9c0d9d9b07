// Tells the page when the visitor goes back or forward in the browser: only then is an older link meant.
/** @import { Report } from "./film.d.ts" */

let moves = 0;

/** @type {WeakSet<Element>} */
const listening = new WeakSet();

/** @param {{ parentElement: HTMLElement, setStateValue: Report }} component */
export default ({ parentElement, setStateValue }) => {
  if (listening.has(parentElement)) return;
  listening.add(parentElement);
  const tell = () => {
    if (!parentElement.isConnected) return removeEventListener("popstate", tell, true);
    moves += 1;
    setStateValue("moves", moves);
  };
  addEventListener("popstate", tell, true); // before Streamlit's own, which runs the page with the older link
};
