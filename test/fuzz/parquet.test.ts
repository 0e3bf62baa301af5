import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { afterAll, test, vi } from 'vitest';
import { openFiles } from '../../core/files/index.js';
import { readParquet } from '../../plugins/sources/rows/parquet/in-memory.js';
import { openParquet } from '../../plugins/sources/rows/parquet/open.js';
import { writeParquet } from '../plugins/sources/parquet-files.js';
import { damaged, fuzz, fuzzFolder, runs } from './fuzz.js';

/** Inputs that one DuckDB is shown: to make one takes ten times as long as to read one. */
const EACH = 100;
/** Milliseconds: DuckDB is slow to start. */
const LIMIT = Math.max(120_000, 100 * runs);
const shared = vi.hoisted(() => ({
  create: null as ((path: string, settings: Record<string, string>) => Promise<DuckDBInstance>) | null,
}));
vi.mock('@duckdb/node-api', async (original) => {
  const real = await original<typeof import('@duckdb/node-api')>();
  const create: typeof real.DuckDBInstance.create = (path, settings) =>
    shared.create?.(path!, settings!) ?? real.DuckDBInstance.create(path, settings);
  return { ...real, DuckDBInstance: { create } };
});

const folder = fuzzFolder();
const pathOf = (input: number): string => join(folder, `${input % EACH}.parquet`);

let number = 0;

/** Locked as the reader locks it, with the paths of the inputs to come in place of one. */
async function shareInstances(): Promise<void> {
  const { DuckDBInstance } = await vi.importActual<typeof import('@duckdb/node-api')>('@duckdb/node-api');
  const paths = Array.from({ length: EACH }, (_, input) => `'${pathOf(input)}'`).join(', ');
  let held: { readonly instance: DuckDBInstance; readonly since: number } | null = null;
  shared.create = async (path, settings) => {
    if (held && Math.floor(held.since / EACH) === Math.floor(number / EACH)) return only(held.instance, async () => {});
    held?.instance.closeSync();
    const instance = await DuckDBInstance.create(path, settings);
    held = { instance, since: number };
    return only(instance, async (connection, sql) => {
      await connection.run(sql.replace(/^SET allowed_paths = .*/, `SET allowed_paths = [${paths}]`));
    });
  };
  afterAll(() => held?.instance.closeSync());
}

/** What the reader sees of an instance that it does not own: its settings are `set`, others are none of its affair. */
function only(
  instance: DuckDBInstance,
  set: (connection: DuckDBConnection, sql: string) => Promise<void>,
): DuckDBInstance {
  const connect = async () => {
    const connection = await instance.connect();
    return {
      run: (sql: string) => set(connection, sql),
      stream: (sql: string) => connection.stream(sql),
      closeSync: () => connection.closeSync(),
    };
  };
  return { connect, closeSync: () => {} } as unknown as DuckDBInstance;
}

async function good(name: string, query: string, options?: string): Promise<Uint8Array> {
  await writeParquet(join(folder, name), query, options);
  return Uint8Array.from(readFileSync(join(folder, name)));
}

test('any Parquet is rows or a problem', { timeout: LIMIT }, async () => {
  const files = [
    await good('a', 'SELECT range AS x, (range % 3)::VARCHAR AS g, [range, 1]::FLOAT[] AS v FROM range(50)'),
    await good('b', 'SELECT NULL::DOUBLE AS x, true AS y FROM range(9)', ', COMPRESSION zstd'),
  ];
  await shareInstances();
  await fuzz('parquet', damaged(...files), async (bytes) => {
    const path = pathOf(++number);
    writeFileSync(path, bytes);
    const door = openFiles({ folder });
    try {
      const declared = { text: new Set<string>(), truth: new Set<string>() };
      const request = { label: 'x', declared, only: null, filter: [], order: null };
      const parquet = await openParquet(door, [path], request);
      try {
        await readParquet(parquet);
      } finally {
        await parquet.close();
      }
    } finally {
      await door.close();
      rmSync(path);
    }
  });
});
