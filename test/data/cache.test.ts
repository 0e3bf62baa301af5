import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, it, vi } from 'vitest';
import { type Cacheable, cachedSide } from '../../core/data/cache/cached-side.js';
import { type CacheRequest, isCached } from '../../core/data/cache/request.js';
import { fitFields, planFields } from '../../core/data/fields.js';
import { type Side, selectItems } from '../../core/data/item-set.js';
import { ProblemError } from '../../core/problem/index.js';
import { tableOf } from '../../plugins/sources/memory-table.js';
import { field } from './field-plan.js';

/** From the write `after` on, counted in bytes, the disk is full. */
const disk = vi.hoisted(() => ({ room: Number.POSITIVE_INFINITY, code: 'ENOSPC' }));
vi.mock('node:fs/promises', async (original) => {
  const fs = await original<typeof import('node:fs/promises')>();
  const open: typeof fs.open = async (path, flags, mode) => {
    const handle = await fs.open(path, flags, mode);
    if (flags !== 'wx') return handle;
    const writeFile = handle.writeFile.bind(handle);
    handle.writeFile = async (data) => {
      disk.room -= (data as Uint8Array).length;
      if (disk.room < 0) throw Object.assign(new Error(disk.code), { code: disk.code });
      await writeFile(data);
    };
    return handle;
  };
  return { ...fs, open };
});

let folder = '';
let notes: string[] = [];
const folders: string[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'siamese-cache-'));
  folders.push(folder);
  notes = [];
  disk.room = Number.POSITIVE_INFINITY;
});
afterAll(() => {
  for (const one of folders) rmSync(one, { recursive: true, force: true });
});

const SIZE = 20_000; // some blocks
const request = (identity: string): CacheRequest => ({
  use: 'always',
  bytes: 0,
  folder,
  identity: async () => identity,
  note: (message) => void notes.push(message),
});

async function cacheable(scale = 1): Promise<Cacheable> {
  const columns = {
    x: { kind: 'vector', shape: [3], nullable: false },
    b: { kind: 'image', shape: [2, 2, 1], nullable: false },
    word: { kind: 'text', shape: null, nullable: false },
  } as const;
  const cells = {
    x: Float32Array.from({ length: 3 * SIZE }, (_, i) => scale * i),
    b: Uint8Array.from({ length: 4 * SIZE }, (_, i) => i % 251),
    word: Array.from({ length: SIZE }, (_, i) => 'ab'[i % 2]!),
  };
  const table = tableOf(cells, SIZE, { keys: String, where: (row) => ({ file: 'x', line: row }) });
  const plans = { x: field, b: field, word: { ...field, kind: 'category' as const } };
  const fields = await fitFields(
    planFields(columns, plans, new Set()),
    (async function* () {
      yield await table.read(Int32Array.from({ length: SIZE }, (_, i) => i));
    })(),
  );
  return { table: { ...table, onDisk: true }, fields, key: String };
}

/** The files of the only cache. */
const place = (): string => join(folder, readdirSync(folder)[0]!, 'items');

it('gives what memory gives, in any order, and tells what can be mapped', async () => {
  const given = await cacheable();
  const side = await cachedSide(given, request('a'), 'left');
  const stored = given.fields.encode(
    await given.table.read(Int32Array.from({ length: SIZE }, (_, i) => i)),
    SIZE,
    String,
  );
  const rows = Int32Array.of(19_999, 3, 4, 5, 0, 8191, 8192, 3);
  expect(side.gather(rows)).toEqual(given.fields.gather(stored, rows));
  const storedIn = (of: Side, name: string) => {
    const { bytes, from } = of.stored!({ name })!;
    return {
      bytes,
      values: typeof from === 'function' ? from(Int32Array.from({ length: of.size }, (_, i) => i)) : null,
    };
  };
  const scaling = { centers: Float64Array.of(0), factors: Float64Array.of(1 / 255) };
  expect(storedIn(side, 'x')).toEqual({ bytes: null, values: stored['x'] });
  expect(storedIn(side, 'word')).toEqual({ bytes: null, values: Int32Array.from(stored['word']!) });
  expect(storedIn(side, 'b')).toEqual({ bytes: scaling, values: stored['b'] });
  const whole = {
    left: side,
    right: side,
    groups: null,
    impostorOf: null,
    pairs: null,
    triplets: null,
    column: () => rows,
  };
  const part = selectItems(whole, { left: rows, right: rows, pairs: null, triplets: null });
  const bytesOf = (row: number): number[] => Array.from((stored['b'] as Uint8Array).subarray(4 * row, 4 * row + 4));
  expect(storedIn(part.left, 'b')).toEqual({ bytes: scaling, values: Uint8Array.from([...rows].flatMap(bytesOf)) });
  expect(part.left.gather(Int32Array.of(0))).toEqual(side.gather(Int32Array.of(19_999)));
  side.close();
});

it('is made once, anew for other data, other fields or another side', async () => {
  const given = await cacheable();
  (await cachedSide(given, request('a'), 'left')).close();
  (await cachedSide(given, request('a'), 'left')).close();
  expect(notes.filter((note) => note.startsWith('decoding'))).toHaveLength(1);
  (await cachedSide(given, request('b'), 'left')).close();
  (await cachedSide(given, request('a'), 'right')).close();
  const { fields } = await cacheable();
  (await cachedSide({ ...given, fields: { ...fields, state: { other: 1 } } }, request('a'), 'left')).close();
  expect(readdirSync(folder)).toHaveLength(4);
});

it.each([
  ['cut short', (at: string) => truncateSync(join(at, 'input-0.float32'), 100), 'has 100 bytes instead of 240000'],
  [
    'changed',
    (at: string) => {
      const bytes = readFileSync(join(at, 'input-1.uint8'));
      bytes[7]! ^= 1;
      writeFileSync(join(at, 'input-1.uint8'), bytes);
    },
    'input-1.uint8 is not what was written',
  ],
  ['half there', (at: string) => rmSync(join(at, 'input-2.int32')), 'has no bytes'],
  [
    'without its manifest',
    (at: string) => writeFileSync(join(at, 'cache.json'), '{"format": 1, "inp'),
    'cache.json cannot be read',
  ],
])('a cache that is %s is noticed and made anew', async (_name, harm, reason) => {
  const given = await cacheable();
  const first = await cachedSide(given, request('a'), 'left');
  const rows = Int32Array.of(1, 19_000);
  const values = first.gather(rows);
  first.close();
  harm(place());
  const again = await cachedSide(given, request('a'), 'left');
  expect(again.gather(rows)).toEqual(values);
  expect(notes.join('\n')).toContain(reason);
  again.close();
});

it('two that start at once make it once', async () => {
  const given = await cacheable();
  const sides = await Promise.all([1, 2, 3].map(() => cachedSide(given, request('a'), 'left')));
  expect(notes.filter((note) => note.startsWith('decoding'))).toHaveLength(1);
  for (const side of sides) side.close();
});

it('a full disk is told with the way out, and leaves nothing; afterwards it is made', async () => {
  const given = await cacheable();
  disk.room = 200_000;
  const failed = await cachedSide(given, request('a'), 'left').catch((error: unknown) => error);
  expect(failed).toBeInstanceOf(ProblemError);
  const [problem] = (failed as ProblemError).problems;
  expect(problem).toMatchObject({ code: 'OUTPUT', path: 'data.cache' });
  expect(problem!.message).toContain('the disk is full (ENOSPC)');
  expect(problem!.hint).toContain('data.cache.folder');
  expect(readdirSync(join(folder, readdirSync(folder)[0]!))).toEqual([]);
  disk.room = Number.POSITIVE_INFINITY;
  (await cachedSide(given, request('a'), 'left')).close();
});

it('a folder that cannot be written is told; what a crash left is cleaned up', async () => {
  const given = await cacheable();
  const file = join(folder, 'file');
  writeFileSync(file, '');
  await expect(cachedSide(given, { ...request('a'), folder: file }, 'left')).rejects.toThrow(
    /OUTPUT: cannot write .*file/,
  );
  (await cachedSide(given, request('a'), 'left')).close();
  const home = join(folder, readdirSync(folder).find((name) => name !== 'file')!);
  rmSync(join(home, 'items'), { recursive: true });
  mkdirSync(join(home, '.items.1-00000000.tmp'));
  (await cachedSide(given, request('a'), 'left')).close();
  expect(readdirSync(home)).toEqual(['items']);
});

it('caches that no run has used for long are removed when another is made; what is no cache stays', async () => {
  const given = await cacheable();
  const close = async (identity: string): Promise<void> => (await cachedSide(given, request(identity), 'left')).close();
  await close('a');
  const [old] = readdirSync(folder) as [string];
  await close('b');
  mkdirSync(join(folder, 'other'));
  const used = (home: string, days: number): void => {
    const at = new Date(Date.now() - days * 24 * 60 * 60 * 1000);
    utimesSync(join(folder, home, 'items', 'cache.json'), at, at);
  };
  used(old, 31);
  const recent = readdirSync(folder).find((name) => name !== old && name !== 'other')!;
  used(recent, 29);
  utimesSync(join(folder, 'other'), new Date(0), new Date(0));
  await close('a'); // it is used again, and none is made
  used(recent, 29);
  expect(readdirSync(folder)).toHaveLength(3);
  used(old, 31);
  await close('c');
  expect(readdirSync(folder)).toHaveLength(3);
  expect(readdirSync(folder)).toEqual(expect.arrayContaining(['other', recent]));
  expect(notes.filter((note) => note.includes('not used for 30 days'))).toHaveLength(1);
});

it('auto: beyond the memory that is declared', () => {
  const input = { name: 'x', kind: 'vector', shape: [16], dtype: 'float32', vocabulary: null } as const;
  expect(isCached({ use: 'auto', bytes: 6400 }, 100, [input])).toBe(false);
  expect(isCached({ use: 'auto', bytes: 6399 }, 100, [input])).toBe(true);
  expect(isCached({ use: 'never', bytes: 0 }, 100, [input])).toBe(false);
});
