import { fail } from '../problem/index.js';
import { type ByteSource, failSize } from './bytes.js';

/** How numbers stand in a file: f float, i signed, u unsigned, b boolean; the digit is their size in bytes. */
export type NumberKind = 'f2' | 'f4' | 'f8' | 'i1' | 'u1' | 'i2' | 'u2' | 'i4' | 'u4' | 'i8' | 'u8' | 'b1';
/** How they stand in memory. */
export type NumberType = 'float32' | 'int32' | 'uint8';
export type Numbers = Float32Array | Int32Array | Uint8Array;
interface Encoding {
  readonly bytes: number;
  readonly type: NumberType;
  readonly get: (view: DataView, at: number, little: boolean) => number;
}

/** 64 bits from two halves: exact below 2^53, and far outside int32 above. */
const wide =
  (high: 'getInt32' | 'getUint32') =>
  (view: DataView, at: number, little: boolean): number =>
    view[high](little ? at + 4 : at, little) * 2 ** 32 + view.getUint32(little ? at : at + 4, little);

const encodings: Readonly<Record<NumberKind, Encoding>> = {
  f2: { bytes: 2, type: 'float32', get: (view, at, little) => half(view.getUint16(at, little)) },
  f4: { bytes: 4, type: 'float32', get: (view, at, little) => view.getFloat32(at, little) },
  f8: { bytes: 8, type: 'float32', get: (view, at, little) => view.getFloat64(at, little) },
  i1: { bytes: 1, type: 'int32', get: (view, at) => view.getInt8(at) },
  u1: { bytes: 1, type: 'uint8', get: (view, at) => view.getUint8(at) },
  i2: { bytes: 2, type: 'int32', get: (view, at, little) => view.getInt16(at, little) },
  u2: { bytes: 2, type: 'int32', get: (view, at, little) => view.getUint16(at, little) },
  i4: { bytes: 4, type: 'int32', get: (view, at, little) => view.getInt32(at, little) },
  u4: { bytes: 4, type: 'int32', get: (view, at, little) => view.getUint32(at, little) },
  i8: { bytes: 8, type: 'int32', get: wide('getInt32') },
  u8: { bytes: 8, type: 'int32', get: wide('getUint32') },
  b1: { bytes: 1, type: 'uint8', get: (view, at) => (view.getUint8(at) === 0 ? 0 : 1) },
};

export const isNumberKind = (text: string): text is NumberKind => Object.hasOwn(encodings, text);
export const bytesOf = (kind: NumberKind): number => encodings[kind].bytes;
export const typeOf = (kind: NumberKind): NumberType => encodings[kind].type;

/** IEEE 754 binary16. */
function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
}

/** Memory for `count` numbers; `what` names it. Errors: MEMORY. */
export function allocate(type: NumberType, count: number, what: string): Numbers {
  try {
    return type === 'float32'
      ? new Float32Array(count)
      : type === 'int32'
        ? new Int32Array(count)
        : new Uint8Array(count);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const size = (count * (type === 'uint8' ? 1 : 4)) / 2 ** 30;
    return fail('MEMORY', `${what} needs ${size.toFixed(1)} GiB, more than can be had in one piece`);
  }
}

export interface Layout {
  readonly kind: NumberKind;
  readonly bigEndian: boolean;
  /** Byte at which the numbers begin. */
  readonly offset: number;
}
/** A whole number that does not fit 32 bits. */
export interface Misfit {
  readonly index: number;
  readonly value: number;
}

const hostLittle = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
const block = 2 ** 22; // bytes read at a time: a multiple of every size

/**
 * Reads as many numbers as `into` holds, block by block.
 * Returns the first that does not fit `into`, or null. Errors: DATA_FORMAT where the file ends early.
 */
export async function readNumbers(source: ByteSource, layout: Layout, into: Numbers): Promise<Misfit | null> {
  const total = into.length * bytesOf(layout.kind);
  for (let done = 0; done < total; ) {
    const want = Math.min(block, total - done);
    const bytes = await source.read(layout.offset + done, want);
    if (bytes.length < want) {
      const found = layout.offset + done + bytes.length;
      failSize(source, { expected: layout.offset + total, found, what: 'as its header says' });
    }
    const misfit = decode(bytes, layout, { into, at: done / bytesOf(layout.kind) });
    if (misfit !== null) return misfit;
    done += want;
  }
  return null;
}

function decode(bytes: Uint8Array, layout: Layout, to: { readonly into: Numbers; readonly at: number }): Misfit | null {
  const { into, at } = to;
  const { get, bytes: size } = encodings[layout.kind];
  if (isNative(layout, into)) {
    new Uint8Array(into.buffer, into.byteOffset, into.byteLength).set(bytes, at * size);
    return null;
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const narrow = into instanceof Int32Array;
  for (let i = 0; i < bytes.length / size; i++) {
    const value = get(view, i * size, !layout.bigEndian);
    if (narrow && value !== (value | 0)) return { index: at + i, value };
    into[at + i] = value;
  }
  return null;
}

/** Whether the bytes of the file are the bytes of memory. */
function isNative({ kind, bigEndian }: Layout, into: Numbers): boolean {
  if (into instanceof Uint8Array) return kind === 'u1';
  return bigEndian !== hostLittle && (into instanceof Float32Array ? kind === 'f4' : kind === 'i4');
}
