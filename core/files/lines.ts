import { createHash, type Hash } from 'node:crypto';
import { closeSync, fstatSync, fsyncSync, ftruncateSync, mkdirSync, openSync, readSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { fail } from '../problem/index.js';
import { errorCode, failReading, failWriting, shown } from './errno.js';

/** A file of JSON lines that only grows. */
export interface Lines {
  /** Bytes so far: what a checkpoint keeps, to cut the file back to on resume. */
  readonly bytes: number;
  /** SHA-256 of them. */
  readonly hash: string;
  /** Appends one line by one write, before it returns. NaN and infinities become null. Errors: OUTPUT; then nothing was appended. */
  append(value: unknown): void;
  /** Returns when the lines are on the disk. Errors: OUTPUT. */
  sync(): void;
  close(): void;
}

/**
 * Opens JSON lines for appending. A last line that a crash tore is cut off. `keep`: cut back to that many bytes.
 * Errors: OUTPUT; RUN_FOLDER where the file is shorter than `keep`.
 */
export function openLines(path: string, keep: number | null = null): Lines {
  try {
    mkdirSync(dirname(path), { recursive: true });
    const file = openSync(path, 'a+');
    let bytes = wholeLines(file, Math.min(keep ?? Number.POSITIVE_INFINITY, fstatSync(file).size));
    if (keep !== null && bytes !== keep) {
      closeSync(file);
      fail('RUN_FOLDER', `${shown(path)} ends at byte ${bytes}, the checkpoint continues it at ${keep}`);
    }
    if (fstatSync(file).size > bytes) ftruncateSync(file, bytes);
    const hash = hashOf(file, bytes);
    let open = true;
    return {
      get bytes() {
        return bytes;
      },
      get hash() {
        return hash.copy().digest('hex');
      },
      append(value) {
        const line = lineOf(value);
        appendLine({ file, path, bytes }, line);
        bytes += line.length;
        hash.update(line);
      },
      sync: () => guarded(path, () => fsyncSync(file)),
      close() {
        if (open) closeSync(file);
        open = false;
      },
    };
  } catch (error) {
    return failWriting(path, error);
  }
}

/**
 * That a file has the first `keep` bytes of whole lines that `openLines` would keep; nothing is changed.
 * Errors: RUN_FOLDER, with the hint.
 */
export function requireLines(path: string, keep: number, hint: string): void {
  let bytes = 0;
  try {
    const file = openSync(path, 'r');
    try {
      bytes = wholeLines(file, Math.min(keep, fstatSync(file).size));
    } finally {
      closeSync(file);
    }
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') failReading(path, error, 'RUN_FOLDER');
  }
  if (bytes !== keep)
    fail('RUN_FOLDER', `${shown(path)} ends at byte ${bytes}, the checkpoint continues it at ${keep}`, { hint });
}

function lineOf(value: unknown): Buffer {
  const text = JSON.stringify(value) as string | undefined;
  if (text === undefined) throw new Error('a line needs a value that has a JSON form');
  return Buffer.from(`${text}\n`);
}

function appendLine(at: { readonly file: number; readonly path: string; readonly bytes: number }, line: Buffer): void {
  try {
    let written = writeSync(at.file, line);
    while (written < line.length) written += writeSync(at.file, line, written); // short only where the disk is nearly full
  } catch (error) {
    try {
      ftruncateSync(at.file, at.bytes);
    } catch {} // a pipe or device: nothing to take back
    failWriting(at.path, error);
  }
}

function guarded(path: string, act: () => void): void {
  try {
    act();
  } catch (error) {
    failWriting(path, error);
  }
}

/** Of the first bytes of a file. */
function hashOf(file: number, bytes: number): Hash {
  const hash = createHash('sha256');
  const block = Buffer.alloc(65536);
  for (let at = 0; at < bytes; ) {
    const read = readSync(file, block, 0, Math.min(block.length, bytes - at), at);
    if (read === 0) break; // cut short meanwhile
    hash.update(block.subarray(0, read));
    at += read;
  }
  return hash;
}

/** The largest length, at most `size`, that ends with a newline. */
function wholeLines(file: number, size: number): number {
  const block = Buffer.alloc(65536);
  for (let end = size; end > 0; ) {
    const from = Math.max(0, end - block.length);
    const read = readSync(file, block, 0, end - from, from);
    const newline = block.subarray(0, read).lastIndexOf(10);
    if (newline >= 0) return from + newline + 1;
    end = from;
  }
  return 0;
}
