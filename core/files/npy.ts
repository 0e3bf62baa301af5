import { fail } from '../problem/index.js';
import { type ByteSource, failSize, memoryBytes } from './bytes.js';
import { shown } from './errno.js';
import { type NpyHeader, readNpyHeader } from './npy-header.js';
import { allocate, type Numbers, readNumbers } from './numbers.js';

/** Values in C order: the last index varies fastest. */
export type NpyArray = { readonly shape: readonly number[] } & (
  | { readonly dtype: 'float32'; readonly data: Float32Array }
  | { readonly dtype: 'int32'; readonly data: Int32Array }
  | { readonly dtype: 'uint8'; readonly data: Uint8Array }
  | { readonly dtype: 'string'; readonly data: readonly string[] }
);

/**
 * Reads a .npy file: floats become float32; bool and uint8 uint8; other whole numbers int32; S and U strings.
 * Errors: those of `readNpyHeader`; DATA_VALUE for a whole number outside 32 bits, or text that is not Unicode; MEMORY.
 */
export async function readNpy(source: ByteSource, known: NpyHeader | null = null): Promise<NpyArray> {
  const header = known ?? (await readNpyHeader(source));
  const { shape } = header;
  if (header.dtype === 'string') {
    if (header.count > mostTexts)
      fail('MEMORY', `${shown(source.path)} holds ${header.count} texts, more than ${mostTexts}`);
    const data = reorder(header, await readTexts(source, header), () => new Array<string>(header.count));
    return { shape, dtype: 'string', data };
  }
  const data = await readValues(source, header);
  if (data instanceof Float32Array) return { shape, dtype: 'float32', data };
  return data instanceof Int32Array ? { shape, dtype: 'int32', data } : { shape, dtype: 'uint8', data };
}

/** The same of bytes in memory. */
export const decodeNpy = (path: string, bytes: Uint8Array): Promise<NpyArray> => readNpy(memoryBytes(path, bytes));

async function readValues(source: ByteSource, header: NpyHeader): Promise<Numbers> {
  const { cell, bigEndian, offset, count, dtype } = header;
  if (cell.kind === 'S' || cell.kind === 'U' || dtype === 'string') throw new Error('texts are not numbers');
  const make = (): Numbers => allocate(dtype, count, shown(source.path));
  const values = make();
  const misfit = await readNumbers(source, { kind: cell.kind, bigEndian, offset }, values);
  if (misfit !== null) {
    const where = place(header, misfit.index);
    fail('DATA_VALUE', `${shown(source.path)}: ${misfit.value} at ${where} does not fit a 32-bit integer`);
  }
  return reorder(header, values, make);
}

const rowsPerRead = 4096;
const mostTexts = 2 ** 28;

async function readTexts(source: ByteSource, header: NpyHeader): Promise<string[]> {
  const { cell, count, offset } = header;
  const texts: string[] = [];
  while (texts.length < count) {
    const want = Math.min(rowsPerRead, count - texts.length);
    const from = offset + texts.length * cell.bytes;
    const bytes = await source.read(from, want * cell.bytes);
    if (bytes.length < want * cell.bytes) {
      failSize(source, {
        expected: offset + count * cell.bytes,
        found: from + bytes.length,
        what: 'as its header says',
      });
    }
    for (let row = 0; row < want; row++) {
      const text = decodeText(bytes.subarray(row * cell.bytes, (row + 1) * cell.bytes), header);
      if (text === null)
        fail('DATA_VALUE', `${shown(source.path)}: the text at ${place(header, texts.length)} is not Unicode`);
      texts.push(text);
    }
  }
  return texts;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** null: not Unicode. */
function decodeText(bytes: Uint8Array, header: NpyHeader): string | null {
  try {
    if (header.cell.kind === 'S') {
      return utf8.decode(bytes.subarray(0, 1 + bytes.findLastIndex((byte) => byte !== 0)));
    }
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let text = '';
    for (let at = 0; at < bytes.length; at += 4) text += String.fromCodePoint(view.getUint32(at, !header.bigEndian));
    return text.replace(/\0+$/, '');
  } catch {
    return null; // RangeError above U+10FFFF, TypeError for bytes that are not UTF-8
  }
}

/** Columns-first order to rows-first, into what `make` makes; values that stand rows-first already are given back. */
function reorder<T extends Numbers | string[]>({ fortran, shape, count }: NpyHeader, values: T, make: () => T): T {
  if (!fortran || shape.length < 2 || count < 2) return values;
  const to = make();
  const strides = shape.map((_, axis) => shape.slice(0, axis).reduce((product, size) => product * size, 1));
  const index = shape.map(() => 0);
  let from = 0;
  for (let at = 0; at < values.length; at++) {
    to[at] = values[from]!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis]!++;
      from += strides[axis]!;
      if (index[axis]! < shape[axis]!) break;
      from -= strides[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
  return to;
}

/** `index [2, 0]` of a value by its number in the file. */
function place({ shape, fortran }: NpyHeader, flat: number): string {
  const index = shape.map(() => 0);
  let rest = flat;
  for (const axis of fortran ? shape.keys() : [...shape.keys()].reverse()) {
    index[axis] = rest % shape[axis]!;
    rest = Math.floor(rest / shape[axis]!);
  }
  return `index [${index.join(', ')}]`;
}
