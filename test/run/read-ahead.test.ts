import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Json, Log, SourceInstance } from '../../core/contract/index.js';
import { openData, type TrainingPool } from '../../core/data/open.js';
import { openFiles } from '../../core/files/index.js';
import { loadPlugins } from '../../core/plugin/load.js';
import { createRegistry } from '../../core/plugin/registry.js';
import { view } from '../../core/plugin/view.js';
import type { ThreadRequest } from '../../core/run/ahead/messages.js';
import { ReadingThread } from '../../core/run/ahead/thread.js';
import { Turns } from '../../core/run/ahead/turns.js';
import { table } from '../../plugins/sources/table.js';
import { hash } from '../../plugins/splits/hash.js';
import { requestOf } from '../data/opening.js';
import { problemOf } from '../files/problem-of.js';
import { sourceWith, temporaryFolder } from '../plugins/sources/opening.js';
import { values, writeParquet } from '../plugins/sources/parquet-files.js';
import { onEngine, siamese } from './command.js';
import { runRecipe } from './running.js';

/** The thread runs what is built. */
const entry = new URL('../../dist/core/read-ahead.js', import.meta.url);
const { path, put } = temporaryFolder();
const rows = 1000;
const shuffleBuffer = 100;
const shares = { by: null, salt: '', validation: 0.1, test: 0.1 };

/** Numbers, texts and groups; some are missing. */
const row = (i: number): string[] => [
  `k${i}`,
  `g${i % 7}`,
  String(i / 8),
  i % 11 === 0 ? '' : String(-i),
  `name ${i % 13}`,
];
const csv = (change: (cells: string[], i: number) => string[] = (cells) => cells): string =>
  ['key,group,a,b,name', ...Array.from({ length: rows }, (_, i) => change(row(i), i).join(','))].join('\n');
const field = { columns: null, size: null, channels: null, shape: null, scale: null, missing: null, tokens: null, length: null, buckets: null } as const; // biome-ignore format: one case
const fields = {
  a: { ...field, kind: 'number', scale: 'standardize' },
  b: { ...field, kind: 'number', missing: 'mean' },
  name: { ...field, kind: 'text', tokens: 'characters', length: 12 },
} as never;

interface Threaded {
  readonly source: SourceInstance;
  readonly use: ThreadRequest['source'];
  readonly plugins?: readonly string[];
  readonly signal?: AbortSignal;
  readonly logged?: string[];
  readonly fields?: never;
  readonly from?: URL;
}

/** The training part of a streaming source, read by a thread, or by this one. */
async function opened(ahead: boolean, { source, use, plugins = [], logged = [], ...more }: Threaded) {
  const { signal = new AbortController().signal } = more;
  const files = openFiles({ folder: path(), signal });
  const split = sourceless();
  const asked = {
    ...requestOf(source, split, { columns: ['name'], shuffleBuffer, fields: more.fields ?? fields }),
    files,
  };
  const log: Log = { debug() {}, info: (message) => void logged.push(message), warn() {} };
  let thread: ReadingThread | null = null;
  const data = await openData({
    ...asked,
    ...(ahead
      ? {
          readAhead: (surveyed) => {
            const request: ThreadRequest = {
              ...{ files: files.again(), source: use, plugins, fields: asked.fields as never, surveyed },
              split: { type: 'hash', options: shares, parts: {} },
              relations: asked.relations,
              ...{ fold: 0, columns: asked.columns, shuffleBuffer },
            };
            thread = new ReadingThread(more.from ?? entry, request, { log, signal });
            return thread;
          },
        }
      : {}),
  });
  return { data, thread: thread as ReadingThread | null };
}

const sourceless = () => ({
  ...{ of: 'items' as const, disjoint: [] },
  ...view(hash).create(shares as never, {} as never),
});

const ofTable = (file: string, more: Readonly<Record<string, Json>> = {}): Threaded => {
  const options = { path: join(path(), file), group: 'group', key: 'key', stream: true, ...more };
  const complete = { format: 'auto', delimiter: 'auto', text: [], columns: [], filter: [], order: null, ...options };
  return { source: sourceWith(table, options), use: { type: 'table', options: complete, parts: {} } };
};

/** All that a step may read of a pool. */
const seen = ({ items, pool, index }: TrainingPool) => {
  const all = Int32Array.from({ length: pool.size }, (_, i) => i);
  return {
    index,
    keys: Array.from(all, (i) => items.left.key(i)),
    values: items.left.gather(all),
    labels: items.groups,
    groups: pool.groups,
    members: pool.members,
    column: items.left.key(0).startsWith('k') ? pool.column('name') : null,
  };
};

async function poolsOf(ahead: boolean, threaded: Threaded, passes: readonly number[]) {
  const { data } = await opened(ahead, threaded);
  const all: ReturnType<typeof seen>[][] = [];
  for (const from of passes) {
    const pools: ReturnType<typeof seen>[] = [];
    for await (const pool of data.train.pools(0, from)) pools.push(seen(pool));
    all.push(pools);
  }
  await data.close();
  return all;
}

const built = (file: string): string => new URL(`../../dist/core/${file}`, import.meta.url).href;

/** What a thread runs that has the strangers already: loading the whole of siamese for them takes seconds. */
const quick = `
import { parentPort, workerData } from 'node:worker_threads';
import { serveAhead } from '${built('run/ahead/serve.js')}';
import { hash } from '${built('../plugins/splits/hash.js')}';
import plugins from './quick-strangers.mjs';
await serveAhead(parentPort, workerData, async () => [{ owner: 'siamese', plugins: [hash] }, { owner: 'test', plugins }]);
`;
const doors = `
export { definePlugin, ProblemError, Source } from '${built('index.js')}';
`;

/** Plugins beside a recipe: streams that tell how far they have been read, and behave otherwise in a thread. */
const strangers = `
import { isMainThread } from 'node:worker_threads';
import { definePlugin, ProblemError, Source } from 'DOOR';
const columns = { a: { kind: 'number', shape: null, nullable: false } };
const stream = (name, each) => definePlugin(Source, {
  name: 'test/' + name, summary: 'A stream.', access: 'stream', relations: ['groups'],
  options: { type: 'object', additionalProperties: false, properties: {} },
  create: (_options, { log }) => ({
    describe: async () => ({ sides: { items: { size: null, columns } }, relation: 'groups', access: 'stream', relations: null }),
    open: async () => {
      if (name === 'main-only' && !isMainThread) throw new Error('one connection is all there is');
      return { access: 'stream', close: async () => {}, async *chunks() {
        for (let i = 0; i < 60; i++) {
          if (!isMainThread) await each(i, log);
          const keys = Array.from({ length: 50 }, (_, n) => String(50 * i + n));
          yield { keys, columns: { a: Float32Array.from(keys, Number) }, groups: keys.map((key) => 'g' + key % 3), pairs: null, position: i + 1 };
        }
      } };
    },
  }),
});
export default [
  stream('telling', (i, log) => log.info('chunk ' + i)),
  stream('main-only', () => {}),
  stream('exits', (i) => { if (i === 20) process.exit(3); }),
  stream('throws-later', async (i) => { if (i === 20) { setTimeout(() => { throw new Error('the connection is lost'); }); await new Promise(() => {}); } }),
  stream('wrong', (i) => { if (i === 20) throw new ProblemError({ code: 'DATA_VALUE', severity: 'error', message: 'no number', place: { file: 'a.csv', line: 7, column: 3 } }); }),
  stream('stuck', async (i) => { if (i === 20) await new Promise(() => {}); }),
];
`;

async function stranger(name: string, logged: string[] = [], asOthers = false): Promise<Threaded> {
  await put('strangers.mjs', strangers.replace('DOOR', 'siamese'));
  await put('quick-strangers.mjs', strangers.replace('DOOR', './doors.mjs'));
  await put('doors.mjs', doors);
  await put('quick.mjs', quick);
  const registry = createRegistry(await loadPlugins(['./strangers.mjs'], path()));
  const use = { type: `test/${name}`, options: {}, parts: {} };
  const plain = { a: { ...field, kind: 'number', scale: 'none' } } as never;
  const source = sourceWith(registry.get('source', use.type)!, {});
  const from = asOthers ? entry : pathToFileURL(join(path(), 'quick.mjs'));
  return { source, use, plugins: ['./strangers.mjs'], logged, fields: plain, from };
}

describe('a stream that a thread reads', () => {
  it('gives the same pools, pass after pass, and from any pool on', async () => {
    await put('rows.csv', csv());
    const threaded = ofTable('rows.csv');
    const [ahead, between] = [await poolsOf(true, threaded, [5, 0, 0]), await poolsOf(false, threaded, [5, 0, 0])];
    expect(ahead).toEqual(between);
    expect(between.map((pools) => pools.map(({ index }) => index))).toEqual([[5, 6, 7], [0, 1, 2, 3, 4, 5, 6, 7], [0, 1, 2, 3, 4, 5, 6, 7]]); // biome-ignore format: a table
  });

  it('does so of JSON lines and of Parquet', async () => {
    const [key, group, a, name] = ['key', 'group', 'a', 'name'];
    const lines = Array.from({ length: rows }, (_, i) => ({
      [key]: `k${i}`,
      [group]: `g${i % 5}`,
      [a]: i,
      b: -i,
      [name]: `n${i % 3}`,
    }));
    await put('rows.jsonl', lines.map((line) => JSON.stringify(line)).join('\n'));
    await writeParquet(join(path(), 'rows.parquet'), values('key, "group", a, b, name', lines.map((one, i) => `('k${i}', '${one[group]}', ${i}, ${-i}, '${one[name]}')`).join(','))); // biome-ignore format: a query
    for (const file of ['rows.jsonl', 'rows.parquet']) {
      const [ahead, between] = [await poolsOf(true, ofTable(file), [0]), await poolsOf(false, ofTable(file), [0])];
      expect(ahead, file).toEqual(between);
      expect(ahead[0]!.length, file).toBe(8);
    }
  });

  it('ends with what is wrong where it stands, after the pools before it', async () => {
    const { data } = await opened(true, await stranger('wrong'));
    const indices: number[] = [];
    const found = await problemOf(async () => {
      for await (const { index } of data.train.pools(0)) indices.push(index);
    });
    expect(found).toMatchObject({
      code: 'DATA_VALUE',
      message: 'no number',
      place: { file: 'a.csv', line: 7, column: 3 },
    });
    expect(indices).toEqual([0, 1, 2, 3, 4, 5, 6]); // 800 of the 1,000 rows before are of the training part
    await data.close();
  });

  it('has at most one buffer ready beside the one in use', async () => {
    const logged: string[] = [];
    const { data } = await opened(true, await stranger('telling', logged));
    const reading = data.train.pools(0)[Symbol.asyncIterator]();
    const taken: number[] = [];
    for (let i = 0; i < 3; i++) {
      await reading.next();
      await new Promise((resolve) => setTimeout(resolve, 150));
      taken.push(logged.length); // a chunk gives 40 training rows, a buffer has 100, the next may have begun
    }
    expect(taken[0]).toBeGreaterThanOrEqual(5);
    expect(taken[0]).toBeLessThanOrEqual(8);
    expect(taken[2]! - taken[0]!).toBeGreaterThanOrEqual(4);
    expect(taken[2]! - taken[0]!).toBeLessThanOrEqual(6);
    await data.close();
    const told = logged.length;
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(logged.length).toBe(told);
  });

  it('is read between the steps where a thread cannot open it, or where one goes on elsewhere', async () => {
    const logged: string[] = [];
    const threaded = await stranger('main-only', logged, true);
    expect(await poolsOf(true, threaded, [0, 0])).toEqual(await poolsOf(false, threaded, [0, 0]));
    expect(logged).toEqual([
      'the data is read between the steps, since a thread cannot open it: one connection is all there is',
    ]);
    const { data } = await opened(true, await stranger('telling'));
    const begun = data.train.pools(0)[Symbol.asyncIterator]();
    await begun.next();
    const indices: number[] = [];
    for await (const { index } of data.train.pools(0, 20)) indices.push(index);
    expect(indices).toEqual([20, 21, 22, 23]);
    await data.close();
  });

  it.each([
    ['exits', 'the thread that reads the data ahead died: it ended with status 3'],
    ['throws-later', 'the thread that reads the data ahead died: the connection is lost'],
  ])('that dies (%s) ends the training with a clear error', async (name, message) => {
    const { data } = await opened(true, await stranger(name));
    const found = await problemOf(async () => {
      for await (const pool of data.train.pools(0)) expect(pool.index).toBeLessThan(8);
    });
    expect(found).toMatchObject({ code: 'PLUGIN_FAILED', message });
    expect(found.hint).toContain('--resume');
    await data.close();
  });

  it('that hangs is no reason not to stop: a signal ends the waiting, closing ends the thread', async () => {
    const stop = new AbortController();
    const { data } = await opened(true, { ...(await stranger('stuck')), signal: stop.signal });
    setTimeout(() => stop.abort(new Error('enough')), 300);
    const reading = async (): Promise<void> => {
      for await (const pool of data.train.pools(0)) expect(pool.index).toBeLessThan(8);
    };
    await expect(reading()).rejects.toThrow('enough');
    const begun = performance.now();
    await data.close();
    expect(performance.now() - begun).toBeLessThan(6000);
  });
});

describe('turns', () => {
  it('are given one by one, and those that were not needed are kept', async () => {
    const turns = new Turns(new AbortController().signal);
    const taken: number[] = [];
    const taking = (async () => {
      expect(await turns.begun()).toBe(4);
      for (let i = 0; i < 4; i++) {
        await turns.next();
        taken.push(i);
        if (i === 2) turns.back();
      }
    })();
    const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
    await settled();
    expect(taken).toEqual([]);
    turns.tell({ kind: 'begin', from: 4 });
    await settled();
    expect(taken).toEqual([0]);
    turns.tell({ kind: 'more' });
    turns.tell({ kind: 'more' });
    await taking;
    expect(taken).toEqual([0, 1, 2, 3]);
  });
});

onEngine(
  'native',
  'a run that reads ahead and is interrupted goes on to the bytes of one that reads between the steps',
  async () => {
    await put('visits.csv', csv());
    const recipe = join(path(), 'ahead.yaml');
    await put('ahead.yaml', `version: 1
name: ahead
data:
  source: { type: table, path: visits.csv, group: group, key: key, stream: true }
  fields: { a: { kind: number }, b: { kind: number, missing: mean } }
  split: { type: hash, validation: 0.1 }
  shuffleBuffer: 100
encoder: { type: mlp, hidden: [8], dimensions: 4 }
loss: contrastive
train: { epochs: 2, batchSize: 16 }
evaluate: { metrics: [verification], baselines: off }
`); // biome-ignore format: a recipe
    const [between, ahead] = [join(path(), 'between'), join(path(), 'ahead')];
    await runRecipe(recipe, { out: between, engine: 'native' });
    await siamese('run', recipe, '--engine', 'native', '--out', ahead, '--stop-at', '60').catch(() => {}); // 130
    await siamese('run', '--resume', ahead, '--engine', 'native');
    const weightsOf = (run: string): string =>
      readFileSync(join(run, 'model', 'weights.safetensors')).toString('base64');
    expect(weightsOf(ahead)).toBe(weightsOf(between));
  },
);
