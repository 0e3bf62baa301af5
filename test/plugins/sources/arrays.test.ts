import { describe, expect, it } from 'vitest';
import { encodeNpy, encodeNpz, type NpyArray } from '../../../core/files/index.js';
import { check } from '../../../core/plugin/check.js';
import { arrays } from '../../../plugins/sources/arrays.js';
import { cellsOf, itemsOf, looking, temporaryFolder } from './opening.js';

const folder = temporaryFolder();
const source = looking(arrays, folder.path);
const floats = (shape: readonly number[], values?: readonly number[]): NpyArray => {
  const count = shape.reduce((product, size) => product * size, 1);
  return { shape, dtype: 'float32', data: Float32Array.from({ length: count }, (_, i) => values?.[i] ?? i) };
};
const bytes = (...values: number[]): NpyArray => ({
  shape: [values.length],
  dtype: 'uint8',
  data: Uint8Array.from(values),
});
const texts = (...data: string[]): NpyArray => ({ shape: [data.length], dtype: 'string', data });
const put = (name: string, array: NpyArray): Promise<void> => folder.put(name, encodeNpy(array));

describe('items and groups', () => {
  it.each([
    [[3], 'number', null],
    [[3, 2], 'vector', [2]],
    [[3, 4, 2], 'sequence', [4, 2]],
    [[3, 2, 2, 3], 'image', [2, 2, 3]],
  ])('of shape %j are %s', async (shape, kind, described) => {
    await put('items.npy', floats(shape));
    await put('groups.npy', bytes(5, 3, 5));
    const given = { items: 'items.npy', groups: 'groups.npy' };
    expect(await source.describe(given)).toEqual({
      sides: { items: { size: 3, columns: { items: { kind, shape: described, nullable: false } } } },
      relation: 'groups',
      access: 'random',
      relations: null,
    });
    const data = await source.open(given);
    const width = (described ?? []).reduce((product, size) => product * size, 1);
    const row = (i: number): number[] => Array.from({ length: width }, (_, j) => i * width + j);
    expect(await cellsOf(itemsOf(data), 2, 0)).toEqual(Float32Array.from([...row(2), ...row(0)]));
    expect([data.groups, data.groupNames, data.given]).toEqual([Int32Array.of(1, 0, 1), ['3', '5'], null]);
    expect(itemsOf(data).keys(Int32Array.of(1))).toEqual(['items/1']);
    expect(itemsOf(data).where(1).file).toMatch(/items\.npy$/);
  });

  it('from one archive, bytes as bytes, groups by name', async () => {
    const image: NpyArray = { shape: [2, 2, 1, 1], dtype: 'uint8', data: Uint8Array.of(1, 2, 3, 4) };
    await folder.put('all.npz', encodeNpz({ x: image, y: texts('bee', 'ant'), z: texts('', 'ant') }));
    const data = await source.open({ items: 'all.npz#x', groups: 'all.npz#y' });
    expect(await cellsOf(itemsOf(data), 0, 1)).toEqual(Uint8Array.of(1, 2, 3, 4));
    expect([data.groups, data.groupNames]).toEqual([Int32Array.of(1, 0), ['ant', 'bee']]);
    expect((await source.open({ items: 'all.npz#x', groups: 'all.npz#z' })).groups).toEqual(Int32Array.of(-1, 0));
    expect(await source.wrong({ items: 'all.npz', groups: 'all.npz#y' })).toContain('it holds x, y, z');
    expect(await source.wrong({ items: 'all.npz#x', groups: 'all.npz#label' })).toBe(
      'DATA_MISSING all.npz has no array called "label": it holds x, y, z',
    );
  });

  it('from the recipe itself', async () => {
    const given = {
      items: [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
      groups: ['b', 'a', 'b'],
    };
    expect(await source.describe(given)).toMatchObject({
      sides: { items: { size: 3, columns: { items: { kind: 'vector', shape: [2] } } } },
    });
    const data = await source.open(given);
    expect(await cellsOf(itemsOf(data), 1)).toEqual(Float32Array.of(3, 4));
    expect([data.groups, data.groupNames]).toEqual([Int32Array.of(1, 0, 1), ['a', 'b']]);
    expect(itemsOf(data).where(0)).toEqual({ file: 'data.source.items' });
    expect((await source.open({ items: [1, 2], groups: [10, 9] })).groupNames).toEqual(['9', '10']);
  });

  it('texts are items too', async () => {
    await put('texts.npy', texts('a', 'b'));
    const given = { items: 'texts.npy', groups: [0, 0] };
    expect(await source.describe(given)).toMatchObject({
      sides: { items: { columns: { items: { kind: 'text', shape: null, nullable: false } } } },
    });
    expect(await cellsOf(itemsOf(await source.open(given)), 1, 1)).toEqual(['b', 'b']);
  });

  it('refuses what does not fit', async () => {
    await put('items.npy', floats([3, 2]));
    await put('groups.npy', bytes(1, 2));
    expect(await source.wrong({ items: 'items.npy', groups: 'groups.npy' })).toBe(
      'DATA_SIZE groups.npy has 2 values for 3 items',
    );
    expect(await source.wrong({ items: 'groups.npy', groups: 'items.npy' })).toBe(
      'SHAPE items.npy has shape [3, 2]; one value for each of the 2 items is expected',
    );
    await put('one.npy', floats([]));
    expect(await source.wrong({ items: 'one.npy', groups: [0] })).toBe(
      'SHAPE one.npy is a single value; one row per item is expected',
    );
    await put('none.npy', floats([0, 2]));
    expect(await source.wrong({ items: 'none.npy', groups: [] })).toBe('DATA_EMPTY none.npy holds no items');
    await put('hollow.npy', floats([2, 0]));
    expect(await source.wrong({ items: 'hollow.npy', groups: [0, 0] })).toContain(
      'SHAPE hollow.npy: items of shape [0] hold no values',
    );
    await put('deep.npy', floats([1, 1, 1, 1, 1]));
    expect(await source.wrong({ items: 'deep.npy', groups: [0] })).toContain('have 4 sizes; up to three are read');
    await put('lines.npy', { shape: [1, 2], dtype: 'string', data: ['a', 'b'] });
    expect(await source.wrong({ items: 'lines.npy', groups: [0] })).toBe(
      'SHAPE lines.npy holds [2] texts per item; one is expected',
    );
  });

  it('refuses values that are not finite, naming file, row and index', async () => {
    await put('items.npy', floats([2, 2, 2], [0, 0, 0, 0, 0, 0, Number.NaN, 0]));
    expect(await source.wrongInside({ items: 'items.npy', groups: [0, 0] })).toBe(
      'DATA_VALUE items.npy: row 1 holds NaN at index [1, 0]; values must be finite (in float32)',
    );
    expect(await source.wrongInside({ items: [1, 1e300], groups: [0, 0] })).toBe(
      'DATA_VALUE data.source.items: row 1 holds Infinity; values must be finite (in float32)',
    );
    await put('half.npy', floats([1], [0.5]));
    expect(await source.wrongInside({ items: [1], groups: 'half.npy' })).toBe(
      'DATA_VALUE half.npy: row 0 holds 0.5; a group is a whole number or a text',
    );
  });

  it('refuses nested numbers that are no array', async () => {
    expect(await source.wrong({ items: [[1, 2], [3]], groups: [0, 0] })).toBe(
      'DATA_FORMAT data.source.items[1] has 1 values, 2 values expected as in the first row',
    );
    expect(
      await source.wrong({
        items: [
          [[1], [2]],
          [[3], [4, 5]],
        ],
        groups: [0, 0],
      }),
    ).toBe('DATA_FORMAT data.source.items[1][1] has 2 values, 1 values expected as in the first row');
    expect(await source.wrong({ items: [[1], 2], groups: [0, 0] })).toContain(
      'items[1] has a single value, 1 values expected',
    );
    expect(await source.wrong({ items: [1, [2]], groups: [0, 0] })).toContain(
      'data.source.items[1] has 1 values, a single value expected',
    );
    expect(await source.wrong({ items: [1, 2], groups: [1, 'a'] })).toBe(
      'DATA_FORMAT data.source.groups mixes numbers and texts: "a" stands among numbers',
    );
  });
});

describe('left, right and target', () => {
  it('of one shape are one table, left rows first', async () => {
    await put('left.npy', floats([2, 2]));
    await put('right.npy', floats([2, 2], [10, 11, 12, 13]));
    const given = { left: 'left.npy', right: 'right.npy', target: [0, 1], weight: [1, 0.5] };
    expect(await source.describe(given)).toEqual({
      sides: { items: { size: 4, columns: { items: { kind: 'vector', shape: [2], nullable: false } } } },
      relation: 'pairs',
      access: 'random',
      relations: 2,
      targets: 'binary',
    });
    const data = await source.open(given);
    expect(await cellsOf(itemsOf(data), 0, 1, 2, 3)).toEqual(Float32Array.of(0, 1, 2, 3, 10, 11, 12, 13));
    expect(data.pairs).toEqual({
      left: Int32Array.of(0, 1),
      right: Int32Array.of(2, 3),
      target: Float32Array.of(0, 1),
      weight: Float32Array.of(1, 0.5),
    });
    expect(itemsOf(data).keys(Int32Array.of(1, 2))).toEqual(['left/1', 'right/0']);
    expect(itemsOf(data).where(2).file).toMatch(/right\.npy$/);
    expect([data.groups, data.groupNames]).toEqual([null, null]);
  });

  it('of two shapes are two tables', async () => {
    const given = {
      left: [
        [1, 2],
        [3, 4],
      ],
      right: [5, 6],
      target: [0.5, 2],
    };
    expect(await source.describe(given)).toMatchObject({
      sides: {
        left: { size: 2, columns: { items: { kind: 'vector', shape: [2] } } },
        right: { size: 2, columns: { items: { kind: 'number', shape: null } } },
      },
      targets: 'real',
    });
    const { tables, pairs } = await source.open(given);
    if (!('left' in tables)) throw new Error('two tables expected');
    expect(await cellsOf(tables.left, 1)).toEqual(Float32Array.of(3, 4));
    expect(await cellsOf(tables.right, 1)).toEqual(Float32Array.of(6));
    expect(pairs).toMatchObject({ left: Int32Array.of(0, 1), right: Int32Array.of(0, 1), weight: null });
    expect(tables.right.keys(Int32Array.of(1))).toEqual(['right/1']);
  });

  it('of two types become float32', async () => {
    await put('left.npy', bytes(200, 201));
    const data = await source.open({ left: 'left.npy', right: [0.5, 1.5] });
    expect(await cellsOf(itemsOf(data), 0, 1, 2, 3)).toEqual(Float32Array.of(200, 201, 0.5, 1.5));
    const alike = await source.open({ left: 'left.npy', right: 'left.npy' });
    expect(await cellsOf(itemsOf(alike), 3, 0)).toEqual(Uint8Array.of(201, 200));
  });

  it('without targets are positives only; a column of targets may be a matrix of one', async () => {
    expect(await source.describe({ left: [1], right: [2] })).toMatchObject({ targets: 'positives-only' });
    expect((await source.open({ left: [1], right: [2] })).pairs?.target).toEqual(Float32Array.of(1));
    await put('target.npy', floats([2, 1], [1, 0]));
    expect(await source.describe({ left: [1, 2], right: [2, 3], target: 'target.npy' })).toMatchObject({
      targets: 'binary',
    });
  });

  it('texts on both sides are one table', async () => {
    await put('texts.npy', texts('a', 'b'));
    const data = await source.open({ left: 'texts.npy', right: 'texts.npy', target: [1, 0] });
    expect(await cellsOf(itemsOf(data), 0, 3)).toEqual(['a', 'b']);
  });

  it('refuses what does not fit', async () => {
    expect(await source.wrong({ left: [1, 2], right: [3] })).toBe(
      'DATA_SIZE data.source.left has 2 rows, data.source.right 1',
    );
    expect(await source.wrong({ left: [1], right: [3], target: [1, 0] })).toBe(
      'DATA_SIZE data.source.target has 2 values for 1 pairs',
    );
    expect(await source.wrong({ left: [1, 2], right: [3, 4], weight: [1, -2] })).toBe(
      'DATA_VALUE data.source.weight: row 1 holds -2; weights are 0 or more',
    );
    await put('nan.npy', floats([2], [0, Number.NaN]));
    expect(await source.wrong({ left: [1, 2], right: [3, 4], target: 'nan.npy' })).toBe(
      'DATA_VALUE nan.npy: row 1 holds NaN; values must be finite (in float32)',
    );
    await put('names.npy', texts('a'));
    expect(await source.wrong({ left: [1], right: [3], target: 'names.npy' })).toContain(
      'names.npy holds texts; numbers are expected',
    );
    expect(await source.wrongInside({ left: [1, 2], right: 'nan.npy' })).toContain(
      'DATA_VALUE nan.npy: row 1 holds NaN',
    );
  });
});

describe('which family', () => {
  it('both, or neither, is a problem', async () => {
    const start = 'RELATION arrays takes either items and groups, or left and right (with target, weight); ';
    expect(await source.wrong({})).toBe(`${start}none is given`);
    expect(await source.wrong({ items: [1], groups: [0], target: [1] })).toBe(
      `${start}given are items, groups, target`,
    );
    expect(await source.wrong({ items: [1] })).toBe(`${start}given are items`);
    expect(await source.wrong({ left: [1], target: [1] })).toBe(`${start}given are left, target`);
  });

  it('options take what they say, and nothing else', () => {
    const mistakes = (given: object): number => check(arrays.options as never, given).mistakes.length;
    expect(mistakes({ items: [[[[1, 2, 3]]]], groups: [1, 'a'] })).toBe(0);
    expect(mistakes({ items: 'a.npy', groups: 'b.npz#c' })).toBe(0);
    expect(mistakes({ items: 5 })).toBeGreaterThan(0);
    expect(mistakes({ target: ['a'] })).toBeGreaterThan(0);
    expect(mistakes({ item: [1] })).toBeGreaterThan(0);
  });
});
