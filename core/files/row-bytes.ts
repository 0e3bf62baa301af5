import { closeSync, openSync, readSync } from 'node:fs';
import { fail } from '../problem/index.js';
import { failReading, shown } from './errno.js';

/** A file of rows of one length, read by their numbers: what was read lately the system still holds. */
export interface RowBytes {
  /** Fills `into` with the rows, one after another. Errors: DATA_MISSING. */
  read(rows: Int32Array, into: Uint8Array): void;
  close(): void;
}

/** Errors: DATA_MISSING. */
export function openRowBytes(path: string, width: number): RowBytes {
  const file = guardedRead(path, () => openSync(path, 'r'));
  let open = true;
  return {
    read(rows, into) {
      for (let from = 0; from < rows.length; ) {
        let to = from + 1;
        while (to < rows.length && rows[to] === rows[to - 1]! + 1) to++; // neighbours are read at once
        const [wanted, at] = [(to - from) * width, from * width];
        const read = guardedRead(path, () => readSync(file, into, at, wanted, rows[from]! * width));
        if (read < wanted) fail('DATA_MISSING', `${shown(path)} became shorter while it was in use`);
        from = to;
      }
    },
    close() {
      if (open) closeSync(file);
      open = false;
    },
  };
}

function guardedRead<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    return failReading(path, error, 'DATA_MISSING');
  }
}
