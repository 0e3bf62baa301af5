import { closeSync, fstatSync, fsyncSync, ftruncateSync, mkdirSync, openSync, readSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { fail } from '../problem/index.js';
import { errorCode, failReading, failWriting, shown } from './errno.js';

/** A file of JSON lines that only grows. */
export interface Lines {
  /** Bytes so far: what a checkpoint keeps, to cut the file back to on resume. */
  readonly bytes: number;
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
    let open = true;
    return {
      get bytes() {
        return bytes;
      },
      append(value) {
        bytes += appendLine({ file, path, bytes }, value);
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

function appendLine(
  at: { readonly file: number; readonly path: string; readonly bytes: number },
  value: unknown,
): number {
  const text = JSON.stringify(value) as string | undefined;
  if (text === undefined) throw new Error('a line needs a value that has a JSON form');
  const line = Buffer.from(`${text}\n`);
  try {
    let written = writeSync(at.file, line);
    while (written < line.length) written += writeSync(at.file, line, written); // short only where the disk is nearly full
  } catch (error) {
    try {
      ftruncateSync(at.file, at.bytes);
    } catch {} // a pipe or device: nothing to take back
    failWriting(at.path, error);
  }
  return line.length;
}

function guarded(path: string, act: () => void): void {
  try {
    act();
  } catch (error) {
    failWriting(path, error);
  }
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
