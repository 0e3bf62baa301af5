import { DuckDBInstance } from '@duckdb/node-api';

/** Writes a Parquet file of what a query gives. */
export async function writeParquet(path: string, query: string, options = ''): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  await connection.run(`COPY (${query}) TO '${path}' (FORMAT parquet${options})`);
  connection.closeSync();
  instance.closeSync();
}

/** `VALUES` with names. */
export const values = (names: string, rows: string): string => `SELECT * FROM (VALUES ${rows}) t(${names})`;
