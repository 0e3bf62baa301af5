import { closeSync, fstatSync, ftruncateSync, mkdirSync, openSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { fail } from '../problem/index.js';
import { readBounded } from './bounded.js';
import { failWriting, shown } from './errno.js';

/** A file that only grows, of records that its reader tells apart. */
export interface GrowingFile {
  /** Bytes so far: what a checkpoint keeps, to cut the file back to on resume. */
  readonly bytes: number;
  /** Appends before it returns. Errors: OUTPUT. */
  append(data: Uint8Array | string): void;
  close(): void;
}

/**
 * Opens a file for appending. `keep`: cut back to that many bytes; 0: begun anew.
 * Errors: OUTPUT; RUN_FOLDER where the file is shorter than `keep`.
 */
export function openGrowing(path: string, keep: number): GrowingFile {
  try {
    mkdirSync(dirname(path), { recursive: true });
    const file = openSync(path, 'a');
    const { size } = fstatSync(file);
    if (size < keep) {
      closeSync(file);
      fail('RUN_FOLDER', `${shown(path)} ends at byte ${size}, the checkpoint continues it at ${keep}`);
    }
    ftruncateSync(file, keep);
    return growing(path, file, keep);
  } catch (error) {
    return failWriting(path, error);
  }
}

/**
 * That a file which is begun anew wipes out nothing. `own`: a file that begins so is one of our own.
 * Errors: OUTPUT.
 */
export function requireFree(path: string, own: string | null): void {
  const there = statSync(path, { throwIfNoEntry: false });
  if (!there?.isFile() || there.size === 0) return;
  if (own !== null && Buffer.from(readBounded(path, own.length)).toString() === own) return;
  fail('OUTPUT', `${shown(path)} holds something already, which a new table would wipe out: name another file`);
}

function growing(path: string, file: number, from: number): GrowingFile {
  let [bytes, open] = [from, true];
  return {
    get bytes() {
      return bytes;
    },
    append(data) {
      const whole = Buffer.from(data);
      try {
        for (let written = 0; written < whole.length; ) written += writeSync(file, whole, written);
        bytes += whole.length;
      } catch (error) {
        failWriting(path, error);
      }
    },
    close() {
      if (open) closeSync(file);
      open = false;
    },
  };
}
