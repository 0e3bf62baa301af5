import { type FileHandle, open } from 'node:fs/promises';
import { type Code, fail } from '../problem/index.js';
import { failReading, shown } from './errno.js';

/** Bytes that can be read by range: a file, a member of an archive, memory. */
export interface ByteSource {
  /** For messages. */
  readonly path: string;
  readonly size: number;
  /** Fewer bytes than asked for only at the end. */
  read(offset: number, length: number): Promise<Uint8Array>;
}

export function memoryBytes(path: string, bytes: Uint8Array): ByteSource {
  const plain = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength); // a Buffer's slices are no copies
  return { path, size: plain.length, read: async (offset, length) => plain.subarray(offset, offset + length) };
}

/** `length` bytes from `from` on, as a source of their own. */
export function section(source: ByteSource, from: number, length: number): ByteSource {
  return {
    path: source.path,
    size: length,
    read: (offset, count) => source.read(from + offset, Math.max(0, Math.min(count, length - offset))),
  };
}

/** Opens a file by range. The caller closes it. Errors: the code given (default RUN_FOLDER). */
export async function openBytes(
  path: string,
  code: Code = 'RUN_FOLDER',
): Promise<ByteSource & { close(): Promise<void> }> {
  const wrap = (error: unknown): never => failReading(path, error, code);
  const handle = await open(path, 'r').catch(wrap);
  const kind = await handle.stat();
  if (!kind.isFile()) {
    await handle.close();
    fail(code, `cannot read ${shown(path)}: it is not a file`);
  }
  const { size } = kind;
  const read = (offset: number, length: number): Promise<Uint8Array> =>
    readRange(handle, { offset, length, size }).catch(wrap);
  return { path, size, read, close: () => handle.close() };
}

/** A range of an open file, cut at `size`, so that a lying header cannot ask for more memory than the file has bytes. */
export async function readRange(
  handle: FileHandle,
  range: { readonly offset: number; readonly length: number; readonly size: number },
): Promise<Uint8Array> {
  const { offset, size } = range;
  if (!(offset >= 0 && range.length >= 0)) throw new Error(`cannot read ${range.length} bytes from ${offset}`);
  const bytes = new Uint8Array(Math.max(0, Math.min(range.length, size - offset)));
  let filled = 0;
  while (filled < bytes.length) {
    const step = Math.min(bytes.length - filled, 2 ** 30); // the system reads less than 2 GiB at a time
    const { bytesRead } = await handle.read(bytes, filled, step, offset + filled);
    if (bytesRead === 0) break; // cut short while open
    filled += bytesRead;
  }
  return filled < bytes.length ? bytes.subarray(0, filled) : bytes;
}

/** A file that is shorter or longer than its own header says. */
export function failSize(
  source: ByteSource,
  sizes: { readonly expected: number; readonly found: number; readonly what: string },
): never {
  const { expected, found, what } = sizes;
  const how = found < expected ? 'is cut short' : 'is longer than it should be';
  return fail('DATA_FORMAT', `${shown(source.path)} ${how}: expected ${expected} bytes (${what}), found ${found}`);
}
