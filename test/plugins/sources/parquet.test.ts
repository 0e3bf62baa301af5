import { readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import type { Chunk, Cols, RandomAccessData, StreamData } from '../../../core/contract/index.js';
import { openFiles } from '../../../core/files/index.js';
import type { Options } from '../../../core/plugin/view.js';
import { pairs } from '../../../plugins/sources/pairs.js';
import { table } from '../../../plugins/sources/table.js';
import { messageOf } from '../../files/problem-of.js';
import { itemsOf, looking, sourceWith, temporaryFolder } from './opening.js';
import { values, writeParquet } from './parquet-files.js';

const folder = temporaryFolder();
const source = looking(table, folder.path);
const put = (name: string, query: string, options?: string): Promise<void> =>
  writeParquet(join(folder.path(), name), query, options);
const read = async (data: RandomAccessData): Promise<Cols> => {
  const items = itemsOf(data);
  try {
    return await items.read(Int32Array.from({ length: items.size }, (_, i) => i));
  } finally {
    await data.close();
  }
};
const columnsIn = async (given: Options): Promise<Cols> => read(await source.open(given));
const wrong = (given: Options): Promise<string> => messageOf(() => columnsIn(given), folder.path());
const floats = (...numbers: number[]): Float32Array => Float32Array.from(numbers);

it('numbers of every kind are float32, booleans 0 and 1, the rest is text, null is missing', async () => {
  await put(
    'kinds.parquet',
    `SELECT 7::TINYINT AS tiny, 9007199254740992::BIGINT AS big, 1.5::FLOAT AS f, 2.25::DECIMAL(8,2) AS decimal, true AS yes,
     DATE '2024-02-29' AS day, TIME '12:30:00.25' AS hour, TIMESTAMP '2024-02-29 12:30:00' AS moment, TIMESTAMPTZ '2024-02-29 12:30:00+02' AS zoned,
     [1.5, 2]::FLOAT[] AS v, 'é' AS name, 12345678901234567890::UBIGINT AS code
     UNION ALL SELECT NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL`,
  );
  const gap = Number.NaN;
  expect(await columnsIn({ path: 'kinds.parquet', text: ['code'] })).toEqual({
    tiny: floats(7, gap),
    big: floats(9007199254740992, gap),
    f: floats(1.5, gap),
    decimal: floats(2.25, gap),
    yes: floats(1, gap),
    day: ['2024-02-29', null],
    hour: ['12:30:00.25', null],
    moment: ['2024-02-29 12:30:00', null],
    zoned: ['2024-02-29 10:30:00', null],
    v: floats(1.5, 2, gap, gap),
    name: ['é', null],
    code: ['12345678901234567890', null],
  });
  const { sides, relations } = await source.describe({ path: 'kinds.parquet' });
  expect(relations).toBeNull();
  expect(sides).toMatchObject({
    items: { size: 2, columns: { tiny: { nullable: true }, v: { kind: 'vector', shape: [2], nullable: true } } },
  });
});

it('groups and keys are text; only the columns that are wanted are read', async () => {
  await put('items.parquet', values('id, g, x', "('a', 10, 1.5), ('b', 9, 2.5), ('c', NULL, 3.5), ('d', 10, 4.5)"));
  const options = { path: 'items.parquet', group: 'g', key: 'id' };
  const data = await source.open(options);
  expect(data.groupNames).toEqual(['10', '9']);
  expect(Array.from(data.groups!)).toEqual([0, 1, -1, 0]);
  expect(itemsOf(data).keys(Int32Array.of(2, 0))).toEqual(['c', 'a']);
  expect((await itemsOf(data).read(Int32Array.of(3, 0, 3, 1)))['x']).toEqual(floats(4.5, 1.5, 4.5, 2.5));
  expect(itemsOf(data).where(1)).toMatchObject({ row: 1 });
  await data.close();
  const files = openFiles({ folder: folder.path() });
  const few = (await sourceWith(table, options).open(files, new Set(['x']))) as RandomAccessData;
  expect(Object.keys(await read(few))).toEqual(['x']);
  await files.close();
});

it('filter, order and columns are left to DuckDB', async () => {
  await put(
    'a.parquet',
    values('x, day, ok', "(3, DATE '2024-01-03', true), (1, DATE '2024-01-01', true), (2, NULL, false)"),
  );
  const given = (more: Options): Promise<Cols> => columnsIn({ path: 'a.parquet', columns: ['x'], ...more });
  expect(await given({ order: 'x' })).toEqual({ x: floats(1, 2, 3) });
  expect(await given({ text: ['day'] })).toEqual({ x: floats(3, 1, 2) });
  expect(await wrong({ path: 'a.parquet', columns: ['x', 'z'] })).toBe(
    'DATA_COLUMN a.parquet has no column "z"; its columns: x, day, ok',
  );
  expect(await given({ filter: [{ column: 'x', atLeast: 2 }] })).toEqual({ x: floats(3, 2) });
  expect(
    await given({
      filter: [
        { column: 'x', in: [1, 2] },
        { column: 'ok', equals: true },
      ],
    }),
  ).toEqual({ x: floats(1) });
  expect(await given({ filter: [{ column: 'day', atLeast: '2024-01-02' }] })).toEqual({ x: floats(3) });
  const { sides } = await source.describe({ path: 'a.parquet', filter: [{ column: 'x', below: 3 }] });
  expect(sides).toMatchObject({ items: { size: 2 } });
  expect(await wrong({ path: 'a.parquet', filter: [{ column: 'x', equals: "1' OR true --" }] })).toMatch(
    /holds numbers/,
  );
  expect(await wrong({ path: 'a.parquet', filter: [{ column: 'z', equals: 1 }] })).toMatch(/no column "z"/);
  expect(await wrong({ path: 'a.parquet', order: 'z' })).toMatch(/no column "z"/);
  await put('text.parquet', values('name', "('it''s'), ('x')"));
  expect(await columnsIn({ path: 'text.parquet', filter: [{ column: 'name', equals: "it's" }] })).toEqual({
    name: ["it's"],
  });
});

it('files that match a pattern are one table, in the order of their paths', async () => {
  await put('part-2.parquet', values('b, a', "('y', 2)"));
  await put('part-1.parquet', values('a, b', "(1, 'x'), (3, 'z')"));
  expect(await columnsIn({ path: 'part-*.parquet' })).toEqual({ a: floats(1, 3, 2), b: ['x', 'z', 'y'] });
  const data = await source.open({ path: 'part-*.parquet' });
  expect(itemsOf(data).where(2)).toMatchObject({ file: expect.stringMatching(/part-2\.parquet$/), row: 0 });
  await data.close();
});

it.each([
  ['lost', values('a, b', "(1, 'x')"), values('a', '(1)'), 'column "b" of lost-1.parquet is missing in lost-2.parquet'],
  ['more', values('a', '(1)'), values('a, b', "(1, 'x')"), 'column "b" of more-2.parquet is missing in more-1.parquet'],
  [
    'kind',
    values('a', '(1)'),
    values('a', "('x')"),
    'column "a" holds number in kind-1.parquet and text in kind-2.parquet',
  ],
  [
    'size',
    'SELECT [1, 2] AS v',
    'SELECT [1] AS v',
    'column "v" holds vectors of 2 in size-1.parquet and vectors of 1 in size-2.parquet',
  ],
])('%s: files that do not agree are an error that names both', async (name, first, second, message) => {
  await put(`${name}-1.parquet`, first);
  await put(`${name}-2.parquet`, second);
  expect(await source.wrong({ path: `${name}-*.parquet` })).toContain(message);
});

it('what is no whole Parquet file is told as such', async () => {
  await put('whole.parquet', 'SELECT range AS x FROM range(1000)');
  const bytes = await readFile(join(folder.path(), 'whole.parquet'));
  await writeFile(join(folder.path(), 'cut.parquet'), bytes.subarray(0, bytes.length - 100));
  expect(await source.wrong({ path: 'cut.parquet' })).toMatch(
    /cut\.parquet is cut short: a Parquet file ends with PAR1, this one of \d+ bytes does not$/,
  );
  await folder.put('text.csv.parquet', 'a,b\n1,2\n');
  expect(await source.wrong({ path: 'text.csv.parquet' })).toMatch(/is no Parquet file: it does not begin with PAR1/);
  const lying = Buffer.from(bytes);
  lying.writeUInt32LE(0x7fffffff, bytes.length - 8);
  await writeFile(join(folder.path(), 'lying.parquet'), lying);
  expect(await source.wrong({ path: 'lying.parquet' })).toMatch(/says that its footer has 2147483647 bytes/);
  await put('zero.parquet', values('x, q7z', '(1.5, 2.5)'));
  const named = await readFile(join(folder.path(), 'zero.parquet'), 'latin1');
  await writeFile(join(folder.path(), 'zero.parquet'), named.replaceAll('q7z', 'q\0z'), 'latin1');
  expect(await wrong({ path: 'zero.parquet' })).toBe(
    'DATA_FORMAT zero.parquet has a column whose name holds a zero character: it cannot be read',
  );
  const damaged = Buffer.from(bytes);
  damaged.fill(0xff, 20, 400);
  await writeFile(join(folder.path(), 'damaged.parquet'), damaged);
  expect(await wrong({ path: 'damaged.parquet' })).toMatch(/damaged\.parquet is no Parquet file, or is damaged: /);
  expect(await source.wrong({ path: 'nothing-*.parquet' })).toMatch(/no file matches nothing-\*\.parquet/);
});

/** A few bytes that turn a file into one of which DuckDB writes beyond its memory: each was found by fuzzing. */
const harmful = [
  ['times.parquet', { 264: [0o10, 0o7], 476: [0o40, 0o212], 722: [0o44, 0o20] }, 'a time that no day has'],
  ['lists.parquet', { 419: [0o12, 0o377] }, 'Mismatch in parquet read for column 2, expected 50 rows, got 48'],
] as const;
it.each(harmful)('%s is refused before it harms anything', async (name, edits, why) => {
  await put(name, 'SELECT range AS x, (range % 3)::VARCHAR AS g, [range, 1]::FLOAT[] AS v FROM range(50)');
  const path = join(folder.path(), name);
  const bytes = await readFile(path);
  for (const [at, [was, is]] of Object.entries(edits)) {
    expect(bytes[Number(at)]).toBe(was); // else it is another file
    bytes[Number(at)] = is;
  }
  await writeFile(path, bytes);
  for (let times = 0; times < 3; times++)
    expect(await wrong({ path: name })).toBe(`DATA_FORMAT ${name} is no Parquet file, or is damaged: ${why}`);
});

it('values that cannot be used are named with their row', async () => {
  await put('nan.parquet', values('x', "(1.0::DOUBLE), ('nan'::DOUBLE)"));
  expect(await wrong({ path: 'nan.parquet' })).toContain(
    'column "x" has NaN at nan.parquet, row 1: numbers must be finite',
  );
  await put('huge.parquet', 'SELECT 1e300::DOUBLE AS x');
  expect(await wrong({ path: 'huge.parquet' })).toContain('which float32 cannot hold');
  await put('ragged.parquet', values('v', '([1, 2]), ([1])'));
  expect(await wrong({ path: 'ragged.parquet' })).toContain(
    'column "v" has 1 values at ragged.parquet, row 1, 2 in the rows before',
  );
  await put('blob.parquet', "SELECT 'x'::BLOB AS picture, 1 AS x");
  expect(await source.wrong({ path: 'blob.parquet' })).toContain(
    'column "picture" of blob.parquet has the type BLOB, which is not read',
  );
  expect(await columnsIn({ path: 'blob.parquet', columns: ['x'] })).toEqual({ x: floats(1) });
});

it('a small file that claims or repeats very many rows is refused by its footer', async () => {
  await put(
    'rows.parquet',
    'SELECT 1::UTINYINT AS x FROM range(30000000)',
    ', COMPRESSION zstd, ROW_GROUP_SIZE 10000000',
  );
  expect((await readFile(join(folder.path(), 'rows.parquet'))).length).toBeLessThan(29_000);
  expect(await source.wrong({ path: 'rows.parquet' })).toMatch(/says that it has 30000000 rows in \d+ bytes/);
});

it('a small file of texts that repeat to gigabytes is refused', async () => {
  await put('bomb.parquet', "SELECT repeat('x', 1000000) AS name FROM range(400)", ', COMPRESSION zstd');
  expect((await readFile(join(folder.path(), 'bomb.parquet'))).length).toBeLessThan(2_000_000);
  expect(await wrong({ path: 'bomb.parquet', key: 'name' })).toContain('the texts up to bomb.parquet, row ');
}, 60_000);

it('as a stream it goes on from any position, shard by shard', async () => {
  await put('long.parquet', 'SELECT range AS x, (range % 5)::VARCHAR AS g FROM range(700)');
  const files = openFiles({ folder: folder.path() });
  const data = (await sourceWith(table, { path: 'long.parquet', group: 'g', stream: true }).open(files)) as StreamData;
  const take = async (from: Chunk['position'] | null, shard = { index: 0, count: 1 }): Promise<Chunk[]> => {
    const chunks: Chunk[] = [];
    for await (const chunk of data.chunks(from, shard)) chunks.push(chunk);
    return chunks;
  };
  const whole = await take(null);
  expect(whole.map(({ keys }) => keys.length)).toEqual([256, 256, 188]);
  expect(await take(JSON.parse(JSON.stringify(whole[0]!.position)))).toEqual(whole.slice(1));
  expect(await take(null, { index: 1, count: 2 })).toEqual([whole[1]]);
  await data.close();
  await files.close();
});

/** What becomes of a file that is in use. */
const swapped: readonly (readonly [string, (path: string, other: string) => Promise<void>, RegExp])[] = [
  [
    'exchanged',
    (path, other) => rename(other, path),
    /used\.parquet was changed while it was in use, from \d+ to \d+ bytes/,
  ],
  ['cut', (path) => truncate(path, 3000), /used\.parquet was changed while it was in use, from \d+ to 3000 bytes/],
  ['gone', (path) => rm(path), /used\.parquet does not exist/],
];
it.each(swapped)(
  'a file that was %s is told of when it is read again, whatever DuckDB would make of it',
  async (_, swap, message) => {
    for (const stream of [true, false]) {
      await put('used.parquet', 'SELECT range AS x, (range % 5)::VARCHAR AS g FROM range(9000)');
      await put('other.parquet', 'SELECT range + 1 AS x, (range % 5)::VARCHAR AS g, 1 AS y FROM range(9000)');
      const files = openFiles({ folder: folder.path() });
      const data = await sourceWith(table, { path: 'used.parquet', group: 'g', stream }).open(files);
      const take = async (): Promise<void> => {
        if (data.access === 'random') await itemsOf(data).read(Int32Array.of(0));
        else for await (const _chunk of data.chunks(null, { index: 0, count: 1 }));
      };
      await take();
      if (data.access === 'random') await itemsOf(data).read(Int32Array.of(8000)); // going back begins a new query
      await swap(join(folder.path(), 'used.parquet'), join(folder.path(), 'other.parquet'));
      expect(await messageOf(take, folder.path())).toMatch(message);
      await data.close();
      await files.close();
    }
  },
);

it('pairs are read from Parquet as from text', async () => {
  await put('pairs.parquet', values('left_x, right_x, same', '(1, 2, true), (3, 1, false)'));
  const data = await looking(pairs, folder.path).open({
    path: 'pairs.parquet',
    left: 'left_*',
    right: 'right_*',
    target: 'same',
  });
  expect(Array.from(data.pairs!.target)).toEqual([1, 0]);
  expect(itemsOf(data).size).toBe(3);
  await put('targets.parquet', values('left_x, right_x, same', '(1, 2, true), (3, 1, NULL)'));
  const asked = { path: 'targets.parquet', left: 'left_*', right: 'right_*', target: 'same' };
  expect(await looking(pairs, folder.path).wrong(asked)).toContain(
    'targets.parquet, row 1: the target column "same" is empty here',
  );
});

it('without DuckDB the way to install it is told', async () => {
  await put('x.parquet', 'SELECT 1 AS x');
  await folder.put(
    'absent.cjs',
    `const Module = require('node:module');
    const resolve = Module._resolveFilename;
    Module._resolveFilename = function (name, ...rest) {
      if (name === '@duckdb/node-api') throw Object.assign(new Error("Cannot find module '@duckdb/node-api'"), { code: 'MODULE_NOT_FOUND' });
      return resolve.call(this, name, ...rest);
    };`,
  );
  vi.stubEnv('NODE_OPTIONS', `--require=${join(folder.path(), 'absent.cjs')}`);
  const message = await wrong({ path: 'x.parquet' });
  vi.unstubAllEnvs();
  expect(message).toBe(
    'DATA_FORMAT Parquet is read by DuckDB, which is not installed: npm install @duckdb/node-api@1.5.6-r.1',
  );
});
