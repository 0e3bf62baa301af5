import { describe, expect, it } from 'vitest';
import type { Cols, RandomAccessData, Table } from '../../../core/contract/index.js';
import { faultsOf } from '../../../core/plugin/valid.js';
import type { Options } from '../../../core/plugin/view.js';
import { triplets } from '../../../plugins/sources/triplets.js';
import { problemOf } from '../../files/problem-of.js';
import { looking, temporaryFolder } from './opening.js';
import { values, writeParquet } from './parquet-files.js';

const folder = temporaryFolder();
const source = looking(triplets, folder.path);
const floats = (...values: number[]): Float32Array => Float32Array.from(values);
const ints = (...values: number[]): Int32Array => Int32Array.from(values);
const whole = (table: Table): Promise<Cols> => table.read(Int32Array.from({ length: table.size }, (_, i) => i));
const oneTable = ({ tables }: RandomAccessData): Table => {
  if (!('items' in tables)) throw new Error('one table was expected');
  return tables.items;
};
async function read(text: string, options: Options = {}, name = 'triplets.csv'): Promise<RandomAccessData> {
  await folder.put(name, text);
  return source.open({ path: name, ...options });
}
/** `line CODE message`, from reading and from describing. */
async function wrong(text: string, options: Options = {}): Promise<string> {
  const { code, message, place } = await problemOf(() => read(text, options));
  expect((await problemOf(() => source.describe({ path: 'triplets.csv', ...options }))).message).toBe(message);
  return `${place?.line ?? '-'} ${code} ${message.replaceAll(`${folder.path()}/`, '')}`;
}

it('is a valid plugin', () => {
  expect(faultsOf(triplets, 'siamese')).toEqual([]);
});

describe('that hold their items', () => {
  it('texts: equal ones are one item, named as the anchor', async () => {
    const data = await read('anchor,positive,negative,part\nred,rot,blau,a\nrot,red,,b\nblau,rot,red,\n');
    expect(await whole(oneTable(data))).toEqual({ anchor: ['red', 'rot', 'blau', null] });
    expect(data.triplets).toEqual({ anchor: ints(0, 1, 2), positive: ints(1, 0, 1), negative: ints(2, 3, 0) });
    expect(data.pairColumns).toEqual({ part: ['a', 'b', null] });
    expect([data.groups, data.pairs, data.given]).toEqual([null, null, null]);
    expect(data.pairWhere!(1)).toEqual({ file: expect.stringContaining('triplets.csv'), line: 3 });
    expect(await source.describe({ path: 'triplets.csv' })).toEqual({
      sides: { items: { size: 4, columns: { anchor: { kind: 'text', shape: null, nullable: true } } } },
      relation: 'triplets',
      access: 'random',
      relations: 3,
    });
  });

  it('several columns by patterns, and vectors of JSONL', async () => {
    const wide = 'a_x,a_y,p_x,p_y,n_x,n_y\n1,2,3,4,1,2\n';
    const data = await read(wide, { anchor: 'a_*', positive: 'p_*', negative: 'n_*' });
    expect(await whole(oneTable(data))).toEqual({ x: floats(1, 3), y: floats(2, 4) });
    expect(data.triplets).toEqual({ anchor: ints(0), positive: ints(1), negative: ints(0) });
    const rows = await read('{"anchor":[1,2],"positive":[3,4],"negative":[5,6]}\n', {}, 'triplets.jsonl');
    expect(await whole(oneTable(rows))).toEqual({ anchor: floats(1, 2, 3, 4, 5, 6) });
  });

  it('Parquet, with items or with keys of a Parquet table', async () => {
    const at = (name: string): string => `${folder.path()}/${name}`;
    await writeParquet(at('t.parquet'), values('anchor, positive, negative, part', "('red', 'rot', 'blau', 'a'), ('rot', 'red', NULL, 'b')")); // biome-ignore format: a table
    const data = await source.open({ path: 't.parquet' });
    expect(await whole(oneTable(data))).toEqual({ anchor: ['red', 'rot', 'blau', null] });
    expect(data.triplets).toEqual({ anchor: ints(0, 1), positive: ints(1, 0), negative: ints(2, 3) });
    expect(data.pairWhere!(1)).toEqual({ file: expect.stringContaining('t.parquet'), row: 1 });
    await writeParquet(at('i.parquet'), values('id, x', '(11, 0.5), (12, 1.5), (13, 2)'));
    await writeParquet(at('k.parquet'), values('anchor, positive, negative', '(13, 11, 12)'));
    const keyed = await source.open({ path: 'k.parquet', items: { path: 'i.parquet', key: 'id' } });
    expect(keyed.triplets).toEqual({ anchor: ints(2), positive: ints(0), negative: ints(1) });
    expect(await whole(oneTable(keyed))).toEqual({ id: ['11', '12', '13'], x: floats(0.5, 1.5, 2) });
  });

  it('must be of one kind', async () => {
    expect(await wrong('anchor,positive,negative\na,b,1\n')).toBe(
      '- DATA_COLUMN anchor and negative must be of one kind: anchor has anchor (text); negative has negative (number)',
    );
    expect(await wrong('anchor,positive\na,b\n')).toBe(
      '- DATA_COLUMN triplets.csv has no column "negative"; its columns: anchor, positive',
    );
  });
});

describe('of keys', () => {
  const items = { path: 'items.jsonl', key: 'id' };
  const table = '{"id":"a","v":[1,0]}\n{"id":"b","v":[0,1]}\n{"id":"c","v":[1,1]}\n';

  it('rows of a table of items', async () => {
    await folder.put('items.jsonl', table);
    const data = await read('q,good,bad,day\nb,c,a,1\na,c,b,2\n', {
      anchor: 'q',
      positive: 'good',
      negative: 'bad',
      items,
    });
    expect(data.triplets).toEqual({ anchor: ints(1, 0), positive: ints(2, 2), negative: ints(0, 1) });
    expect(oneTable(data).keys(ints(0, 2))).toEqual(['a', 'c']);
    expect(await whole(oneTable(data))).toEqual({ id: ['a', 'b', 'c'], v: floats(1, 0, 0, 1, 1, 1) });
    expect(data.pairColumns).toMatchObject({ day: floats(1, 2) });
  });

  it('an unknown one, at its line, with the nearest; one that is missing; several columns', async () => {
    await folder.put('items.jsonl', table.replaceAll('"id":"', '"id":"item-'));
    expect(await wrong('anchor,positive,negative\nitem-a,item-b,item-c\nitem-a,item-b,item-x\n', { items })).toBe(
      '3 DATA_VALUE the triplet names the negative key "item-x", which items.jsonl does not have; did you mean item-a, item-b, item-c?',
    );
    expect(await wrong('anchor,positive,negative\nitem-a,,item-c\n', { items })).toBe(
      '2 DATA_VALUE the triplet has no positive key in column "positive"',
    );
    expect(await wrong('a_1,positive,negative\nx,y,z\n', { items, anchor: 'a_*' })).toBe(
      '- DATA_COLUMN anchor: a triplet names each item by one column of keys, got a_*',
    );
  });
});

it('an empty file, and one of another encoding', async () => {
  expect(await wrong('')).toBe('- DATA_EMPTY triplets.csv is empty: a header and rows are expected');
  await folder.put('triplets.csv', Buffer.from('anchor,positive,negative\na,b,\u00c5\n', 'latin1'));
  expect((await problemOf(() => source.open({ path: 'triplets.csv' }))).message).toBe(
    'column "negative" is not UTF-8 here: save the file as UTF-8',
  );
});
