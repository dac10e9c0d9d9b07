// A film arrives as one block of bytes: a length, a JSON header, then arrays of float32 or int8.
/** @import { Film, Packed } from "./film.d.ts" */

const KINDS = { float32: Float32Array, int8: Int8Array };

/** @typedef {{ name: string, shape: number[], offset: number, kind: keyof typeof KINDS }} Entry */

/**
 * Decode what `rnnviz.stage.pack` wrote. Arrays stay views on the bytes: nothing is copied twice.
 * @param {Uint8Array | ArrayBuffer} bytes
 * @returns {Film}
 */
export function unpack(bytes) {
  const source = bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes);
  const buffer = source.slice().buffer;
  const length = new DataView(buffer).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  const start = 4 + length;
  /** @type {Record<string, Packed>} */
  const arrays = {};
  for (const { name, shape, offset, kind } of /** @type {Entry[]} */ (header.arrays)) {
    arrays[name] = { shape, data: new KINDS[kind](buffer, start + offset, product(shape)) };
  }
  return { ...header, arrays };
}

/** One row of an array: the values along its last axis at the given leading indices.
 * @param {Packed} array @param {number[]} index */
export function row({ shape, data }, ...index) {
  const width = shape[shape.length - 1];
  let at = 0;
  for (let axis = 0; axis < index.length; axis++) at = at * shape[axis] + index[axis];
  return data.subarray(at * width, (at + 1) * width);
}

/** All values below the given leading indices, whatever axes are left.
 * @param {Packed} array @param {number[]} index */
export function block({ shape, data }, ...index) {
  const size = product(shape.slice(index.length));
  const at = index.reduce((sum, i, axis) => sum * shape[axis] + i, 0);
  return data.subarray(at * size, (at + 1) * size);
}

/** @param {number[]} sizes */
function product(sizes) {
  return sizes.reduce((a, b) => a * b, 1);
}
