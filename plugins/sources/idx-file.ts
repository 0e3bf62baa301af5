import {
  type ByteSource,
  bytesOf,
  failSize,
  type NumberKind,
  type Numbers,
  readNumbers,
  shown,
} from '../../core/files/index.js';
import { fail } from '../../core/problem/index.js';

/** What an idx file says of itself. */
export interface IdxHeader {
  /** Rows first. */
  readonly shape: readonly [rows: number, ...item: number[]];
  readonly kind: NumberKind;
  /** Byte at which the values begin. */
  readonly offset: number;
}

const kinds: Readonly<Record<number, NumberKind>> = { 8: 'u1', 9: 'i1', 11: 'i2', 12: 'i4', 13: 'f4', 14: 'f8' };
const mostSizes = 8;

/**
 * Reads the header of an idx file and checks it against the size of the file.
 * Errors: DATA_FORMAT (not idx, compressed, cut short).
 * Source: Y. LeCun, C. Cortes, C. Burges, the MNIST database: the IDX file format.
 */
export async function readIdxHeader(source: ByteSource): Promise<IdxHeader> {
  const bytes = await source.read(0, 4 + 4 * mostSizes);
  const [first, second, type, rank] = bytes;
  const file = shown(source.path);
  if (first === 0x1f && second === 0x8b) fail('DATA_FORMAT', `${file} is compressed by gzip: unpack it first`);
  const kind = kinds[type ?? 0];
  if (first !== 0 || second !== 0 || kind === undefined || rank === undefined || rank < 1 || rank > mostSizes) {
    return fail('DATA_FORMAT', `${file} is not an idx file: it begins with ${hexadecimal(bytes.subarray(0, 4))}`);
  }
  const offset = 4 + 4 * rank;
  if (bytes.length < offset) failSize(source, { expected: offset, found: bytes.length, what: 'its header alone' });
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [rows, ...item] = Array.from({ length: rank }, (_, i) => view.getUint32(4 + 4 * i));
  const count = item.reduce((product, size) => product * size, rows!);
  const expected = offset + count * bytesOf(kind);
  if (expected !== source.size) {
    const what = `header and ${count} values of ${bytesOf(kind)} B, shape [${[rows, ...item].join(', ')}]`;
    failSize(source, { expected, found: source.size, what });
  }
  return { shape: [rows!, ...item], kind, offset };
}

const hexadecimal = (bytes: Uint8Array): string =>
  bytes.length === 0 ? 'nothing' : Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ');

/** Reads the values into memory of their size: the numbers of an idx file stand high byte first. Errors: DATA_FORMAT. */
export async function readIdxValues(source: ByteSource, { kind, offset }: IdxHeader, into: Numbers): Promise<void> {
  await readNumbers(source, { kind, bigEndian: true, offset }, into); // no idx type is wider than int32 or float32 takes
}
