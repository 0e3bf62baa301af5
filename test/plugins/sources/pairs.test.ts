import { describe, expect, it } from 'vitest';
import type { Cols, RandomAccessData, Table } from '../../../core/contract/index.js';
import { faultsOf } from '../../../core/plugin/valid.js';
import type { Options } from '../../../core/plugin/view.js';
import { pairs } from '../../../plugins/sources/pairs.js';
import { problemOf } from '../../files/problem-of.js';
import { looking, temporaryFolder } from './opening.js';

const folder = temporaryFolder();
const source = looking(pairs, folder.path);
const floats = (...values: number[]): Float32Array => Float32Array.from(values);
const ints = (...values: number[]): Int32Array => Int32Array.from(values);
const whole = (table: Table): Promise<Cols> => table.read(Int32Array.from({ length: table.size }, (_, i) => i));

async function read(text: string, options: Options, name = 'pairs.csv'): Promise<RandomAccessData> {
  await folder.put(name, text);
  return source.open({ path: name, ...options });
}
const oneTable = ({ tables }: RandomAccessData): Table => {
  if (!('items' in tables)) throw new Error('one table was expected');
  return tables.items;
};
/** `line CODE message`, from reading and from describing. */
async function wrong(text: string, options: Options): Promise<string> {
  const { code, message, place } = await problemOf(() => read(text, options));
  const described = await problemOf(() => source.describe({ path: 'pairs.csv', ...options }));
  expect(described.message).toBe(message);
  return `${place?.line ?? '-'} ${code} ${message.replaceAll(`${folder.path()}/`, '')}`;
}

it('is a valid plugin', () => {
  expect(faultsOf(pairs, 'siamese')).toEqual([]);
});

describe('items', () => {
  const wide = 'left_a,left_b,right_a,right_b,same\n1,2,3,4,1\n3,4,1,2,0\n-0,2,0,2,1\n,1,,1,0\n';

  it('patterns name the columns by their star; equal contents are one item', async () => {
    const options = { left: 'left_*', right: 'right_*', target: 'same' };
    const data = await read(wide, options);
    const table = oneTable(data);
    expect(await whole(table)).toEqual({ a: floats(1, 3, 0, Number.NaN), b: floats(2, 4, 2, 1) });
    expect(data.pairs).toEqual({
      left: ints(0, 1, 2, 3),
      right: ints(1, 0, 2, 3),
      target: floats(1, 0, 1, 0),
      weight: null,
    });
    expect([0, 1, 2, 3].map((row) => table.where(row).line)).toEqual([2, 2, 4, 5]);
    expect(await source.describe({ path: 'pairs.csv', ...options })).toEqual({
      sides: {
        items: {
          size: 4,
          columns: {
            a: { kind: 'number', shape: null, nullable: true },
            b: { kind: 'number', shape: null, nullable: false },
          },
        },
      },
      relation: 'pairs',
      access: 'random',
      relations: 4,
      targets: 'binary',
      pairColumns: ['same'],
    });
  });

  it('keys follow from the content alone', async () => {
    const options = { left: 'left_*', right: 'right_*', target: 'same' };
    const keys = async (text: string): Promise<readonly string[]> =>
      oneTable(await read(text, options)).keys(ints(0, 1, 2, 3));
    const before = await keys(wide);
    const [header, ...rows] = wide.trimEnd().split('\n');
    const after = await keys(`${header}\n${rows.reverse().join('\n')}\n`);
    expect(new Set(before).size).toBe(4);
    expect(new Set(after)).toEqual(new Set(before));
    expect(after[0]).toBe(before[3]);
  });

  it('sentences are named as on the left, and joined in one table', async () => {
    const data = await read('one,two,score\nred,blue,0\nblue,red,1\n"a ""b""",red,1\n', {
      left: 'one',
      right: 'two',
      target: 'score',
    });
    expect(await whole(oneTable(data))).toEqual({ one: ['red', 'blue', 'a "b"'] });
    expect([data.pairs!.left, data.pairs!.right]).toEqual([ints(0, 1, 2), ints(1, 0, 0)]);
  });

  it('columns of neither item are columns of the pair', async () => {
    const text = 'left,right,score,part,year\na,b,1,train,2001\nb,c,0,test,\n';
    const data = await read(text, { left: 'left', right: 'right', target: 'score' });
    expect(data.pairColumns).toEqual({ score: floats(1, 0), part: ['train', 'test'], year: floats(2001, Number.NaN) });
  });

  it('by name where both sides have the same names, else in order', async () => {
    const text = 'l_x,l_y,r_y,r_x\n1,2,2,1\n';
    expect(oneTable(await read(text, { left: 'l_*', right: 'r_*' })).size).toBe(1);
    expect(oneTable(await read(text, { left: ['l_x', 'l_y'], right: ['r_y', 'r_x'] })).size).toBe(2);
    expect(oneTable(await read(text, { left: ['l_x', 'l_y'], right: ['r_x', 'r_y'] })).size).toBe(1);
  });

  it('vectors of JSONL', async () => {
    const rows = [
      { a: [1, 2], b: [3, 4], t: 0.25 },
      { a: [3, 4], b: [1, 2.5], t: 1 },
    ];
    const data = await read(
      rows.map((row) => JSON.stringify(row)).join('\n'),
      { left: 'a', right: 'b', target: 't' },
      'pairs.jsonl',
    );
    expect(await whole(oneTable(data))).toEqual({ a: floats(1, 2, 3, 4, 1, 2.5) });
    expect(data.pairs).toMatchObject({ left: ints(0, 1), right: ints(1, 2), target: floats(0.25, 1) });
    expect((await source.describe({ path: 'pairs.jsonl', left: 'a', right: 'b', target: 't' })).targets).toBe('real');
  });

  it('two tables where the sides differ, or when told so', async () => {
    const text = 'user,age,title\nu1,30,Alien\nu2,40,Alien\nu1,30,Brazil\n';
    const data = await read(text, { left: ['user', 'age'], right: 'title' });
    if (!('left' in data.tables)) throw new Error('two tables were expected');
    expect(await whole(data.tables.left)).toEqual({ user: ['u1', 'u2'], age: floats(30, 40) });
    expect(await whole(data.tables.right)).toEqual({ title: ['Alien', 'Brazil'] });
    expect(data.pairs).toEqual({ left: ints(0, 1, 0), right: ints(0, 0, 1), target: floats(1, 1, 1), weight: null });
    expect(await source.describe({ path: 'pairs.csv', left: ['user', 'age'], right: 'title' })).toMatchObject({
      sides: { left: { size: 2, columns: { user: { kind: 'text' }, age: { kind: 'number' } } }, right: { size: 2 } },
      targets: 'positives-only',
      relations: 3,
    });
    const alike = await read('u,m\nx,x\n', { left: 'u', right: 'm', tables: 'two' });
    expect('left' in alike.tables && [alike.tables.left.size, alike.tables.right.size]).toEqual([1, 1]);
    const starred = await read('u_age,m_year\n3,3\n', { left: 'u_*', right: 'm_*' });
    expect('left' in starred.tables).toBe(true);
    expect(await wrong(text, { left: ['user', 'age'], right: 'title', tables: 'one' })).toBe(
      '- DATA_COLUMN left and right cannot be one table: left has user (text), age (number); right has title (text)',
    );
  });

  it.each([
    [
      { left: 'lefft', right: 'right' },
      'DATA_COLUMN pairs.csv has no column "lefft"; did you mean left? Its columns: left, right, t',
    ],
    [{ left: 'x_*', right: 'right' }, 'DATA_COLUMN left: no column matches "x_*"; pairs.csv has left, right, t'],
    [{ left: '*_*', right: 'right' }, 'DATA_COLUMN left: a pattern has one star, "*_*" has 2'],
    [{ left: ['left', 'left'], right: 'right' }, 'DATA_COLUMN left selects "left" twice'],
    [
      { left: 'left', right: 'right', target: 'u' },
      'DATA_COLUMN pairs.csv has no column "u"; its columns: left, right, t',
    ],
    [{ left: 'left', right: 'right', weight: 'left' }, 'DATA_COLUMN the weight column "left" must hold numbers'],
    [
      { left: 'left', right: 'right', range: [0, 1] },
      'OPTION_MISSING range and positiveFrom are about the target: name its column by `target`',
    ],
    [
      { left: 'left', right: 'right', target: 't', range: [1, 1] },
      'OPTION_RANGE range must go from low to high, got [1, 1]',
    ],
  ])('%j: %s', async (options, message) => {
    expect(await wrong('left,right,t\na,b,1\n', options)).toBe(`- ${message}`);
  });
});

describe('targets', () => {
  const text = (...targets: (string | number)[]): string =>
    `l,r,t\n${targets.map((target, i) => `a${i},b,${target}\n`).join('')}`;
  const targets = async (values: (string | number)[], options: Options): Promise<readonly unknown[]> => {
    const all = { left: 'l', right: 'r', target: 't', ...options };
    const data = await read(text(...values), all);
    const { targets: kind, positiveFrom } = await source.describe({ path: 'pairs.csv', ...all });
    return [kind, [...data.pairs!.target].map((value) => Number(value.toFixed(6))), positiveFrom];
  };

  it.each([
    [[0, 1, '1.0'], {}, ['binary', [0, 1, 1], undefined]],
    [['true', 'False', 1], {}, ['binary', [1, 0, 1], undefined]],
    [[0, 1, 1], { polarity: 'same-is-low' }, ['binary', [1, 0, 0], undefined]],
    [[0, 2.5, 5], { range: [0, 5] }, ['graded', [0, 0.5, 1], undefined]],
    [[0, 1, 5], { range: [0, 5], polarity: 'same-is-low' }, ['graded', [1, 0.8, 0], undefined]],
    [[1, 5], { range: [1, 5], positiveFrom: 4 }, ['graded', [0, 1], 0.75]],
    [[0, 4], { range: [0, 4], positiveFrom: 1, polarity: 'same-is-low' }, ['graded', [1, 0], 0.75]],
    [[0.6, 0.7, 3], { positiveFrom: 0.7 }, ['binary', [0, 1, 1], undefined]],
    [[0.6, 0.7, 3], { positiveFrom: 0.7, polarity: 'same-is-low' }, ['binary', [1, 1, 0], undefined]],
    [[-1, 1, 1], { positiveFrom: 1 }, ['binary', [0, 1, 1], undefined]],
    [[-1, 0.5, 2], {}, ['real', [-1, 0.5, 2], undefined]],
  ])('%j by %j', async (values, options, expected) => {
    expect(await targets(values, options)).toEqual(expected);
  });

  it.each([
    [[0, 5.5], { range: [0, 5] }, '3 DATA_VALUE the target 5.5 in column "t" lies outside range [0, 5]'],
    [[0, 1, ''], {}, '4 DATA_VALUE the target column "t" is empty here'],
    [['yes', 1], {}, '2 DATA_VALUE column "t" holds numbers, but here "yes": 0, 1, true or false is expected'],
    [
      [0, 0.5],
      { polarity: 'same-is-low' },
      '3 DATA_VALUE the target 0.5 in column "t" is neither 0 nor 1: with polarity same-is-low, say range or positiveFrom',
    ],
  ])('%j by %j: %s', async (values, options, message) => {
    expect(await wrong(text(...values), { left: 'l', right: 'r', target: 't', ...options })).toBe(message);
  });

  it('weights', async () => {
    const options = { left: 'l', right: 'r', weight: 't' };
    expect((await read(text(0, 2.5), options)).pairs!.weight).toEqual(floats(0, 2.5));
    expect(await wrong(text(1, -1), options)).toBe(
      '3 DATA_VALUE the weight column "t" has -1: a number of 0 or more is expected',
    );
    expect(await wrong(text(1, ''), options)).toBe(
      '3 DATA_VALUE the weight column "t" is empty here: a number of 0 or more is expected',
    );
  });
});
