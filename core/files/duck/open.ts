import { fail } from '../../problem/index.js';
import { MEMORY } from './database.js';
import type { DuckChunk, DuckColumn } from './messages.js';
import { DuckProcess } from './process.js';

/** A DuckDB that can read some files and do nothing else. */
export interface Duck {
  /** Chunk by chunk, as they are made. Errors: DATA_FORMAT, DATA_VALUE, MEMORY. */
  stream(sql: string): AsyncGenerator<DuckChunk>;
  /** Few rows, whole, of types that are no lists. */
  rows(sql: string): Promise<readonly (readonly unknown[])[]>;
  close(): Promise<void>;
}

/** `label`: what messages call the files. Errors: DATA_FORMAT where DuckDB is not installed, or ends. */
export async function openDuck(paths: readonly string[], label: string, signal: AbortSignal): Promise<Duck> {
  const duckdb = new DuckProcess(paths, label, signal);
  try {
    await duckdb.opened();
  } catch (error) {
    await duckdb.close();
    throw error;
  }
  async function* stream(sql: string): AsyncGenerator<DuckChunk> {
    const query = duckdb.begin(sql);
    try {
      for (;;) {
        const message = await duckdb.next(query);
        if (message.kind === 'chunk') yield message.chunk;
        else if (message.kind === 'failed') failQuery(label, message.message);
        else return;
      }
    } finally {
      duckdb.end(query);
    }
  }
  return {
    stream,
    async rows(sql) {
      const all: (readonly unknown[])[] = [];
      for await (const { rowCount, columns } of stream(sql))
        for (let row = 0; row < rowCount; row++) all.push(columns.map((column) => valueAt(column, row)));
      return all;
    },
    close: () => duckdb.close(),
  };
}

function valueAt(column: DuckColumn, row: number): unknown {
  return column.kind === 'numbers' && column.isNull?.[row] === 1 ? null : column.values[row];
}

/** DuckDB's errors in our words. */
function failQuery(label: string, message: string): never {
  const [, kind, rest] = /^([A-Z][\w ]*?) ?Error: ([^\n]*)/.exec(message) ?? [];
  if (kind === undefined) throw new Error(`reading ${label}: ${message}`);
  if (kind === 'Out of Memory')
    return fail('MEMORY', `${label} needs more than ${MEMORY} to unpack: is it what it seems?`);
  if (kind === 'Conversion') return fail('DATA_VALUE', `${label}: ${rest}`);
  return fail('DATA_FORMAT', `${label} is no Parquet file, or is damaged: ${rest}`);
}
