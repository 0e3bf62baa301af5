import { closeSync, openSync, readSync } from 'node:fs';
import { type Code, fail } from '../problem/index.js';
import { failReading, shown } from './errno.js';

/** JSON that siamese wrote itself is far shorter. */
const LONGEST_JSON = 2 ** 26;

/** The first `limit` bytes of a file, device or pipe, however many there are. Throws the file system's own errors. */
export function readBounded(path: string, limit: number): Uint8Array {
  const file = openSync(path, 'r');
  try {
    const pieces: Uint8Array[] = [];
    let left = limit;
    while (left > 0) {
      const piece = new Uint8Array(Math.min(left, 2 ** 16));
      const read = readSync(file, piece, 0, piece.length, null);
      if (read === 0) break;
      pieces.push(piece.subarray(0, read));
      left -= read;
    }
    return Buffer.concat(pieces);
  } finally {
    closeSync(file);
  }
}

/** Text of a file of JSON. Errors: `code` (not to be read, longer than 64 MiB). */
export function readJsonText(path: string, code: Code): string {
  try {
    const bytes = readBounded(path, LONGEST_JSON + 1);
    if (bytes.length > LONGEST_JSON) fail(code, `${shown(path)} is longer than ${LONGEST_JSON} bytes`);
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  } catch (error) {
    return failReading(path, error, code);
  }
}
