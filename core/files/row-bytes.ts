import { closeSync, openSync, readSync } from 'node:fs';
import { fail } from '../problem/index.js';
import { failReading, shown } from './errno.js';

/** A file of rows of one length, read by their numbers: what was read lately the system still holds. */
export interface RowBytes {
  /** Fills `into` with the rows, one after another. Errors: DATA_MISSING. */
  read(rows: Int32Array, into: Uint8Array): void;
  /** Fills `into` with all that the file has, from its beginning. Errors: DATA_MISSING. */
  readAll(into: Uint8Array): void;
  close(): void;
}

/** Bytes of one read: the system takes no more than 2 GiB at once. */
const PIECE = 2 ** 26;

/** Errors: DATA_MISSING. */
export function openRowBytes(path: string, width: number): RowBytes {
  const file = guardedRead(path, () => openSync(path, 'r'));
  let open = true;
  const readPiece = (
    into: Uint8Array,
    place: { readonly at: number; readonly wanted: number; readonly from: number },
  ) => {
    const read = guardedRead(path, () => readSync(file, into, place.at, place.wanted, place.from));
    if (read < place.wanted) fail('DATA_MISSING', `${shown(path)} became shorter while it was in use`);
  };
  return {
    read(rows, into) {
      for (let from = 0; from < rows.length; ) {
        let to = from + 1;
        while (to < rows.length && rows[to] === rows[to - 1]! + 1) to++; // neighbours are read at once
        readPiece(into, { at: from * width, wanted: (to - from) * width, from: rows[from]! * width });
        from = to;
      }
    },
    readAll(into) {
      for (let at = 0; at < into.length; at += PIECE) {
        readPiece(into, { at, wanted: Math.min(PIECE, into.length - at), from: at });
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
