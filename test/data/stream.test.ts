import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Assignment, Chunk, SplitRow } from '../../core/contract/index.js';
import { labelledBatch, pairBatch } from '../../core/data/batch.js';
import type { ItemSet } from '../../core/data/item-set.js';
import type { OpenedData, TrainingPool } from '../../core/data/open.js';
import { hashUnit } from '../../core/random/index.js';
import { messageOf } from '../files/problem-of.js';
import { everything, open, splitRows, stream, text, vector } from './opening.js';

type Rows = Omit<Chunk, 'position'>;
/** Rows by number: the vector (row), and a group by its remainder; every 11th has none. */
const rowsOf = (numbers: readonly number[], groups = 4): Rows => ({
  keys: numbers.map((row) => `key ${row}`),
  columns: { x: Float32Array.from(numbers), part: numbers.map((row) => ['train', 'validation', 'test'][row % 3]!) },
  groups: numbers.map((row) => (row % 11 === 10 ? null : `group ${row % groups}`)),
  pairs: null,
});
const upTo = (size: number): number[] => Array.from({ length: size }, (_, row) => row);
const columns = { x: vector(1), part: text };
/** So many rows in each chunk. */
function chunked(sizes: readonly number[], of: (numbers: readonly number[]) => Rows = rowsOf): Rows[] {
  let start = 0;
  return sizes.map((size) => {
    start += size;
    return of(upTo(size).map((row) => start - size + row));
  });
}

async function poolsOf(data: OpenedData, epoch = 0): Promise<TrainingPool[]> {
  const pools: TrainingPool[] = [];
  for await (const pool of data.train.pools(epoch)) pools.push(pool);
  return pools;
}
const numbersOf = ({ left }: ItemSet): number[] => [...left.gather(Int32Array.from(upTo(left.size))).x!];
const keysOf = ({ left }: ItemSet): string[] => upTo(left.size).map((row) => left.key(row));
const allTrain = splitRows(() => 'train');
const byPart = splitRows((row) => row.column('part') as Assignment);
const fields = { x: { kind: null, columns: null, size: null, channels: null, shape: null, scale: 'none', missing: 'error', tokens: null, length: null, buckets: null } } as const; // biome-ignore format: one case

describe('the training part of a stream', () => {
  it('gives every row once per epoch, in buffers of half to one and a half times shuffleBuffer', async () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(sizes, fc.integer({ min: 1, max: 30 }), async (chunks, shuffleBuffer) => {
        const total = chunks.reduce((a, b) => a + b, 0);
        const { source } = stream(columns, chunked(chunks));
        const data = await open(source, allTrain, { shuffleBuffer, fields });
        for (const epoch of [0, 1]) {
          const pools = await poolsOf(data, epoch);
          expect(pools.flatMap(({ items }) => numbersOf(items))).toEqual(upTo(total));
          expect(pools.flatMap(({ items }) => keysOf(items))).toEqual(upTo(total).map((row) => `key ${row}`));
          expect(pools.map(({ index }) => index)).toEqual(upTo(pools.length));
          for (const { pool, items } of pools) {
            expect(pool.size).toBe(items.left.size);
            expect(pool.size).toBeLessThan(1.5 * shuffleBuffer);
            if (pools.length > 1) expect(pool.size).toBeGreaterThanOrEqual(shuffleBuffer / 2);
          }
        }
      }),
    );
  });

  it('is cut into buffers where one chunk holds many', async () => {
    const { source } = stream(columns, chunked([5, 1000, 3]));
    const data = await open(source, allTrain, { shuffleBuffer: 100, fields });
    expect((await poolsOf(data)).map(({ pool }) => pool.size)).toEqual([...Array(9).fill(100), 108]);
  });

  it('leaves out the rows of the other parts', async () => {
    const { source } = stream(columns, chunked([7, 7, 7, 7]));
    const data = await open(source, byPart, { shuffleBuffer: 5, fields });
    expect((await poolsOf(data)).flatMap(({ items }) => numbersOf(items))).toEqual(
      upTo(28).filter((row) => row % 3 === 0),
    );
    expect(numbersOf(data.validation!).sort((a, b) => a - b)).toEqual(
      [1, 4, 7, 10, 13].length ? expect.any(Array) : [],
    );
  });

  it('numbers groups alike in all buffers for the labels, without gaps in each pool', async () => {
    const groupsOf = (row: number): string => ['c', 'a', 'c', 'd', 'b', 'b'][row % 6]!;
    const of = (numbers: readonly number[]): Rows => ({ ...rowsOf(numbers), groups: numbers.map(groupsOf) });
    const { source } = stream(columns, chunked([4, 4, 4], of));
    const data = await open(source, allTrain, { shuffleBuffer: 4, fields });
    const pools = await poolsOf(data);
    expect(data.groups).toBe(4);
    expect(data.train.counts.groupSizes).toEqual(Int32Array.of(4, 2, 2, 4)); // c, a, d, b
    expect(pools.map(({ items }) => [...items.groups!])).toEqual([[0, 1, 0, 2], [3, 3, 0, 1], [0, 2, 3, 3]]); // biome-ignore format: a table
    expect(pools.map(({ pool }) => [...pool.groups])).toEqual([[0, 1, 0, 2], [0, 0, 1, 2], [0, 1, 2, 2]]); // biome-ignore format: a table
    const batch = labelledBatch(pools[1]!.items, { items: Int32Array.of(2, 0) });
    expect(batch.kind === 'labelled-batch' && [...batch.labels]).toEqual([0, 3]);
  });

  it('groups by a column where the recipe names one', async () => {
    const { source } = stream(columns, chunked([6]));
    const data = await open(source, allTrain, { relations: { group: 'part', impostor: null } });
    expect([...(await poolsOf(data))[0]!.items.groups!]).toEqual([0, 1, 2, 0, 1, 2]);
    expect(data.inputs.left.map(({ name }) => name)).toEqual(['x']);
  });
});

describe('the other parts of a stream', () => {
  const { source } = stream(columns, chunked([50, 50, 50]));
  const lowest = (rows: readonly number[], count: number): number[] =>
    [...rows].sort((a, b) => hashUnit(`key ${a}`) - hashUnit(`key ${b}`)).slice(0, count);
  const ofPart = (part: number): number[] => upTo(150).filter((row) => row % 3 === part);

  it('are held whole where they are small', async () => {
    const data = await open(source, byPart, { fields });
    expect(numbersOf(data.validation!)).toEqual(lowest(ofPart(1), 50));
    expect(numbersOf(data.test!)).toEqual(lowest(ofPart(2), 50));
    expect(data.notes).toEqual([]);
  });

  it('are a sample by hash where they are large, and a note says so', async () => {
    const data = await open(source, byPart, { fields, shuffleBuffer: 12 });
    expect(numbersOf(data.test!)).toEqual(lowest(ofPart(2), 12));
    expect(data.notes).toEqual([
      'validation: 12 of its 50 items are held for evaluation, chosen by the hash of their keys',
      'test: 12 of its 50 items are held for evaluation, chosen by the hash of their keys',
    ]);
    expect(data.ledger.sizes).toEqual({ train: 50, validation: 50, test: 50 });
  });

  it('are absent where no row goes there', async () => {
    const data = await open(source, allTrain, { fields });
    expect([data.validation, data.test, data.train.counts.items]).toEqual([null, null, 150]);
  });
});

describe('what a pass counts', () => {
  it('items by part, and training items by group', async () => {
    const { source, passes } = stream(columns, chunked([13, 20]));
    const unused = splitRows((row) => (row.key === 'key 3' ? 'unused' : (row.column('part') as Assignment)));
    const data = await open(source, unused, { fields });
    expect(passes()).toBe(1);
    expect(data.ledger.sizes).toEqual({ train: 10, validation: 11, test: 11 });
    expect([data.items, data.groups]).toEqual([32, 4]);
    // training rows 0 6 9 12 15 18 21 24 27 30; 21 has no group
    expect(data.train.counts).toEqual({
      items: 10,
      rightItems: 10,
      groupSizes: Int32Array.of(3, 1, 3, 2), // in order of their first row of any part: 0, 1, 2, 3
      pairs: 0,
      positives: 0,
      triplets: 0,
    });
  });

  it('groups that stand in several parts, and proves what the split declares', async () => {
    const { source } = stream(columns, chunked([9]));
    expect((await open(source, byPart, { fields })).ledger.overlap).toEqual({ items: 0, groups: 4, pairs: 0 });
    const torn = splitRows((row) => row.column('part') as Assignment, ['groups']);
    expect(await messageOf(() => open(source, torn, { fields }))).toBe(
      'PLUGIN_FAILED split data.split declares its parts disjoint by groups, but 4 groups stand in several parts',
    );
    const whole = splitRows((row) => (row.group === 'group 1' ? 'test' : 'train'), ['groups']);
    expect((await open(source, whole, { fields })).ledger.disjoint).toEqual(['groups']);
  });

  it('hashes the parts that are held, not the training part', async () => {
    const { source } = stream(columns, chunked([9]));
    const { content, duplicates } = (await open(source, byPart, { fields })).ledger;
    expect(content.train).toBeNull();
    expect(content.test).toMatch(/^[0-9a-f]{64}$/);
    expect(duplicates).toBe(0);
  });

  it('fits the fields on the training rows in the same pass', async () => {
    const { source, passes } = stream({ x: vector(1) }, chunked([7, 2], (numbers) => ({ ...rowsOf(numbers), columns: { x: Float32Array.from(numbers, (row) => (row % 2 === 0 ? row : 1e6)) } }))); // biome-ignore format: one case
    const even = splitRows((row) => (Number(row.key.slice(4)) % 2 === 0 ? 'train' : 'test'));
    const data = await open(source, even, { fields: { x: { ...fields.x, scale: 'standardize' } } });
    expect(passes()).toBe(1);
    const [first] = await poolsOf(data);
    const deviation = Math.sqrt(8); // of 0 2 4 6 8
    for (const [i, value] of numbersOf(first!.items).entries()) expect(value).toBeCloseTo((2 * i - 4) / deviation, 5);
    expect(data.train.counts.items).toBe(5);
  });
});

describe('a stream of pairs', () => {
  const pairs =
    (target: boolean) =>
    (numbers: readonly number[]): Rows => ({
      ...rowsOf(numbers),
      columns: { x: Float32Array.from(numbers), name: numbers.map((row) => `left ${row % 2}`) },
      pairs: {
        right: { x: Float32Array.from(numbers, (row) => -row), name: numbers.map((row) => `right ${row % 2}`) },
        target: target ? Float32Array.from(numbers, (row) => (row % 4) / 4) : null,
      },
    });
  const described = { x: vector(1), name: text };

  it('has its lefts first, then its rights, in no group', async () => {
    const { source } = stream(described, chunked([3, 5], pairs(true)));
    const split = splitRows((row) => (row.key === 'key 1' ? 'validation' : 'train'));
    const data = await open(source, split, { fields, shuffleBuffer: 4, columns: ['name'] });
    const pools = await poolsOf(data);
    expect(pools.map(({ pool }) => pool.size)).toEqual([8, 6]);
    const [{ items, pool }] = pools as [TrainingPool];
    expect(numbersOf(items)).toEqual([0, 2, 3, 4, -0, -2, -3, -4]);
    expect(keysOf(items)).toEqual(['key 0 left', 'key 2 left', 'key 3 left', 'key 4 left', 'key 0 right', 'key 2 right', 'key 3 right', 'key 4 right']); // biome-ignore format: one case
    expect(pool.pairs).toEqual({
      left: Int32Array.of(0, 1, 2, 3),
      right: Int32Array.of(4, 5, 6, 7),
      target: Float32Array.of(0, 0.5, 0.75, 0),
      weight: null,
    });
    expect([items.groups, data.groups, [...pool.groups]]).toEqual([null, 0, Array(8).fill(-1)]);
    expect([...pool.column('name')]).toEqual([0, 0, 1, 0, 2, 2, 3, 2]);
    expect(numbersOf(data.validation!)).toEqual([1, -1]);
    const batch = pairBatch(items, { left: Int32Array.of(1), right: Int32Array.of(5), target: Float32Array.of(1) });
    expect(batch.kind === 'pairs' && [...batch.left.x!, ...batch.right.x!]).toEqual([2, -2]);
  });

  it('counts its pairs and positives; without targets all are the same', async () => {
    const data = await open(stream(described, chunked([3, 5], pairs(true))).source, allTrain, { fields });
    expect(data.train.counts).toMatchObject({ items: 16, rightItems: 16, pairs: 8, positives: 4 });
    expect(data.train.counts.groupSizes).toEqual(new Int32Array());
    expect([data.items, data.ledger.sizes.train, data.ledger.pairs.train]).toEqual([16, 16, 8]);
    const bare = await open(stream(described, chunked([3, 5], pairs(false))).source, allTrain, { fields });
    expect(bare.train.counts).toMatchObject({ pairs: 8, positives: 8 });
    expect([...(await poolsOf(bare))[0]!.pool.pairs!.target]).toEqual(Array(8).fill(1));
  });

  it('fits the fields on both sides', async () => {
    const data = await open(stream(described, chunked([4], pairs(true))).source, allTrain);
    const { vocabulary } = data.inputs.left.find(({ name }) => name === 'name')!;
    expect(vocabulary).toBe(12); // l e f t r i g h 0 1, a space, and the padding
    const [{ items }] = (await poolsOf(data)) as [TrainingPool];
    const { name } = items.left.gather(Int32Array.of(4)); // right 0
    expect([...name!.subarray(0, 8)].map((id) => id > 0)).toEqual([...Array(7).fill(true), false]);
  });
});

describe('problems', () => {
  const rows = chunked([4]);
  it.each([
    ['two tables', () => ({ ...stream(columns, rows).source, describe: async () => ({ sides: { left: { size: null, columns }, right: { size: null, columns } }, relation: 'pairs' as const, access: 'stream' as const, relations: null }) }), allTrain, {}, 'STREAM a stream has one table of items, not two'], // biome-ignore format: one case
    ['a split of all rows at once', () => stream(columns, rows).source, everything, {}, 'STREAM this split needs all the data at once; a stream has hash, given and none'], // biome-ignore format: one case
    ['impostors', () => stream(columns, rows).source, allTrain, { relations: { group: 'part', impostor: { column: 'part', equals: 'test' } } }, 'STREAM data.relations.impostor needs data in memory: a stream cannot tell the impostors of a group'], // biome-ignore format: one case
    ['no training rows', () => stream(columns, rows).source, splitRows(() => 'test'), {}, 'DATA_EMPTY the split leaves no items for training'], // biome-ignore format: one case
    ['no rows', () => stream(columns, []).source, allTrain, {}, 'DATA_EMPTY the split leaves no items for training'],
  ] as const)('%s', async (_what, source, split, more, message) => {
    // biome-ignore format: a table
    expect(await messageOf(() => open(source(), split, more))).toBe(message);
  });

  it('close the stream', async () => {
    const { source, closed } = stream(columns, rows);
    await messageOf(() => open(source, everything));
    expect(closed()).toBe(1);
    const data = await open(source, allTrain);
    await data.close();
    expect(closed()).toBe(2);
  });

  it('a signal stops a pass between two chunks', async () => {
    const { source } = stream(columns, chunked([4, 4]));
    const data = await open(source, allTrain, { fields });
    const controller = new AbortController();
    const request = { files: { signal: controller.signal } as never };
    controller.abort(new Error('stop'));
    await expect(open(source, allTrain, request)).rejects.toThrow('stop');
    expect(await poolsOf(data)).toHaveLength(1);
  });

  it('the split sees key, group and columns of a row', async () => {
    const seen: SplitRow[] = [];
    const watching = splitRows((row) => {
      seen.push(row);
      return 'train';
    });
    const { source } = stream(columns, chunked([1, 11]));
    await open(source, watching, { fields }); // biome-ignore format: one case
    expect(seen.slice(0, 2).map(({ key, group }) => [key, group])).toEqual([['key 0', 'group 0'], ['key 1', 'group 1']]); // biome-ignore format: one case
    expect([seen[10]!.group, seen[10]!.column('x'), seen[10]!.column('part'), seen[10]!.column('none')]).toEqual([null, 10, 'validation', null]); // biome-ignore format: one case
  });
});
