import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterEach, expect, it, vi } from 'vitest';
import { AHEAD, type DuckChunk, type FromDuck } from '../../core/files/duck/messages.js';
import { type Duck, openDuck } from '../../core/files/duck/open.js';
import { temporaryFolder } from '../plugins/sources/opening.js';
import { writeParquet } from '../plugins/sources/parquet-files.js';
import { messageOf } from './problem-of.js';

/** Processes that were started, by test. */
const started = vi.hoisted(() => [] as ChildProcess[]);
vi.mock('node:child_process', async (original) => {
  const real = await original<typeof import('node:child_process')>();
  const fork = (...args: Parameters<typeof real.fork>): ChildProcess => {
    const child = real.fork(...args);
    started.push(child);
    return child;
  };
  return { ...real, fork };
});

const folder = temporaryFolder();
const ducks: Duck[] = [];
afterEach(async () => {
  vi.restoreAllMocks();
  await Promise.all(ducks.splice(0).map((duck) => duck.close()));
  started.splice(0);
});
const open = async (signal = new AbortController().signal): Promise<Duck> => {
  const duck = await openDuck([], 'data.parquet', signal);
  ducks.push(duck);
  return duck;
};
const MANY = 'SELECT range AS x FROM range(1000000000)';
const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};
const until = async (isTrue: () => boolean): Promise<void> => {
  while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 10));
};

it.each([
  ['SIGSEGV', 'DATA_FORMAT data.parquet is damaged: DuckDB crashed when it read it (SIGSEGV)'],
  ['SIGABRT', 'DATA_FORMAT data.parquet is damaged: DuckDB crashed when it read it (SIGABRT)'],
  ['SIGKILL', 'MEMORY the process that reads data.parquet was killed, for want of memory perhaps'],
  ['SIGUSR2', 'PLUGIN_FAILED the process that reads data.parquet was ended from outside (SIGUSR2)'],
] as const)('%s ends the process that reads, and not this one', async (signal, message) => {
  const duck = await open();
  const rows = duck.stream(MANY);
  await rows.next();
  started[0]!.kill(signal);
  const rest = async (): Promise<void> => {
    for await (const _ of rows); // what was sent before comes
  };
  expect(await messageOf(rest)).toBe(message);
  expect(await messageOf(() => duck.rows('SELECT 1'))).toBe(message); // for ever
  expect(await (await open()).rows('SELECT 1 AS a, NULL AS b, NULL::DOUBLE AS c')).toEqual([[1, null, null]]);
});

it('signals for all processes of a service end who reads, and not the process', async () => {
  const duck = await open();
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) started[0]!.kill(signal);
  expect(await duck.rows('SELECT 1')).toEqual([[1]]);
});

it('a package that cannot be loaded is told from one that is not there', async () => {
  await folder.put(
    'half.cjs',
    `const Module = require('node:module');
    const load = Module._load;
    Module._load = (name, ...rest) => {
      if (/^@duckdb.node-bindings-/.test(name)) require('/nowhere/' + name);
      return load(name, ...rest);
    };`,
  );
  vi.stubEnv('NODE_OPTIONS', `--require=${join(folder.path(), 'half.cjs')}`);
  const message = await messageOf(() => open());
  vi.unstubAllEnvs();
  expect(message).toMatch(
    /^DATA_FORMAT Parquet is read by DuckDB, which cannot be loaded \(Cannot find module '.nowhere.@duckdb.node-bindings-[^']+'\): npm install @duckdb\/node-api@/,
  );
});

it('a process that cannot be started is told, and one that ends in a mistake of its own is no damaged file', async () => {
  const path = process.execPath;
  process.execPath = '/nowhere/node';
  try {
    expect(await messageOf(() => open())).toMatch(
      /^DATA_FORMAT Parquet is read by DuckDB in a process of its own, which cannot be started: .*ENOENT/,
    );
  } finally {
    process.execPath = path;
  }
  vi.stubEnv('NODE_OPTIONS', '--import=data:text/javascript,throw(new(Error)(%22a%20mistake%22))');
  await expect(open()).rejects.toThrow(/^the process that reads data\.parquet ended with status 1: [\s\S]*a mistake/);
  vi.unstubAllEnvs();
});

it('a signal ends the waiting for rows, whatever the process does', async () => {
  const stop = new AbortController();
  const duck = await open(stop.signal);
  const counting = duck.rows('SELECT sum(a.range * b.range) FROM range(1000000000) a, range(1000) b');
  setTimeout(() => stop.abort(new Error('enough')), 50);
  await expect(counting).rejects.toThrow('enough');
  await expect(duck.rows('SELECT 1')).rejects.toThrow('enough');
});

it('closing ends the process, in the middle of a query, too', async () => {
  const duck = await open();
  const counting = duck.rows('SELECT sum(a.range * b.range) FROM range(1000000000) a, range(1000) b');
  counting.catch(() => {});
  expect(isAlive(started[0]!.pid!)).toBe(true);
  await duck.close();
  expect(isAlive(started[0]!.pid!)).toBe(false);
  await expect(counting).rejects.toThrow('data.parquet is closed');
  await expect(duck.rows('SELECT 1')).rejects.toThrow('data.parquet is closed');
});

it('no more rows are made than are asked for, and none of a query that nobody reads on', async () => {
  const duck = await open();
  const got: FromDuck[] = [];
  started[0]!.on('message', (message: FromDuck) => got.push(message));
  const [rows, others] = [duck.stream(MANY), duck.stream(MANY)];
  for (const query of [rows, others]) await query.next();
  await until(() => got.length === 2 * (AHEAD + 1));
  expect(await duck.rows('SELECT 1')).toEqual([[1]]); // which comes after what was sent before it
  expect(got).toHaveLength(2 * (AHEAD + 1) + 2);
  await others.return(undefined);
  await rows.next();
  await until(() => got.length === 2 * (AHEAD + 1) + 3);
  expect(await duck.rows('SELECT 1')).toEqual([[1]]);
  expect(got).toHaveLength(2 * (AHEAD + 1) + 5);
});

/** All rows of a query's columns. */
async function valuesOf(duck: Duck, sql: string): Promise<{ chunks: DuckChunk[]; columns: unknown[][] }> {
  const chunks: DuckChunk[] = [];
  const columns: unknown[][] = [];
  for await (const chunk of duck.stream(sql)) {
    chunks.push(chunk);
    for (const [i, column] of chunk.columns.entries()) {
      columns[i] ??= [];
      for (let row = 0; row < chunk.rowCount; row++) {
        if (column.kind === 'values') columns[i].push(column.values[row]);
        else if (column.kind === 'numbers') columns[i].push(column.isNull?.[row] ? null : column.values[row]);
        else columns[i].push([...column.values.subarray(column.offsets[row], column.offsets[row + 1])]);
      }
    }
  }
  return { chunks, columns };
}

it('numbers, lists, texts and what is missing come as DuckDB has them, in chunks that messages hold', async () => {
  const duck = await open();
  const sql = `SELECT
    CASE WHEN range % 7 = 0 THEN NULL ELSE range / 4 END::FLOAT AS f,
    CASE WHEN range % 5 = 0 THEN NULL WHEN range = 1 THEN 'nan' ELSE range / 3 END::DOUBLE AS d,
    CASE WHEN range % 3 = 0 THEN NULL WHEN range % 3 = 1 THEN [] ELSE [range, NULL, 0.5] END::DOUBLE[] AS v,
    CASE WHEN range % 2 = 0 THEN NULL ELSE 'é' || range END AS t,
    range::BIGINT AS b FROM range(5000)`;
  const { chunks, columns } = await valuesOf(duck, sql);
  const rows = Array.from({ length: 5000 }, (_, i) => i);
  expect(columns).toEqual([
    rows.map((i) => (i % 7 === 0 ? null : i / 4)),
    rows.map((i) => (i % 5 === 0 ? null : i === 1 ? Number.NaN : i / 3)),
    rows.map((i) => (i % 3 === 2 ? [i, Number.NaN, 0.5] : [])),
    rows.map((i) => (i % 2 === 0 ? null : `é${i}`)),
    rows.map(BigInt),
  ]);
  expect(chunks.length).toBeLessThan(10);
  const requireSizes = (most: number, given: { readonly chunks: readonly DuckChunk[] }): void =>
    expect(Math.max(...given.chunks.map(({ rowCount }) => rowCount))).toBe(most);
  const wide = await valuesOf(
    duck,
    'SELECT list_transform(range(60000), i -> i + range)::FLOAT[] AS v FROM range(300)',
  );
  requireSizes(34, wide); // 2 ** 21 numbers
  expect(wide.columns[0]!.map((list) => (list as number[])[59_999])).toEqual(rows.slice(0, 300).map((i) => 59_999 + i));
  const long = await valuesOf(duck, "SELECT repeat('x', 100000) || range AS t FROM range(300)");
  requireSizes(20, long);
  expect(long.columns[0]!.map((text) => (text as string).slice(100_000))).toEqual(rows.slice(0, 300).map(String));
});

it('a few long texts among many short ones come by themselves, and a row that fits no message is refused', async () => {
  const duck = await open();
  const sql = "SELECT repeat('x', CASE WHEN range IN (2047, 2050, 3000) THEN 2500000 ELSE 1 END) AS t FROM range(4096)";
  const { chunks, columns } = await valuesOf(duck, sql);
  const lengthOf = (texts: readonly unknown[]): number =>
    texts.reduce((sum: number, text) => sum + (text as string).length, 0);
  expect(lengthOf(columns[0]!)).toBe(7_500_000 + 4093);
  expect(Math.max(...chunks.map(({ columns: [column] }) => lengthOf(column!.values as string[])))).toBe(2_500_000);
  expect(await messageOf(() => duck.rows("SELECT repeat('x', 70000000) AS t"))).toBe(
    'MEMORY data.parquet needs more than 1GB to unpack: is it what it seems?',
  );
  expect(await duck.rows('SELECT 1')).toEqual([[1]]);
});

/** A program of the built siamese that reads a file again and again, in a group of processes of its own, as a terminal's are. */
async function reader(): Promise<{ readonly child: ChildProcess; said(word: string): Promise<void> }> {
  await writeParquet(join(folder.path(), 'long.parquet'), 'SELECT range AS x FROM range(1000000)');
  const built = (path: string): string => JSON.stringify(new URL(`../../dist/${path}.js`, import.meta.url).href);
  const script = `
    const { openFiles } = await import(${built('core/files/index')});
    const { table } = await import(${built('plugins/sources/table')});
    let chunks = 0;
    process.on('SIGINT', () => {
      const before = chunks;
      setInterval(() => chunks > before + 100 && console.log('reading on'), 10);
    });
    const options = { path: 'long.parquet', format: 'auto', delimiter: 'auto', text: [], columns: [], filter: [], order: null, group: null, key: null, stream: true };
    const data = await table.definition.create(options, {}).open(openFiles({ folder: ${JSON.stringify(folder.path())} }));
    for (;;) for await (const _ of data.chunks(null, { index: 0, count: 1 })) if (++chunks === 100) console.log('reading');`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { detached: true });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (said += text.toString()));
  return {
    child,
    said: (word) =>
      until(() => {
        if (child.exitCode !== null) throw new Error(said);
        return said.includes(`${word}\n`);
      }),
  };
}

const childrenOf = (parent: number): number[] =>
  spawnSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' })
    .stdout.split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, ppid, ...args]) => Number(ppid) === parent && args.join(' ').includes('duck-reader.js'))
    .map(([pid]) => Number(pid));

it('a program that does nothing else is told of the end of the process, too', async () => {
  await writeParquet(join(folder.path(), 'short.parquet'), 'SELECT range AS x, range % 9 AS g FROM range(30000)');
  const preload = `
    import processes from 'node:child_process';
    import { syncBuiltinESMExports } from 'node:module';
    const { fork } = processes;
    processes.fork = (...args) => {
      const child = fork(...args);
      let chunks = 0;
      child.on('message', ({ kind }) => kind === 'chunk' && ++chunks === Number(process.env.TEST_CHUNK) && child.kill('SIGSEGV'));
      return child;
    };
    syncBuiltinESMExports();`;
  await folder.put('preload.mjs', preload);
  const data = '{ source: { type: table, path: short.parquet, group: g }, split: none }';
  await folder.put('short.yaml', `version: 1\nname: short\ndata: ${data}\nencoder: mlp\nloss: contrastive\n`);
  const main = fileURLToPath(new URL('../../dist/core/cli/main.js', import.meta.url));
  for (const [command, chunk] of [
    ...[1, 2, 3].map((nth) => ['plan', nth] as const),
    ['data', 5] as const,
    ['data', 9] as const,
  ]) {
    const { status, stderr } = spawnSync(
      process.execPath,
      ['--import', pathToFileURL(join(folder.path(), 'preload.mjs')).href, main, command, 'short.yaml'],
      { cwd: folder.path(), encoding: 'utf8', env: { ...process.env, TEST_CHUNK: String(chunk) } },
    );
    expect([status, stderr], `${command}, chunk ${chunk}`).toEqual([
      1,
      expect.stringContaining('short.parquet is damaged: DuckDB crashed when it read it (SIGSEGV)'),
    ]);
  }
}, 120_000);

it.skipIf(process.platform === 'win32')(
  'Ctrl-C in a terminal reaches who reads and not the process, which ends with it, however that ends',
  async () => {
    const { child, said } = await reader();
    await said('reading');
    const [pid, ...more] = childrenOf(child.pid!);
    expect(more).toEqual([]);
    process.kill(-child.pid!, 'SIGINT'); // the whole group
    await said('reading on');
    expect(isAlive(pid!)).toBe(true);
    child.kill('SIGKILL');
    await until(() => !isAlive(pid!));
  },
);
