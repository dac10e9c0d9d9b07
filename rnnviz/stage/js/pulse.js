// Long work goes on in pieces: when the page has what the last piece gave, it asks for the next one.
/** @import { Report } from "./film.d.ts" */

const REST = 60; // milliseconds in which the rest of the page settles; a closed page never asks again

/** @type {WeakMap<Element, { beat: number, timer: ReturnType<typeof setTimeout> }>} */
const beats = new WeakMap();

/** @param {{ data: { beat: number }, parentElement: HTMLElement, setStateValue: Report }} component */
export default ({ data, parentElement, setStateValue }) => {
  const last = beats.get(parentElement);
  if (last?.beat === data.beat) return;
  clearTimeout(last?.timer);
  const timer = setTimeout(() => parentElement.isConnected && setStateValue("beat", data.beat), REST);
  beats.set(parentElement, { beat: data.beat, timer });
};
