import type { MessagePort } from 'node:worker_threads';
import { openRowBytes } from '../../files/index.js';
import { type Problem, ProblemError } from '../../problem/index.js';

/** A file of rows. */
export interface RowFile {
  readonly path: string;
  /** Bytes of a row. */
  readonly width: number;
}

/** What a thread answers: how many rows were slow to come, or what hindered it. */
export type ReadRows = { readonly slow: number } | { readonly problems: readonly Problem[] };

/** Milliseconds from which on a row was not in memory: a copy takes some 2 µs, the fastest disk some 20. */
const SLOW = 0.015;

/** Reads the rows that it is asked for, and nothing more: the system then holds them. */
export function serveRows(port: MessagePort, files: readonly RowFile[]): void {
  const opened = files.map((file) => ({ ...file, into: new Uint8Array(file.width) }));
  const rowsOf = opened.map(({ path, width }) => openRowBytes(path, width));
  const one = new Int32Array(1);
  const read = (row: number): boolean => {
    one[0] = row;
    const started = performance.now();
    for (const [i, { into }] of opened.entries()) rowsOf[i]!.read(one, into);
    return performance.now() - started > SLOW * opened.length;
  };
  port.on('message', (rows: Int32Array) => {
    let slow = 0;
    try {
      for (const row of rows) slow += Number(read(row));
      port.postMessage({ slow } satisfies ReadRows);
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      port.postMessage({ problems: error.problems } satisfies ReadRows);
    }
  });
}
