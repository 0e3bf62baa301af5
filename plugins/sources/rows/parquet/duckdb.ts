/** The only home of DuckDB: an optional package, loaded when the first Parquet file is opened. */
import type { DuckDBConnection, DuckDBDataChunk, DuckDBInstance } from '@duckdb/node-api';
import { fail } from '../../../../core/problem/index.js';

export type DuckChunk = DuckDBDataChunk;

/** Against files that unpack to far more than they are: DuckDB gives up with an error before it holds more. */
const MEMORY = '1GB';

/**
 * Nothing is loaded from the disk or the network, nothing is written, one thread: rows come in one order. Statistics of a
 * footer may lie: nothing is left out of a query because of them.
 */
const settings = {
  threads: '1',
  memory_limit: MEMORY,
  temp_directory: '',
  preserve_insertion_order: 'true',
  disabled_optimizers: 'statistics_propagation',
  autoinstall_known_extensions: 'false',
  autoload_known_extensions: 'false',
  allow_community_extensions: 'false',
  allow_unsigned_extensions: 'false',
  allow_persistent_secrets: 'false',
} as const;

/** A DuckDB that can read some files and do nothing else. */
export interface Duck {
  /** Chunk by chunk, as they are made. Errors: DATA_FORMAT, DATA_VALUE, MEMORY. */
  stream(sql: string): AsyncGenerator<DuckChunk>;
  /** Few rows, whole. */
  rows(sql: string): Promise<readonly (readonly unknown[])[]>;
  close(): void;
}

/** `label`: what messages call the files. Errors: DATA_FORMAT where DuckDB is not installed. */
export async function openDuck(paths: readonly string[], label: string, signal: AbortSignal): Promise<Duck> {
  const { DuckDBInstance } = await loadDuck();
  const instance: DuckDBInstance = await DuckDBInstance.create(':memory:', settings);
  const first = await instance.connect();
  await lock(first, paths);
  first.closeSync();
  async function* stream(sql: string): AsyncGenerator<DuckChunk> {
    signal.throwIfAborted();
    const connection = await instance.connect(); // of its own: a second query would end the first one's rows
    try {
      const result = await connection.stream(sql);
      for (;;) {
        signal.throwIfAborted();
        const chunk = await result.fetchChunk();
        if (!chunk || chunk.rowCount === 0) return;
        yield chunk;
      }
    } catch (error) {
      signal.throwIfAborted();
      failQuery(label, error);
    } finally {
      connection.closeSync();
    }
  }
  return {
    stream,
    async rows(sql) {
      const all: (readonly unknown[])[] = [];
      for await (const chunk of stream(sql)) all.push(...chunk.getRows());
      return all;
    },
    close: () => instance.closeSync(),
  };
}

async function loadDuck(): Promise<typeof import('@duckdb/node-api')> {
  try {
    return await import('@duckdb/node-api');
  } catch (error) {
    const { code } = error as { readonly code?: string };
    const why = code === 'ERR_MODULE_NOT_FOUND' ? 'is not installed' : `cannot be loaded (${(error as Error).message})`;
    return fail('DATA_FORMAT', `Parquet is read by DuckDB, which ${why}: npm install @duckdb/node-api@1.5.6-r.1`);
  }
}

/** In this order: what is locked cannot be set any more. */
async function lock(connection: DuckDBConnection, paths: readonly string[]): Promise<void> {
  await connection.run(`SET allowed_paths = [${paths.map(quoteText).join(', ')}]`);
  await connection.run('SET enable_external_access = false');
  await connection.run('SET lock_configuration = true');
}

/** A literal: nothing but the quote means anything inside. */
export const quoteText = (text: string): string => `'${text.replaceAll("'", "''")}'`;
export const quoteName = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** DuckDB's errors in our words; problems and what is no error of DuckDB's pass. */
function failQuery(label: string, error: unknown): never {
  const message = error instanceof Error ? error.message : String(error);
  const [, kind, rest] = /^([A-Z][\w ]*?) ?Error: ([^\n]*)/.exec(message) ?? [];
  if (kind === undefined) throw error;
  if (kind === 'Out of Memory')
    return fail('MEMORY', `${label} needs more than ${MEMORY} to unpack: is it what it seems?`);
  if (kind === 'Conversion') return fail('DATA_VALUE', `${label}: ${rest}`);
  return fail('DATA_FORMAT', `${label} is no Parquet file, or is damaged: ${rest}`);
}
