import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Assignment, SplitView } from '../../core/contract/index.js';
import type { ItemSet } from '../../core/data/item-set.js';
import type { OpenedData, TrainingPool } from '../../core/data/open.js';
import { arrays } from '../../plugins/sources/arrays.js';
import { synthetic } from '../../plugins/sources/synthetic.js';
import { messageOf } from '../files/problem-of.js';
import { sourceWith } from '../plugins/sources/opening.js';
import { everything, open, pairTable, splitBy, tables, text, tripletTable, vector } from './opening.js';

async function poolOf(data: OpenedData): Promise<TrainingPool> {
  const pools: TrainingPool[] = [];
  for await (const pool of data.train.pools(0)) pools.push(pool);
  expect(pools.map(({ index }) => index)).toEqual([0]);
  return pools[0]!;
}
const keysOf = ({ left }: ItemSet): string[] => Array.from({ length: left.size }, (_, row) => left.key(row));
const rightKeysOf = ({ right }: ItemSet): string[] => Array.from({ length: right.size }, (_, row) => right.key(row));
const valuesOf = (side: ItemSet['left'], ...rows: number[]): number[] =>
  Object.values(side.gather(Int32Array.from(rows))).flatMap((values) => [...values]);
/** Given pairs by their keys. */
const pairsOf = ({ left, right, pairs }: ItemSet) =>
  Array.from(pairs!.left, (row, i) => [left.key(row), right.key(pairs!.right[i]!), pairs!.target[i]!]);

/** Items i with the vector (i, 10 i). */
const points = (size: number) => ({
  size,
  columns: { point: [vector(2), Float32Array.from({ length: 2 * size }, (_, i) => (i % 2 === 0 ? i / 2 : 5 * (i - 1)))] as const }, // biome-ignore format: one case
});
const names: readonly Assignment[] = ['train', 'validation', 'test', 'unused'];

describe('openData of items and groups', () => {
  it('divides the synthetic source: every item stands in its part with its values, group and key', async () => {
    const source = sourceWith(synthetic, { groups: 3, perGroup: 4, shape: [2], noise: 0 });
    // of each group the first two items train, then one validates and one tests
    const split = splitBy((row) => names[Math.max(0, (row % 4) - 1)]!, { disjoint: ['items'] });
    const data = await open(source, split);
    const { items, pool } = await poolOf(data);
    expect(keysOf(items)).toEqual(['0/0', '0/1', '1/0', '1/1', '2/0', '2/1']);
    expect(keysOf(data.validation!)).toEqual(['0/2', '1/2', '2/2']);
    expect(keysOf(data.test!)).toEqual(['0/3', '1/3', '2/3']);
    expect([...items.groups!]).toEqual([0, 0, 1, 1, 2, 2]);
    expect([...data.test!.groups!]).toEqual([0, 1, 2]);
    for (const group of [0, 1, 2]) {
      // without noise all items of a group are its centre
      expect(valuesOf(data.test!.left, group)).toEqual(valuesOf(items.left, 2 * group));
      expect(valuesOf(data.validation!.left, group)).toEqual(valuesOf(items.left, 2 * group + 1));
    }
    expect([pool.size, pool.rightSize, data.groups, data.items]).toEqual([6, 6, 3, 12]);
    expect([...pool.groups]).toEqual([0, 0, 1, 1, 2, 2]);
    expect(data.train.counts).toMatchObject({
      items: 6,
      rightItems: 6,
      groupSizes: Int32Array.of(2, 2, 2),
      pairs: 0,
      positives: 0,
      triplets: 0,
    });
    expect(data.inputs.left).toBe(data.inputs.right);
    expect(data.inputs.left).toMatchObject([{ name: 'items', shape: [2] }]);
    expect(data.ledger.sizes).toEqual({ train: 6, validation: 3, test: 3 });
    expect(data.ledger.overlap).toEqual({ items: 0, groups: 3, pairs: 0 });
    await data.close();
  });

  it('numbers the groups of training without gaps, and leaves those of the other parts', async () => {
    const { source } = tables({ items: points(7), groups: [9, 2, 2, -1, 5, 9, 5] });
    const data = await open(
      source,
      splitBy((row) => (row < 4 ? 'train' : 'test')),
    );
    const { items, pool } = await poolOf(data);
    expect([...items.groups!]).toEqual([1, 0, 0, -1]);
    expect(pool.groups).toEqual(items.groups);
    expect([...data.test!.groups!]).toEqual([5, 9, 5]);
    expect([data.groups, data.ledger.overlap.groups]).toEqual([2, 1]);
    expect(data.train.counts.groupSizes).toEqual(Int32Array.of(2, 1));
  });

  it('leaves out what is unused, and has no part where nothing is', async () => {
    const { source } = tables({ items: points(4), groups: [0, 0, 1, 1] });
    const data = await open(
      source,
      splitBy((row) => (row % 2 === 0 ? 'train' : 'unused')),
    );
    expect(keysOf((await poolOf(data)).items)).toEqual(['key 0', 'key 2']);
    expect([data.validation, data.test]).toEqual([null, null]);
    expect(data.ledger.sizes).toEqual({ train: 2, validation: 0, test: 0 });
    expect(valuesOf((await poolOf(data)).items.left, 1, 0, 1)).toEqual([2, 20, 0, 0, 2, 20]);
  });

  it('closes the source when it is done, and when anything fails', async () => {
    const { source, closed } = tables({ items: points(2), groups: [0, 0] });
    const data = await open(source, everything);
    expect(closed()).toBe(0);
    await data.close();
    expect(closed()).toBe(1);
    const problems = await messageOf(() =>
      open(
        source,
        splitBy(() => 'test'),
      ),
    );
    expect(problems).toBe('DATA_EMPTY the split leaves no items for training (of 2)');
    expect(closed()).toBe(2);
  });

  it('refuses a split that does not answer for each row', async () => {
    const { source } = tables({ items: points(2), groups: [0, 0] });
    const short = { ...everything, assign: () => ['train' as const] };
    expect(await messageOf(() => open(source, short))).toBe('PLUGIN_FAILED data.split gave 1 parts for 2 items');
    const odd = splitBy((row) => ['train', 'training'][row] as Assignment);
    const message = 'data.split said "training" of row 1; it must be train, validation, test, unused';
    expect(await messageOf(() => open(source, odd))).toBe(`PLUGIN_FAILED ${message}`);
  });

  it('gives the split a draw that follows from the seed and the fold', async () => {
    const drawn: number[] = [];
    const { source } = tables({ items: points(1), groups: [0] });
    const split = { ...everything, assign: (_view: SplitView, _fold: number, draw: { uniform(): number }) => { drawn.push(draw.uniform()); return ['train' as const]; } }; // biome-ignore format: one case
    await open(source, split);
    await open(source, split);
    await open(source, split, { fold: 1 });
    await open(source, split, { seed: 8 });
    expect(drawn[1]).toBe(drawn[0]);
    expect(new Set(drawn).size).toBe(3);
  });

  it('restores the fields of a finished run instead of fitting them', async () => {
    const [{ source }, { source: later }] = [1, 100].map((factor) =>
      tables({ items: { size: 2, columns: { x: [vector(1), Float32Array.of(factor, 3 * factor)] } }, groups: [0, 0] }),
    ) as [ReturnType<typeof tables>, ReturnType<typeof tables>];
    const fields = { x: { kind: null, columns: null, size: null, channels: null, shape: null, scale: 'standardize', missing: 'error', tokens: null, length: null, buckets: null } } as const; // biome-ignore format: one case
    const first = await open(source, everything, { fields });
    const again = await open(later, everything, { fields, fitted: first.fitted });
    expect(valuesOf((await poolOf(first)).items.left, 0, 1)).toEqual([-1, 1]);
    expect(valuesOf((await poolOf(again)).items.left, 0, 1)).toEqual([98, 298]); // (100 - 2) / 1, (300 - 2) / 1
    expect(again.fitted).toEqual(first.fitted);
  });
});

describe('relations', () => {
  const described = tables({
    items: {
      size: 6,
      columns: {
        point: [vector(1), Float32Array.from([0, 1, 2, 3, 4, 5])],
        alphabet: [text, ['a', 'a', 'b', 'b', null, 'a']],
        letter: [text, ['1', '1', '1', '2', '2', '2']],
        kind: [text, ['genuine', 'forged', 'genuine', 'genuine', 'forged', 'forged']],
      },
    },
    groups: [0, 0, 0, 0, 0, 0],
  });

  it('groups by a column, or by a template of columns; a row that misses one has no group', async () => {
    const grouped = async (group: string) =>
      [...(await poolOf(await open(described.source, everything, { relations: { group, impostor: null }, ownColumns: ['alphabet'] }))).items.groups!]; // biome-ignore format: one case
    expect(await grouped('alphabet')).toEqual([0, 0, 1, 1, -1, 0]);
    expect(await grouped('{alphabet}/{letter}')).toEqual([0, 0, 1, 2, -1, 3]);
    expect(await grouped('x{letter}')).toEqual([0, 0, 0, 1, 1, 1]);
  });

  it('takes columns that relate out of the inputs', async () => {
    const data = await open(described.source, everything, { relations: { group: 'alphabet', impostor: null } });
    expect(data.inputs.left.map(({ name }) => name)).toEqual(['point', 'letter', 'kind']);
    const named = await open(described.source, everything, { columns: ['letter'], ownColumns: ['kind', 'alphabet'] });
    expect(named.inputs.left.map(({ name }) => name)).toEqual(['point']);
  });

  it('knows impostors: in no group, but of one, also for the split', async () => {
    const relations = { group: 'alphabet', impostor: { column: 'kind', equals: 'forged' } };
    let seen: Int32Array | null = null;
    const split = splitBy((row, view) => {
      seen = view.groups;
      return row === 3 ? 'test' : 'train';
    });
    const data = await open(described.source, split, { relations });
    const { items, pool } = await poolOf(data);
    expect([...seen!]).toEqual([0, 0, 1, 1, -1, 0]);
    expect([...items.groups!]).toEqual([0, -1, 1, -1, -1]);
    expect([...items.impostorOf!]).toEqual([-1, 0, -1, -1, 0]);
    expect(pool.impostorOf).toEqual(items.impostorOf);
    expect([...data.test!.impostorOf!]).toEqual([-1]);
    expect(data.train.counts.groupSizes).toEqual(Int32Array.of(1, 1));
  });

  it('keeps of an impostor what training knows of its group', async () => {
    const relations = { group: 'alphabet', impostor: { column: 'kind', equals: 'forged' } };
    // training: a forged a (1), genuine b (2): the impostor's group is not there
    const data = await open(
      described.source,
      splitBy((row) => (row === 1 || row === 2 ? 'train' : 'test')),
      { relations },
    );
    const { items } = await poolOf(data);
    expect([[...items.groups!], [...items.impostorOf!]]).toEqual([[-1, 0], [-1, -1]]); // biome-ignore format: a table
  });

  it('compares an impostor mark with numbers and words alike', async () => {
    const { source } = tables({
      items: {
        size: 3,
        columns: { x: [vector(1), new Float32Array(3)], forged: [vector(1), Float32Array.of(0, 1, 1)] },
      },
      groups: [4, 4, 5],
    });
    const relations = { group: null, impostor: { column: 'forged', equals: 1 } };
    const { items } = await poolOf(await open(source, everything, { relations }));
    expect([[...items.groups!], [...items.impostorOf!]]).toEqual([[0, -1, -1], [-1, 0, -1]]); // biome-ignore format: a table
  });

  it('says what is not there', async () => {
    const wrong = (relations: Parameters<typeof open>[2]) =>
      messageOf(() => open(described.source, everything, relations));
    expect(await wrong({ relations: { group: 'colour', impostor: null } })).toBe(
      'DATA_COLUMN the data has no column "colour"; it has point, alphabet, letter, kind',
    );
    const bare = tables({ items: points(1), pairs: pairTable([[0, 0, 1]]) });
    const relations = { group: null, impostor: { column: 'point', equals: 1 } };
    expect(await messageOf(() => open(bare.source, everything, { relations }))).toBe(
      'RELATION data.relations.impostor names negatives of a group, but the data has no groups',
    );
    const curious = splitBy((_row, view) => (view.column('point') ? 'train' : 'test'));
    expect(await messageOf(() => open(described.source, curious))).toBe(
      'DATA_COLUMN the split reads the column "point", which none of its options names',
    );
  });

  it('reads named columns in blocks, and nothing where none is named', async () => {
    const size = 10_000;
    const { source, reads } = tables({
      items: { size, columns: { x: [vector(1), new Float32Array(size)], g: [text, Array.from({ length: size }, (_, i) => String(i % 3))] } }, // biome-ignore format: one case
    });
    const data = await open(source, everything, { relations: { group: 'g', impostor: null } });
    expect(reads).toEqual([4096, 4096, 1808, size]); // the last one decodes
    expect(data.train.counts.groupSizes).toEqual(Int32Array.of(3334, 3333, 3333));
    const plain = tables({ items: points(3), groups: [0, 0, 0] });
    await open(plain.source, everything);
    expect(plain.reads).toEqual([3]);
  });

  it('gives named columns as codes to sampler and evaluators', async () => {
    const data = await open(
      described.source,
      splitBy((row) => (row < 4 ? 'train' : 'test')),
      { columns: ['letter', 'alphabet'] },
    );
    const { pool, items } = await poolOf(data);
    expect([...pool.column('letter')]).toEqual([0, 0, 0, 1]);
    expect([...items.column('letter')]).toEqual([0, 0, 0, 1]);
    expect([...data.test!.column('letter')]).toEqual([1, 1]);
  });
});

describe('given pairs', () => {
  const pairs = pairTable([[0, 1, 1, 2], [1, 2, 0, 3], [3, 0, 1, 4], [3, 4, 0, 5]]); // biome-ignore format: a table

  it('divided by pairs: each part has its pairs and the items that they name, renumbered', async () => {
    const { source } = tables({ items: points(6), pairs });
    const data = await open(source, splitBy((i) => (i < 2 ? 'train' : 'test'), { of: ['items', 'pairs'], disjoint: ['pairs'] })); // biome-ignore format: one case
    const { items, pool } = await poolOf(data);
    expect(keysOf(items)).toEqual(['key 0', 'key 1', 'key 2']);
    expect(pairsOf(items)).toEqual([['key 0', 'key 1', 1], ['key 1', 'key 2', 0]]); // biome-ignore format: a table
    expect(pairsOf(data.test!)).toEqual([['key 3', 'key 0', 1], ['key 3', 'key 4', 0]]); // biome-ignore format: a table
    expect([...data.test!.pairs!.left]).toEqual([1, 1]);
    expect([...data.test!.pairs!.weight!]).toEqual([4, 5]);
    expect(pool.pairs).toEqual(items.pairs);
    expect(data.train.counts).toMatchObject({ items: 3, pairs: 2, positives: 1 });
    expect(data.ledger.overlap).toEqual({ items: 1, groups: 0, pairs: 0 });
    expect([data.ledger.pairs, data.ledger.sizes]).toEqual([{ train: 2, validation: 0, test: 2 }, { train: 3, validation: 0, test: 3 }]); // biome-ignore format: one case
  });

  it('divided by items: a pair belongs to the part that has both of its items', async () => {
    const { source } = tables({ items: points(6), pairs });
    const data = await open(
      source,
      splitBy((row) => (row < 3 ? 'train' : 'test')),
    );
    expect(pairsOf((await poolOf(data)).items)).toEqual([['key 0', 'key 1', 1], ['key 1', 'key 2', 0]]); // biome-ignore format: a table
    expect(pairsOf(data.test!)).toEqual([['key 3', 'key 4', 0]]); // 3-0 stands in no part
    expect(keysOf(data.test!)).toEqual(['key 3', 'key 4', 'key 5']);
  });

  it('of two tables: left and right are numbered apart', async () => {
    const right = { size: 5, columns: { name: [vector(1), Float32Array.of(5, 6, 7, 8, 9)] as const }, key: (row: number) => `right ${row}` }; // biome-ignore format: one case
    const { source } = tables({ items: points(6), right, pairs });
    const data = await open(
      source,
      splitBy((i) => (i === 3 ? 'train' : 'validation'), { of: 'pairs' }),
    );
    const { items, pool } = await poolOf(data);
    expect([keysOf(items), rightKeysOf(items)]).toEqual([['key 3'], ['right 4']]);
    expect([keysOf(data.validation!), rightKeysOf(data.validation!)]).toEqual([
      ['key 0', 'key 1', 'key 3'],
      ['right 0', 'right 1', 'right 2'],
    ]);
    expect(pairsOf(data.validation!)).toEqual([['key 0', 'right 1', 1], ['key 1', 'right 2', 0], ['key 3', 'right 0', 1]]); // biome-ignore format: a table
    expect(valuesOf(data.validation!.right, 2, 0)).toEqual([7, 5]);
    expect([pool.size, pool.rightSize, data.items]).toEqual([1, 1, 11]);
    expect([data.inputs.left[0]!.name, data.inputs.right[0]!.name]).toEqual(['point', 'name']);
    expect(data.fitted).toHaveProperty('left');
    expect(data.ledger.sizes).toEqual({ train: 2, validation: 6, test: 0 });
    expect(data.ledger.overlap.items).toBe(1); // key 3
  });

  it('of two tables divided by items: the left one is divided, every right item may stand in any part', async () => {
    const right = { size: 5, columns: { name: [vector(1), new Float32Array(5)] as const } };
    const { source } = tables({ items: points(6), right, pairs });
    const data = await open(
      source,
      splitBy((row) => (row < 3 ? 'train' : 'test')),
    );
    expect(pairsOf((await poolOf(data)).items)).toEqual([['key 0', 'key 1', 1], ['key 1', 'key 2', 0]]); // biome-ignore format: a table
    expect(pairsOf(data.test!)).toEqual([['key 3', 'key 0', 1], ['key 3', 'key 4', 0]]); // biome-ignore format: a table
    expect([data.test!.left.size, data.test!.right.size]).toEqual([3, 5]);
  });

  it('are seen by a split through keys, targets and columns of their left items', async () => {
    const { source } = tables({
      items: { size: 6, columns: { x: [vector(1), new Float32Array(6)], year: [vector(1), Float32Array.of(10, 11, 12, 13, 14, 15)] } }, // biome-ignore format: one case
      pairs,
      given: [0, 0, 2, 1],
    });
    const seen: unknown[] = [];
    const split = splitBy(
      (i, view) => {
        seen.push([
          view.of,
          view.size,
          view.key(i),
          view.column('year')[i],
          view.given![i],
          view.pairs!.target[i],
          view.groups,
        ]);
        return 'train';
      },
      { of: 'pairs' },
    );
    await open(source, split, { columns: ['year'] });
    expect(seen).toEqual([
      ['pairs', 4, 'key 0\nkey 1', 10, 0, 1, null],
      ['pairs', 4, 'key 1\nkey 2', 11, 0, 0, null],
      ['pairs', 4, 'key 3\nkey 0', 13, 2, 1, null],
      ['pairs', 4, 'key 3\nkey 4', 13, 1, 0, null],
    ]);
  });

  it('come from the arrays source: left rows first', async () => {
    const source = sourceWith(arrays, { left: [[1], [2]], right: [[3], [4]], target: [1, 0] });
    const { items } = await poolOf(await open(source, everything));
    expect([...items.pairs!.left, ...items.pairs!.right, ...items.pairs!.target]).toEqual([0, 1, 2, 3, 1, 0]);
    expect(valuesOf(items.left, 0, 1, 2, 3)).toEqual([1, 2, 3, 4]);
  });
});

describe('given triplets', () => {
  const triplets = tripletTable([[0, 1, 2], [3, 4, 5], [1, 0, 5]]); // biome-ignore format: a table
  const rows = ({ left, triplets: given }: ItemSet) =>
    Array.from(given!.anchor, (anchor, i) => [anchor, given!.positive[i]!, given!.negative[i]!].map((row) => left.key(row))); // biome-ignore format: one case

  it('are divided by themselves, or by their items', async () => {
    const columns = { x: [vector(1), new Float32Array(6)], year: [vector(1), Float32Array.of(10, 11, 12, 13, 14, 15)] } as const; // biome-ignore format: one case
    const { source } = tables({ items: { size: 6, columns }, triplets });
    const seen: unknown[] = [];
    const byThemselves = splitBy(
      (i, view) => {
        seen.push([view.key(i), view.column('year')[i]]);
        return names[i]!;
      },
      { of: 'pairs' },
    );
    const data = await open(source, byThemselves, { columns: ['year'] });
    expect(seen).toEqual([['key 0\nkey 1\nkey 2', 10], ['key 3\nkey 4\nkey 5', 13], ['key 1\nkey 0\nkey 5', 11]]); // biome-ignore format: a table
    const { items, pool } = await poolOf(data);
    expect([rows(items), rows(data.validation!), rows(data.test!)]).toEqual([
      [['key 0', 'key 1', 'key 2']],
      [['key 3', 'key 4', 'key 5']],
      [['key 1', 'key 0', 'key 5']],
    ]);
    expect(pool.triplets).toEqual(items.triplets);
    expect(data.train.counts).toMatchObject({ items: 3, triplets: 1, pairs: 0 });
    expect([data.ledger.pairs.test, data.ledger.overlap.items]).toEqual([1, 3]);

    const byItems = await open(
      source,
      splitBy((row) => (row < 3 ? 'train' : 'test')),
    );
    expect(rows((await poolOf(byItems)).items)).toEqual([['key 0', 'key 1', 'key 2']]);
    expect(rows(byItems.test!)).toEqual([['key 3', 'key 4', 'key 5']]);
  });
});

describe('any split of any pairs', () => {
  it('keeps each pair with its items, target and weight, in one part', async () => {
    const some = fc.record({
      pairs: fc.array(fc.tuple(fc.nat({ max: 5 }), fc.nat({ max: 5 }), fc.constantFrom(0, 1), fc.nat({ max: 9 })), { minLength: 1, maxLength: 12 }), // biome-ignore format: one case
      assigned: fc.array(fc.constantFrom(...names), { minLength: 12, maxLength: 12 }),
      of: fc.constantFrom('items' as const, 'pairs' as const),
      twoTables: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(some, async ({ pairs, assigned, of, twoTables }) => {
        const right = { size: 6, columns: { name: [vector(1), new Float32Array(6)] as const } };
        const { source } = tables({ items: points(6), pairs: pairTable(pairs), ...(twoTables ? { right } : {}) });
        const partOf = (i: number): Assignment => {
          if (of === 'pairs') return assigned[i]!;
          const [left, other] = [assigned[pairs[i]![0]]!, assigned[pairs[i]![1]]!];
          return twoTables || left === other ? left : 'unused';
        };
        const expected = (part: Assignment) =>
          pairs.filter((_, i) => partOf(i) === part).map(([a, b, target]) => [`key ${a}`, `key ${b}`, target]);
        const trains = of === 'pairs' ? expected('train').length > 0 : assigned.slice(0, 6).includes('train');
        if (!trains) return;
        const data = await open(
          source,
          splitBy((row) => assigned[row]!, { of }),
        );
        const sets = { train: (await poolOf(data)).items, validation: data.validation, test: data.test };
        for (const part of ['train', 'validation', 'test'] as const) {
          expect(sets[part] ? pairsOf(sets[part]) : []).toEqual(expected(part));
        }
      }),
    );
  });
});
