// A film arrives as one block of bytes: a length, a JSON header, then arrays of float32 or int8.

const KINDS = { float32: Float32Array, int8: Int8Array };

/** Decode what `rnnviz.stage.pack` wrote. Arrays stay views on the bytes: nothing is copied twice. */
export function unpack(bytes) {
  const source = bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes);
  const buffer = source.slice().buffer;
  const length = new DataView(buffer).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  const start = 4 + length;
  const arrays = {};
  for (const { name, shape, offset, kind } of header.arrays) {
    const size = shape.reduce((a, b) => a * b, 1);
    arrays[name] = { shape, data: new KINDS[kind](buffer, start + offset, size) };
  }
  return { ...header, arrays };
}

/** One row of an array: the values along its last axis at the given leading indices. */
export function row(array, ...index) {
  const { shape, data } = array;
  const width = shape[shape.length - 1];
  let at = 0;
  index.forEach((i, axis) => (at = at * shape[axis] + i));
  return data.subarray(at * width, (at + 1) * width);
}

/** All values below the given leading indices, whatever axes are left. */
export function block(array, ...index) {
  const size = array.shape.slice(index.length).reduce((a, b) => a * b, 1);
  const at = index.reduce((sum, i, axis) => sum * array.shape[axis] + i, 0);
  return array.data.subarray(at * size, (at + 1) * size);
}
