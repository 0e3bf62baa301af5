import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Chunk, Cols, RandomAccessData, StreamData } from '../../../core/contract/index.js';
import { openFiles } from '../../../core/files/index.js';
import { faultsOf } from '../../../core/plugin/valid.js';
import type { Options } from '../../../core/plugin/view.js';
import { createStores } from '../../../plugins/sources/rows/column.js';
import { readRows } from '../../../plugins/sources/rows/memory.js';
import { openRows } from '../../../plugins/sources/rows/open.js';
import { NO_LIMIT, type RowFile, type RowPosition, RowWalk } from '../../../plugins/sources/rows/rows.js';
import { streamRows } from '../../../plugins/sources/rows/stream.js';
import { table } from '../../../plugins/sources/table.js';
import { neverWorse, problemOf } from '../../files/problem-of.js';
import { doorsTo, itemsOf, looking, sourceWith, temporaryFolder } from './opening.js';

const folder = temporaryFolder();
const source = looking(table, folder.path);
const all = (data: RandomAccessData): Promise<Cols> =>
  itemsOf(data).read(Int32Array.from({ length: itemsOf(data).size }, (_, i) => i));
const floats = (...values: number[]): Float32Array => Float32Array.from(values);

async function readText(text: string, options: Options = {}, name = 'data.csv'): Promise<RandomAccessData> {
  await folder.put(name, text);
  return source.open({ path: name, ...options });
}
const colsOfText = async (text: string, options: Options = {}, name = 'data.csv'): Promise<Cols> =>
  all(await readText(text, options, name));

/** `line CODE message`, as the source and its description both say it. */
async function wrong(text: string | Uint8Array, options: Options = {}, name = 'data.csv'): Promise<string> {
  await folder.put(name, text);
  const { code, message, place } = await problemOf(() => source.open({ path: name, ...options }));
  return `${place ? `${place.line}:${place.column}` : '-'} ${code} ${message.replaceAll(`${folder.path()}/`, '')}`;
}

it('is a valid plugin', () => {
  expect(faultsOf(table, 'siamese')).toEqual([]);
});

describe('CSV', () => {
  it('numbers are float32, texts are strings, what is empty is missing', async () => {
    const text = 'a,b,c\n1,x,\n-2.5,,7e2\n,"z",.5\n';
    expect(await colsOfText(text)).toEqual({
      a: floats(1, -2.5, Number.NaN),
      b: ['x', null, 'z'],
      c: floats(Number.NaN, 700, 0.5),
    });
    expect(await source.describe({ path: 'data.csv' })).toEqual({
      sides: {
        items: {
          size: 3,
          columns: {
            a: { kind: 'number', shape: null, nullable: true },
            b: { kind: 'text', shape: null, nullable: true },
            c: { kind: 'number', shape: null, nullable: true },
          },
        },
      },
      relation: 'groups',
      access: 'random',
      relations: null,
    });
  });

  it('quotes, doubled quotes, line ends inside quotes, CRLF, a byte order mark, no line end at the end', async () => {
    const text = '\ufeffname , "quoted "\r\n"a ""b"" c","1,\n2"\r\n5" disk,x\r\n"","é😀"';
    const data = await readText(text);
    // the second name does not begin with its quote: a quote inside a cell is a character like others
    expect(await all(data)).toEqual({ name: ['a "b" c', '5" disk', null], '"quoted "': ['1,\n2', 'x', 'é😀'] });
    expect([0, 1, 2].map((row) => itemsOf(data).where(row).line)).toEqual([2, 4, 5]);
    expect(await colsOfText('"quoted ",b\n1,2\n')).toEqual({ 'quoted ': floats(1), b: floats(2) });
  });

  it('blank lines are passed over, but in a file of one column they are empty cells', async () => {
    const data = await readText('\na,b\n1,2\n\n\r\n3,4\n\n');
    expect(await all(data)).toEqual({ a: floats(1, 3), b: floats(2, 4) });
    expect(itemsOf(data).where(1).line).toBe(6);
    expect(await colsOfText('a\n1\n\n3\n')).toEqual({ a: floats(1, Number.NaN, 3) });
  });

  it('delimiters: a comma, a tab in .tsv files, any other when said', async () => {
    const read = { a: ['x,y'], b: floats(1) };
    expect(await colsOfText('a\tb\nx,y\t1\n', {}, 'data.tsv')).toEqual(read);
    expect(await colsOfText('a;b\nx,y;1\n', { delimiter: ';' })).toEqual(read);
    expect(await colsOfText('a\tb\nx,y\t1\n', { delimiter: '\t', format: 'csv' }, 'data.txt')).toEqual(read);
    expect(await wrong('a;b\n1;2\n', { group: 'b' })).toBe(
      '- DATA_COLUMN data.csv has no column "b"; is `delimiter` right? Its columns: a;b',
    );
  });

  it('spaces around a number do not matter, those of a text do', async () => {
    expect(await colsOfText('a, b\n 1 , x \n\t2, \n')).toEqual({ a: floats(1, 2), b: [' x ', ' '] });
    expect(await colsOfText('a,b\n1,  \n2,3\n')).toEqual({ a: floats(1, 2), b: floats(Number.NaN, 3) });
  });

  it('nine numbers in ten cells make a column of numbers, and the tenth is a mistake', async () => {
    const rows = (other: string, numbers: number): string => `a\n${'1\n'.repeat(numbers)}${other}\n`;
    expect(await wrong(rows('1O', 9))).toBe(
      '11:1 DATA_VALUE column "a" holds numbers, but here "1O": if the column is text, name it under `text` of the source',
    );
    expect((await colsOfText(rows('1O', 9), { text: ['a'] })).a).toEqual([...Array(9).fill('1'), '1O']);
    expect((await colsOfText(rows('1O', 8))).a).toEqual([...Array(8).fill('1'), '1O']);
    expect((await colsOfText('a,b\n,1\n,2\n')).a).toEqual(floats(Number.NaN, Number.NaN));
  });

  it('digits that are text: named under `text`, a group or a key', async () => {
    const data = await readText('id,code,n,group\n007,01,1,9\n8,1,2,\n', { key: 'id', group: 'group', text: ['code'] });
    expect(await all(data)).toEqual({ id: ['007', '8'], code: ['01', '1'], n: floats(1, 2), group: ['9', null] });
    expect([data.groups, data.groupNames]).toEqual([Int32Array.of(0, -1), ['9']]);
    expect(itemsOf(data).keys(Int32Array.of(1, 0))).toEqual(['8', '007']);
  });

  it.each([
    ['a,b\n1,2\n3\n', '3:1 DATA_ROW the header of data.csv names 2 columns, this row has 1'],
    ['a,b\n1,2\n3,4,5\n', '3:1 DATA_ROW the header of data.csv names 2 columns, this row has 3'],
    ['a,b\n"1\n",2\n3\n', '4:1 DATA_ROW the header of data.csv names 2 columns, this row has 1'],
    ['a,b\n1,2\n3,"x\ny\n', '3:3 DATA_FORMAT the quote that opens cell 2 is never closed'],
    [
      'é,b\n"é\né",?\n"",1\n"",2\n"",3\n"",4\n"",5\n"",6\n"",7\n"",8\n"",9\n',
      '3:4 DATA_VALUE column "b" holds numbers, but here "?": if the column is text, name it under `text` of the source',
    ],
    ['a,b\n1,"2"x\n', '2:4 DATA_FORMAT text stands behind the closing quote of cell 2'],
    ['a,b\n1,2\r3,4\n', '2:3 DATA_FORMAT a carriage return without a line feed: end lines with LF or CRLF'],
    ['', '- DATA_EMPTY data.csv is empty: a header and rows are expected'],
    ['\n\n', '- DATA_EMPTY data.csv is empty: a header and rows are expected'],
    ['a,b\n', '- DATA_EMPTY data.csv has a header and no rows'],
    ['a,b\n\n', '- DATA_EMPTY data.csv has a header and no rows'],
    ['a,b,a\n1,2,3\n', '1:5 DATA_COLUMN columns 1 and 3 are both called "a"'],
    ['a,,b\n1,2,3\n', '1:3 DATA_COLUMN column 2 has no name in the header'],
    ['1,2.5\n3,4\n', '1:1 DATA_FORMAT the first line must name the columns, but holds numbers: 1, 2.5, ...'],
    ['a\n1\nNaN\n', '3:1 DATA_VALUE column "a" has "NaN": numbers must be finite, a missing one is left empty'],
    ['a,b\n1,2\n1,-inf\n', '3:3 DATA_VALUE column "b" has "-inf": numbers must be finite, a missing one is left empty'],
    ['a\n1\n1e39\n', '3:1 DATA_VALUE column "a" has "1e39", which is no number that float32 can hold'],
    [Buffer.from('a,b\nx,\xff\n', 'latin1'), '2:3 DATA_FORMAT column "b" is not UTF-8 here: save the file as UTF-8'],
    [
      Buffer.from('a,\xff\nx,y\n', 'latin1'),
      '1:3 DATA_FORMAT the name of column 2 is not UTF-8: save the file as UTF-8',
    ],
    [Buffer.from('\ufeffa,b\n1,2\n', 'utf16le'), '- DATA_FORMAT data.csv is UTF-16: save it as UTF-8'],
    [Uint8Array.of(31, 139, 8, 0), '- DATA_FORMAT data.csv is compressed by gzip: unpack it first'],
  ])('%j', async (text, message) => {
    expect(await wrong(text)).toBe(message);
  });

  it('a mistake behind the sample is found where it stands, in memory and in a stream', async () => {
    const text = `a,b\n${'1,x\n'.repeat(5000)}?,x\n`;
    const message =
      '5002:1 DATA_VALUE column "a" holds numbers, but here "?": if the column is text, name it under `text` of the source';
    expect(await wrong(text)).toBe(message);
    const stream = await openStream({ path: 'data.csv', stream: true });
    const { code, place } = await problemOf(() => chunksOf(stream));
    expect([code, place?.line, place?.column]).toEqual(['DATA_VALUE', 5002, 1]);
    await stream.close();
  });

  it('names of columns: numbered ones are fine, unknown ones suggest the nearest', async () => {
    expect(Object.keys(await colsOfText('0,1,2\n5,6,7\n'))).toEqual(['0', '1', '2']);
    expect(await wrong('label,x\na,1\n', { group: 'lable' })).toBe(
      '- DATA_COLUMN data.csv has no column "lable"; did you mean label? Its columns: label, x',
    );
    expect(await wrong('a,b\n1,2\n', {}, 'data.feather')).toBe(
      '- DATA_FORMAT the ending ".feather" of data.feather does not tell how to read it: set `format` to csv, jsonl or parquet',
    );
  });

  it('keys must be there and differ', async () => {
    const text = (key: string): string => `id,x\na,1\nb,2\n${key},3\n`;
    expect(await wrong(text('a'), { key: 'id' })).toBe(
      '4:1 DATA_VALUE the key "a" in column "id" stands in line 2 too: keys must differ',
    );
    expect(await wrong(text(''), { key: 'id' })).toBe(
      '4:1 DATA_VALUE the key column "id" is empty here: every row needs its own',
    );
    const data = await readText(text('a'));
    expect(itemsOf(data).keys(Int32Array.of(2, 0))).toEqual(['2', '0']);
  });

  it('some rows, in any order', async () => {
    const data = await readText('a,b\n1,x\n2,y\n3,z\n');
    expect(await itemsOf(data).read(Int32Array.of(2, 0, 2))).toEqual({ a: floats(3, 1, 3), b: ['z', 'x', 'z'] });
    expect(await source.describe({ path: 'data.csv', group: 'b' })).toMatchObject({
      relations: 3,
      sides: { items: { size: 3 } },
    });
  });
});

describe('JSONL', () => {
  const lines = (...rows: unknown[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  const readLines = async (text: string, options: Options = {}): Promise<Cols> =>
    colsOfText(text, options, 'data.jsonl');

  it('numbers, truth, text and arrays; what is null or absent is missing', async () => {
    const rows: readonly object[] = [
      {
        n: 1,
        ok: true,
        s: 'x',
        v: [1, 2],
        q: [[1], [2]],
        i: [
          [[1], [2]],
          [[3], [4]],
        ],
        constructor: 'own',
      },
      { n: null, ok: false, s: '', v: [3, 4.5], q: [[3], [4]], i: null },
      {
        n: 2,
        ok: true,
        v: [5, 6],
        q: [[5], [6]],
        i: [
          [[5], [6]],
          [[7], [8]],
        ],
        constructor: 'too',
      },
    ];
    await folder.put('data.jsonl', `\ufeff${lines(...rows).replace('\n', '\r\n\n')}`);
    const data = await source.open({ path: 'data.jsonl' });
    expect(await all(data)).toEqual({
      n: floats(1, Number.NaN, 2),
      ok: floats(1, 0, 1),
      s: ['x', '', null],
      v: floats(1, 2, 3, 4.5, 5, 6),
      q: floats(1, 2, 3, 4, 5, 6),
      i: floats(1, 2, 3, 4, Number.NaN, Number.NaN, Number.NaN, Number.NaN, 5, 6, 7, 8),
      constructor: ['own', null, 'too'],
    });
    expect(await itemsOf(data).read(Int32Array.of(2))).toMatchObject({ v: floats(5, 6), q: floats(5, 6) });
    expect(itemsOf(data).where(1).line).toBe(3);
    const { sides } = await source.describe({ path: 'data.jsonl' });
    expect(sides).toMatchObject({
      items: {
        size: 3,
        columns: {
          n: { kind: 'number', nullable: true },
          ok: { kind: 'number', nullable: false },
          s: { kind: 'text', nullable: true },
          v: { kind: 'vector', shape: [2], nullable: false },
          q: { kind: 'sequence', shape: [2, 1] },
          i: { kind: 'image', shape: [2, 2, 1], nullable: true },
        },
      },
    });
  });

  it('a number in a column of text is its text, as in CSV', async () => {
    expect(await readLines(lines({ a: 'x', g: 1 }, { a: 5, g: 'b' }, { a: true, g: null }), { group: 'g' })).toEqual({
      a: ['x', '5', 'true'],
      g: ['1', 'b', null],
    });
  });

  it.each([
    [lines({ v: [1, 2] }, { v: [1, 2, 3] }), '2:1 DATA_VALUE column "v" has shape [3] here, [2] in the rows before'],
    [
      lines({ v: [1, 2] }, { v: [1, 'x'] }),
      '2:1 DATA_VALUE column "v" must be an array of numbers of shape [2] that float32 can hold',
    ],
    [
      lines({ v: [[1], [2, 3]] }),
      '1:1 DATA_VALUE column "v" holds numbers, but here an array that is none of numbers of one shape, at most three deep',
    ],
    [lines(...Array(9).fill({ n: 1 }), { n: 'x' }), '10:1 DATA_VALUE column "n" holds numbers, but here "x"'],
    ['{"n": 1}\n{"n": 1e999}\n', '2:1 DATA_VALUE column "n" has Infinity, which float32 cannot hold'],
    ['{"n": 1}\n\n{"n": 2\n', '3:1 DATA_ROW a JSON object is expected on each line, here stands: {"n": 2'],
    ['{"n": 1}\n[1]\n', '2:1 DATA_ROW a JSON object is expected on each line, here stands: [1]'],
    [lines({ s: 'x' }, { s: { t: 1 } }), '2:1 DATA_VALUE column "s" holds text, but here an object'],
    ['\n', '- DATA_EMPTY data.jsonl is empty: one JSON object a line is expected'],
    ['{}\n', '- DATA_EMPTY the rows of data.jsonl have no keys'],
    [Buffer.from('{"a":"\xff"}\n', 'latin1'), '1:1 DATA_FORMAT the line is not UTF-8: save the file as UTF-8'],
  ])('%j', async (text, message) => {
    expect(await wrong(text, {}, 'data.jsonl')).toBe(message);
  });

  it('a key that the sample does not have is an error, not lost', async () => {
    const text = lines(...Array(1000).fill({ a: 1 }), { a: 1, b: 2 });
    expect(await wrong(text, {}, 'data.jsonl')).toBe(
      '1001:1 DATA_ROW key "b" stands in none of the first rows; they have a',
    );
  });
});

const files = doorsTo(folder.path);
async function openStream(options: Options): Promise<StreamData> {
  const data = await sourceWith(table, options).open(files());
  if (data.access !== 'stream') throw new Error('a stream was expected');
  return data;
}

async function chunksOf(
  stream: StreamData,
  from: Chunk['position'] | null = null,
  shard = { index: 0, count: 1 },
): Promise<Chunk[]> {
  const chunks: Chunk[] = [];
  for await (const chunk of stream.chunks(from, shard)) chunks.push(chunk);
  return chunks;
}

describe('streaming', () => {
  const text = `g,x,name\r\n${Array.from({ length: 1000 }, (_, i) => `${i % 7 === 0 ? '' : `g${i % 3}`},${i / 8},"n\n${i}"\r\n`).join('')}`;

  it('gives the rows of the table, in chunks of 256', async () => {
    const data = await readText(text, { group: 'g' });
    const stream = await openStream({ path: 'data.csv', group: 'g', stream: true });
    const chunks = await chunksOf(stream);
    expect(chunks.map(({ keys }) => keys.length)).toEqual([256, 256, 256, 232]);
    expect(chunks.flatMap(({ keys }) => keys)).toEqual(Array.from({ length: 1000 }, (_, i) => String(i)));
    const whole = await all(data);
    expect(chunks.flatMap(({ columns }) => [...columns.x!])).toEqual([...whole.x!]);
    expect(chunks.flatMap(({ columns }) => [...columns.name!])).toEqual([...whole.name!]);
    expect(chunks.flatMap(({ groups }) => groups)).toEqual([...whole.g!]);
    expect(await source.describe({ path: 'data.csv', group: 'g', stream: true })).toMatchObject({
      access: 'stream',
      relations: null,
      sides: { items: { size: null, columns: { x: { kind: 'number' }, name: { kind: 'text' } } } },
    });
    await stream.close();
  });

  it('opened at a position it gives the same rows; the position survives as JSON', async () => {
    await folder.put('data.csv', text);
    const stream = await openStream({ path: 'data.csv', group: 'g', stream: true });
    const chunks = await chunksOf(stream);
    for (const [i, { position }] of chunks.entries()) {
      const again = await openStream({ path: 'data.csv', group: 'g', stream: true });
      expect(await chunksOf(again, JSON.parse(JSON.stringify(position)) as Chunk['position'])).toEqual(
        chunks.slice(i + 1),
      );
      await again.close();
    }
    await expect(chunksOf(stream, { offset: -1 })).rejects.toThrow('no position of a stream of rows');
    await stream.close();
  });

  it('shards are every nth chunk, and resume as well', async () => {
    await folder.put('data.csv', text);
    const stream = await openStream({ path: 'data.csv', stream: true });
    const chunks = await chunksOf(stream);
    for (const index of [0, 1, 2]) {
      const shard = { index, count: 3 };
      const mine = chunks.filter((_, i) => i % 3 === index);
      expect(await chunksOf(stream, null, shard)).toEqual(mine);
      expect(await chunksOf(stream, mine[0]!.position, shard)).toEqual(mine.slice(1));
    }
    await stream.close();
  });

  it('a chunk ends after 1 MiB, however few rows it has', async () => {
    await folder.put('data.csv', `a\n${`${'x'.repeat(2 ** 19)}\n`.repeat(5)}`);
    const stream = await openStream({ path: 'data.csv', stream: true });
    expect((await chunksOf(stream)).map(({ keys }) => keys.length)).toEqual([2, 2, 1]);
    await stream.close();
  });

  it('keys come from their column; an empty one is named', async () => {
    await folder.put('data.csv', 'id,x\na,1\n,2\n');
    const stream = await openStream({ path: 'data.csv', key: 'id', stream: true });
    expect((await problemOf(() => chunksOf(stream))).message).toMatch(/the key column "id" is empty in row 1$/);
    await stream.close();
  });

  it('stops where it is told to', async () => {
    await folder.put('data.csv', text);
    const controller = new AbortController();
    const files = openFiles({ folder: folder.path(), signal: controller.signal });
    const rows = await openRows(
      files,
      { path: 'data.csv', format: 'auto', delimiter: 'auto', text: [] },
      { block: 64 },
    );
    const stream = streamRows([rows], { group: null, key: null });
    const reading = (async () => {
      for await (const _chunk of stream.chunks(null, { index: 0, count: 1 })) controller.abort();
    })();
    await expect(reading).rejects.toThrow(/abort/i);
    await files.close();
  });
});

/** RFC 4180, one character after another: rows of cells without blank lines, or null where the text is no CSV. */
function plainSplit(text: string): string[][] | null {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = '';
  let state: 'start' | 'plain' | 'inside' | 'closed' = 'start';
  const endCell = (): void => {
    row.push(cell);
    cell = '';
    state = 'start';
  };
  const endRow = (): void => {
    if (row.length === 0 && state === 'start') return; // a blank line
    endCell();
    rows.push(row);
    row = [];
  };
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!;
    if (state === 'inside') {
      if (character !== '"') cell += character;
      else if (text[at + 1] === '"') cell += text[at++];
      else state = 'closed';
    } else if (character === ',') endCell();
    else if (character === '\n') endRow();
    else if (character === '\r') {
      if (at + 1 < text.length && text[at + 1] !== '\n') return null;
      if (text[at + 1] === '\n') at++;
      endRow();
    } else if (state === 'closed') return null;
    else if (character === '"' && state === 'start') state = 'inside';
    else {
      cell += character;
      state = 'plain';
    }
  }
  if (state === 'inside') return null;
  if (row.length > 0 || cell !== '' || state === 'closed') endRow();
  return rows;
}

const rowOptions = { path: 'fuzz.csv', format: 'csv', delimiter: ',', text: ['a', 'b'] } as const;
/** The rows as the reader sees them, reading `block` bytes at a time; null where it refuses the text. */
async function readFuzz(text: string, block: number): Promise<(string | null)[][] | null> {
  await folder.put('fuzz.csv', text);
  const files = openFiles({ folder: folder.path() });
  try {
    const rows = await openRows(files, rowOptions, { block });
    const { columns, size } = await readRows(rows);
    return Array.from({ length: size }, (_, row) => [columns.a![row], columns.b![row]] as (string | null)[]);
  } catch (error) {
    if (error instanceof Error && error.name === 'ProblemError') return null;
    throw error;
  } finally {
    await files.close();
  }
}

/** Reads fuzz.csv row by row, and from the place before each row on to the end. */
async function everyPositionResumes(expected: readonly (readonly (string | null)[])[], block: number): Promise<void> {
  const files = openFiles({ folder: folder.path() });
  const file = await openRows(files, rowOptions, { block });
  const first = new RowWalk(file, file.first);
  for (let row = 0; row <= expected.length; row++) {
    const { position } = first;
    expect(position.row).toBe(row);
    expect(await rowsFrom(file, position)).toEqual(expected.slice(row));
    expect(await first.read({ rows: 1, bytes: 1 }, () => {})).toBe(Number(row < expected.length));
  }
  await files.close();
}

async function rowsFrom(file: RowFile, position: RowPosition): Promise<(string | null)[][]> {
  const walk = new RowWalk(file, position);
  const stores = createStores(file.columns, () => true, 1);
  const rows: (string | null)[][] = [];
  await walk.read(NO_LIMIT, () => {
    walk.syntax.store(stores, 0);
    rows.push(stores.map((store) => (store as (string | null)[])[0]!));
  });
  return rows;
}

describe('any bytes', () => {
  it('are read, or refused in words', async () => {
    const piece = fc.constantFrom(
      'a',
      '1',
      ',',
      '"',
      '\n',
      '\r',
      '{',
      '}',
      '[',
      ']',
      ':',
      '{"a":1}\n',
      '{"a":[1]}\n',
      '\0',
      '\xff',
      '\ufeff',
      'null',
    );
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc.array(piece, { maxLength: 20 }).map((parts) => Buffer.from(parts.join(''), 'latin1')),
    );
    await fc.assert(
      fc.asyncProperty(bytes, fc.constantFrom('csv', 'jsonl'), async (content, format) => {
        await folder.put('any', content);
        await neverWorse(() => source.open({ path: 'any', format }));
      }),
      { numRuns: 500, seed: 7 },
    );
  });

  it('a quote left open does not fill the memory', async () => {
    await folder.put('open.csv', `a,b\n1,2\n3,"${'x,y\n'.repeat(2 ** 24 + 2 ** 20)}`);
    const { code, place, message } = await problemOf(() => source.describe({ path: 'open.csv' }));
    expect([code, place?.line, message]).toEqual([
      'DATA_FORMAT',
      3,
      'the row that begins here is longer than 64 MiB: is a quote left open?',
    ]);
  });

  it('a line of names without end is refused', async () => {
    await folder.put('wide.csv', Array.from({ length: 140_000 }, (_, i) => `c${i}`).join(','));
    const { code, message } = await problemOf(() => source.describe({ path: 'wide.csv' }));
    expect(`${code} ${message}`).toMatch(/^DATA_COLUMN .*wide.csv has 140000 columns, more than 131072$/);
  });

  it('a few bytes that stand for more numbers than any memory holds are refused', () => {
    const wide = { name: 'v', type: 'array', shape: [2 ** 20], nullable: true } as const;
    expect(() => createStores([wide], () => true, 2 ** 22)).toThrow(
      'MEMORY: the table of 4194304 rows needs 16384.0 GiB',
    );
  });

  it('JSON that nests without end is refused', async () => {
    const deep = `{"a": ${'['.repeat(100_000)}${']'.repeat(100_000)}}\n`;
    expect(await wrong(deep, {}, 'data.jsonl')).toMatch(/^1:1 DATA_VALUE column "a"/);
  });
});

describe('against a plain reader', () => {
  it('any text, read in pieces of any size', async () => {
    const pieces = fc.constantFrom(
      'x',
      'é',
      ',',
      '"',
      '""',
      '\n',
      '\r\n',
      '\r',
      ' ',
      'x,y\n',
      '"p,\nq",2\n',
      '1,"a""b"\r\n',
    );
    const texts = fc.array(pieces, { maxLength: 14 }).map((parts) => parts.join(''));
    let [accepted, refused] = [0, 0];
    await fc.assert(
      fc.asyncProperty(texts, fc.integer({ min: 1, max: 9 }), async (body, block) => {
        const rows = plainSplit(body);
        const good = rows !== null && rows.length > 0 && rows.every((cells) => cells.length === 2);
        const expected = good ? rows.map((cells) => cells.map((cell) => (cell === '' ? null : cell))) : null;
        expect(await readFuzz(`a,b\n${body}`, block)).toEqual(expected);
        if (good) accepted++;
        else refused++;
      }),
      { numRuns: 1000, seed: 4180 },
    );
    expect(accepted).toBeGreaterThan(100);
    expect(refused).toBeGreaterThan(100);
  });

  it('whatever was written is read back, from the beginning and from the place of every row', async () => {
    const cell = fc.string({ unit: fc.constantFrom('a', 'é', '😀', ',', '"', '\n', '\r', ' '), maxLength: 6 });
    const line = fc.record({ cells: fc.tuple(cell, cell), quote: fc.boolean(), end: fc.constantFrom('\n', '\r\n') });
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 1, max: 50 }),
        async (lines, block) => {
          const written = lines
            .map(({ cells, quote, end }) => cells.map((text) => quoted(text, quote)).join(',') + end)
            .join('');
          const rows = lines.map(({ cells }) => cells.map((text) => (text === '' ? null : text)));
          expect(await readFuzz(`a,b\n${written}`, block)).toEqual(rows);
          await everyPositionResumes(rows, block);
        },
      ),
      { numRuns: 100, seed: 4180 },
    );
  });
});

const quoted = (text: string, always: boolean): string =>
  always || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;

describe('files that match a pattern', () => {
  it('are one table in the order of their paths, with their own lines, in memory and as a stream', async () => {
    await folder.put('parts/b.csv', 'g,x\nq,3\n');
    await folder.put('parts/a.csv', 'x,g\n1,p\n\n2,7\n');
    const data = await source.open({ path: 'parts/*.csv', group: 'g' });
    expect(await all(data)).toEqual({ x: floats(1, 2, 3), g: ['p', '7', 'q'] });
    expect([0, 1, 2].map((row) => itemsOf(data).where(row).line)).toEqual([2, 4, 2]);
    expect(itemsOf(data).where(2).file).toMatch(/b\.csv$/);
    const files = openFiles({ folder: folder.path() });
    const stream = (await sourceWith(table, { path: 'parts/*.csv', stream: true }).open(files)) as StreamData;
    const chunks: Chunk[] = [];
    for await (const chunk of stream.chunks(null, { index: 0, count: 1 })) chunks.push(chunk);
    expect(chunks.flatMap(({ keys }) => keys)).toEqual(['0', '1', '2']);
    const again: Chunk[] = [];
    for await (const chunk of stream.chunks(chunks[0]!.position, { index: 0, count: 1 })) again.push(chunk);
    expect(again).toEqual(chunks.slice(1));
    await stream.close();
    await files.close();
  });

  it('must agree in columns and kinds; an error names both', async () => {
    await folder.put('lost/1.csv', 'x,g\n1,p\n');
    await folder.put('lost/2.csv', 'x\n1\n');
    expect(await source.wrong({ path: 'lost/*.csv' })).toMatch(/column "g" of .*1\.csv is missing in .*2\.csv/);
    await folder.put('kind/1.jsonl', '{"x":1}\n');
    await folder.put('kind/2.jsonl', '{"x":"a"}\n');
    expect(await source.wrong({ path: 'kind/*.jsonl' })).toMatch(
      /column "x" holds number in .*1\.jsonl and text in .*2\.jsonl: if it is text/,
    );
    expect(await source.wrong({ path: 'none-*.csv' })).toContain('no file matches none-*.csv');
    expect(await source.wrong({ path: '{lost,kind}/1.*' })).toContain('are of two formats');
  });

  it('`columns` leaves out the others; filter and order are for Parquet', async () => {
    await folder.put('three.csv', 'x,y,g\n1,2,p\n');
    expect(await all(await source.open({ path: 'three.csv', columns: ['y'], group: 'g' }))).toEqual({
      y: floats(2),
      g: ['p'],
    });
    expect(await source.wrong({ path: 'three.csv', columns: ['y', 'z'], group: 'g' })).toBe(
      'DATA_COLUMN three.csv has no column "z"; its columns: x, y, g',
    );
    expect(await source.wrong({ path: 'three.csv', order: 'x' })).toContain('`filter` and `order` are for Parquet');
  });
});
