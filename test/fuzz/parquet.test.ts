import type { ChildProcess } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import type { DuckProcess } from '../../core/files/duck/process.js';
import { openFiles } from '../../core/files/index.js';
import { readParquet } from '../../plugins/sources/rows/parquet/in-memory.js';
import { openParquet } from '../../plugins/sources/rows/parquet/open.js';
import { writeParquet } from '../plugins/sources/parquet-files.js';
import { damaged, fuzz, fuzzFolder, runs } from './fuzz.js';

/** Inputs that one DuckDB is shown: to make one takes a hundred times as long as to refuse a file. */
const EACH = 100;
/** Milliseconds: DuckDB is slow to start. */
const LIMIT = Math.max(120_000, 100 * runs);

/** The process that reads, which the reader would have of its own for each file. `crashes`: those that ended on an input. */
const shared = vi.hoisted(() => ({
  child: null as ChildProcess | null,
  process: null as DuckProcess | null,
  inputs: 0,
  crashes: 0,
}));
vi.mock('node:child_process', async (original) => {
  const real = await original<typeof import('node:child_process')>();
  const fork = (...args: Parameters<typeof real.fork>): ChildProcess => {
    shared.child = real.fork(...args);
    return shared.child;
  };
  return { ...real, fork };
});
vi.mock('../../core/files/duck/process.js', () => ({
  DuckProcess: class {
    opened = async (): Promise<void> => {};
    begin = (sql: string): number => shared.process!.begin(sql);
    next: DuckProcess['next'] = (query) => shared.process!.next(query);
    end = (query: number): void => shared.process!.end(query);
    close = async (): Promise<void> => {};
  },
}));

const folder = fuzzFolder();
const pathOf = (input: number): string => join(folder, `${input % EACH}.parquet`);
afterAll(() => shared.process?.close());

/** Starts a process for the inputs to come, locked to their paths in place of one, where none runs for the next one. */
async function ready(): Promise<number> {
  const hasEnded = shared.child !== null && (shared.child.exitCode ?? shared.child.signalCode) !== null;
  if (shared.process === null || hasEnded || shared.inputs % EACH === 0) {
    await shared.process?.close();
    const { DuckProcess } = await vi.importActual<typeof import('../../core/files/duck/process.js')>(
      '../../core/files/duck/process.js',
    );
    const paths = Array.from({ length: EACH }, (_, input) => pathOf(input));
    shared.process = new DuckProcess(paths, 'x', new AbortController().signal);
    await shared.process.opened();
  }
  shared.inputs++;
  return shared.child!.pid!;
}

/** A crash of DuckDB is refused as it should be, but must not be the rule; a process that ended otherwise is a failure. */
function judge(error: unknown): never {
  const message = error instanceof Error ? error.message : '';
  if (message.includes('DuckDB crashed')) shared.crashes++;
  else if (message.includes('the process that reads')) throw new Error(message);
  throw error;
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
  const read = async (bytes: Uint8Array): Promise<void> => {
    const path = pathOf(shared.inputs);
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
  };
  await fuzz('parquet', damaged(...files), (bytes) => read(bytes).catch(judge), ready);
  if (shared.crashes > 0)
    process.stdout.write(`parquet: DuckDB crashed on ${shared.crashes} inputs, which were refused\n`);
  expect(shared.crashes).toBeLessThanOrEqual(Math.ceil(runs / 10_000));
});
