// The one-unit network x_t = w σ(x_{t−1}) + b, as rnnviz.experiments.cliff computes it: a test holds the two together.

const sigmoid = (x) => 0.5 * (1 + Math.tanh(0.5 * x));

/** States x_0 … x_steps. */
export function orbit({ start, steps }, w, b) {
  const xs = [start];
  for (let t = 0; t < steps; t++) xs.push(w * sigmoid(xs[t]) + b);
  return xs;
}

/** Error and its gradient at (w, b), carried forward through all steps. */
export function cliffSlope({ start, steps, target }, w, b) {
  let [x, byW, byB] = [start, 0, 0];
  for (let t = 0; t < steps; t++) {
    const s = sigmoid(x);
    const factor = w * s * (1 - s);
    [x, byW, byB] = [w * s + b, s + factor * byW, 1 + factor * byB];
  }
  const s = sigmoid(x);
  const pull = 2 * (s - target) * s * (1 - s);
  return { error: (s - target) ** 2, w: pull * byW, b: pull * byB };
}

/** The ball's way: [{w, b, error, norm}], each gradient shortened to `bound` unless that is null. */
export function cliffDescent(film, w, b, pace, bound) {
  const way = [];
  for (let n = 0; n <= film.paces; n++) {
    const slope = cliffSlope(film, w, b);
    const norm = Math.hypot(slope.w, slope.b);
    way.push({ w, b, error: slope.error, norm });
    const scale = pace * (bound !== null && norm > bound ? bound / norm : 1);
    if (Math.abs(w) + Math.abs(b) < film.beyond) [w, b] = [w - scale * slope.w, b - scale * slope.b].map((place) => Math.floor(place * film.grain + 0.5) / film.grain);
  }
  return way;
}

/** Where x = w σ(x) + b: [{x, slope}]. */
export function fixedPoints(w, b) {
  const far = Math.abs(w) + Math.abs(b) + 1;
  const gap = (x) => w * sigmoid(x) + b - x;
  const found = [];
  const cells = 1000;
  for (let i = 0; i < cells; i++) {
    let [low, high] = [-far + (2 * far * i) / cells, -far + (2 * far * (i + 1)) / cells];
    const side = gap(low) >= 0;
    if (side === gap(high) >= 0) continue;
    for (let n = 0; n < 50; n++) {
      const middle = (low + high) / 2;
      if (gap(middle) >= 0 === side) low = middle;
      else high = middle;
    }
    const s = sigmoid(low);
    found.push({ x: low, slope: w * s * (1 - s) });
  }
  return found;
}
