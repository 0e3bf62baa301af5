import type { NpyArray } from './npy.js';

const names = { float32: '<f4', int32: '<i4', uint8: '|u1' } as const;

/**
 * A .npy file, version 1: float32 `<f4`, int32 `<i4`, uint8 `|u1`, strings `<U` of the longest.
 * Errors: a length that is not the shape's product.
 */
export function encodeNpy(array: NpyArray): Uint8Array {
  const count = array.shape.reduce((product, size) => product * size, 1);
  if (array.data.length !== count)
    throw new Error(`${array.data.length} values do not fill [${array.shape.join(', ')}]`);
  const { descr, bytes } = array.dtype === 'string' ? encodeTexts(array.data) : encodeNumbers(array);
  const sizes = array.shape.length === 1 ? `${array.shape[0]},` : array.shape.join(', ');
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${sizes}), }`;
  const length = Math.ceil((10 + text.length + 1) / 64) * 64; // values begin on a multiple of 64
  if (length - 10 > 65535) throw new Error('the shape is too long for a .npy header');
  const header = Buffer.from(`\x93NUMPY\x01\0\0\0${text.padEnd(length - 11)}\n`, 'latin1');
  header.writeUInt16LE(length - 10, 8);
  const file = new Uint8Array(length + bytes.length);
  file.set(header);
  file.set(bytes, length);
  return file;
}

function encodeNumbers({ dtype, data }: Exclude<NpyArray, { dtype: 'string' }>): { descr: string; bytes: Uint8Array } {
  return { descr: names[dtype], bytes: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) };
}

function encodeTexts(texts: readonly string[]): { descr: string; bytes: Uint8Array } {
  const points = texts.map((text) => Array.from(text, (character) => character.codePointAt(0)!));
  const longest = points.reduce((most, { length }) => Math.max(most, length), 1);
  const bytes = new Uint8Array(points.length * longest * 4);
  const view = new DataView(bytes.buffer);
  points.forEach((line, row) => {
    for (const [i, point] of line.entries()) view.setUint32((row * longest + i) * 4, point, true);
  });
  return { descr: `<U${longest}`, bytes };
}
