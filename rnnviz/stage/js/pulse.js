// Long work goes on in pieces: when the page has what the last piece gave, it asks for the next one.

const REST = 60; // milliseconds in which the rest of the page settles; a closed page never asks again

const beats = new WeakMap();

export default ({ data, parentElement, setStateValue }) => {
  const last = beats.get(parentElement);
  if (last?.beat === data.beat) return;
  clearTimeout(last?.timer);
  const timer = setTimeout(() => parentElement.isConnected && setStateValue("beat", data.beat), REST);
  beats.set(parentElement, { beat: data.beat, timer });
};
