import type { Code } from '../problem/index.js';
import { type ByteSource, memoryBytes, openBytes } from './bytes.js';
import {
  failTensors,
  headerLength,
  longestHeader,
  parseHeader,
  type TensorEntry,
  tensorTypes,
} from './safetensors-header.js';
import { writeWhole } from './whole.js';

/** Values in C order, little-endian; BOOL as 0 and 1. */
export type StoredTensor = { readonly shape: readonly number[] } & (
  | { readonly dtype: 'F32'; readonly data: Float32Array }
  | { readonly dtype: 'F64'; readonly data: Float64Array }
  | { readonly dtype: 'I32'; readonly data: Int32Array }
  | { readonly dtype: 'I64'; readonly data: BigInt64Array }
  | { readonly dtype: 'U8' | 'BOOL'; readonly data: Uint8Array }
);
export type StoredTensors = ReadonlyMap<string, StoredTensor>;
export type Metadata = Readonly<Record<string, string>>;

/**
 * A safetensors file as parts to write one after another: the same bytes for the same tensors, whatever their order.
 * Wide types come first, so that every tensor is aligned; within one size by name. The header is filled up with spaces to
 * a multiple of 8.
 * Errors: data that is not as long as its shape says, the name `__metadata__`.
 * Source: huggingface/safetensors, format description.
 */
export function encodeSafetensors(tensors: StoredTensors, metadata: Metadata = {}): readonly Uint8Array[] {
  const sorted = [...tensors].sort(
    ([a, { dtype: wide }], [b, { dtype }]) => tensorTypes[dtype] - tensorTypes[wide] || order(a, b),
  );
  const notes = Object.entries(metadata).sort(([a], [b]) => order(a, b));
  const header: [string, unknown][] = notes.length > 0 ? [['__metadata__', Object.fromEntries(notes)]] : [];
  const parts: Uint8Array[] = [];
  let at = 0;
  for (const [name, { dtype, shape, data }] of sorted) {
    const count = shape.reduce((product, size) => product * size, 1);
    if (data.length !== count) throw new Error(`${name}: ${data.length} values do not fill [${shape.join(', ')}]`);
    if (name === '__metadata__') throw new Error('a tensor cannot be called __metadata__');
    header.push([name, { dtype, shape, data_offsets: [at, at + data.byteLength] }]);
    parts.push(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    at += data.byteLength;
  }
  return [encodeHeader(header), ...parts];
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function encodeHeader(entries: readonly (readonly [string, unknown])[]): Uint8Array {
  // by hand: an object would move names that look like numbers to the front
  const text = Buffer.from(
    `{${entries.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(',')}}`,
  );
  const length = Math.ceil(text.length / 8) * 8;
  if (length > longestHeader) throw new Error(`the header would have ${length} bytes, more than ${longestHeader}`);
  const bytes = Buffer.alloc(8 + length, ' ');
  bytes.writeBigUInt64LE(BigInt(length));
  text.copy(bytes, 8);
  return bytes;
}

/** Writes a safetensors file whole. Errors: OUTPUT. */
export async function writeSafetensors(path: string, tensors: StoredTensors, metadata: Metadata = {}): Promise<void> {
  await writeWhole(path, encodeSafetensors(tensors, metadata));
}

/**
 * Reads a safetensors file, tensor by tensor.
 * Errors: `code` (RUN_FOLDER unless told): missing, cut short, damaged, a type that is not read.
 */
export async function readSafetensors(
  path: string,
  code: Code = 'RUN_FOLDER',
): Promise<{ readonly tensors: StoredTensors; readonly metadata: Metadata }> {
  const source = await openBytes(path, code);
  try {
    return await readAll(source, code);
  } finally {
    await source.close();
  }
}

/** The same of bytes in memory; `path` is for messages. */
export function decodeSafetensors(
  path: string,
  bytes: Uint8Array,
  code: Code = 'RUN_FOLDER',
): Promise<{ readonly tensors: StoredTensors; readonly metadata: Metadata }> {
  return readAll(memoryBytes(path, bytes), code);
}

async function readAll(source: ByteSource, code: Code): Promise<{ tensors: StoredTensors; metadata: Metadata }> {
  const file = { path: source.path, size: source.size, code };
  const length = headerLength(file, await source.read(0, 8));
  const { entries, metadata } = parseHeader(file, await source.read(8, length));
  const tensors = new Map<string, StoredTensor>();
  for (const entry of entries) {
    const bytes = await source.read(8 + length + entry.begin, entry.end - entry.begin);
    if (bytes.length !== entry.end - entry.begin) failTensors(file, 'was cut short while it was read');
    tensors.set(entry.name, toTensor(entry, bytes));
  }
  return { tensors, metadata };
}

function toTensor({ dtype, shape }: TensorEntry, bytes: Uint8Array): StoredTensor {
  const whole = bytes.byteLength === bytes.buffer.byteLength;
  const { buffer } = whole ? bytes : new Uint8Array(bytes); // a part of something is copied, so that it is aligned
  if (dtype === 'F32') return { dtype, shape, data: new Float32Array(buffer) };
  if (dtype === 'F64') return { dtype, shape, data: new Float64Array(buffer) };
  if (dtype === 'I32') return { dtype, shape, data: new Int32Array(buffer) };
  if (dtype === 'I64') return { dtype, shape, data: new BigInt64Array(buffer) };
  return { dtype, shape, data: new Uint8Array(buffer) };
}
