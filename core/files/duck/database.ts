/** The only home of DuckDB: an optional package, loaded in a process of its own when the first Parquet file is opened. */
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { quoteText } from './sql.js';

/** Against files that unpack to far more than they are: DuckDB gives up with an error before it holds more. */
export const MEMORY = '1GB';

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

export const PACKAGE = '@duckdb/node-api';
export type Package = typeof import('@duckdb/node-api');

/** A database of nothing that can read some files and do nothing else. */
export async function openDatabase({ DuckDBInstance }: Package, paths: readonly string[]): Promise<DuckDBInstance> {
  const instance = await DuckDBInstance.create(':memory:', settings);
  const connection = await instance.connect();
  await lock(connection, paths);
  connection.closeSync();
  return instance;
}

/** In this order: what is locked cannot be set any more. */
async function lock(connection: DuckDBConnection, paths: readonly string[]): Promise<void> {
  await connection.run(`SET allowed_paths = [${paths.map(quoteText).join(', ')}]`);
  await connection.run('SET enable_external_access = false');
  await connection.run('SET lock_configuration = true');
}
