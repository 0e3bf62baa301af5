import '@tensorflow/tfjs-backend-cpu';
import * as tfc from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BoundDistance, NeighbourBlock } from '../../core/contract/index.js';
import type { ItemSet } from '../../core/data/item-set.js';
import { askingOf, markPlaces } from '../../core/evaluate/asking.js';
import type { EmbeddedItems } from '../../core/evaluate/embed.js';
import { neighbourBlocks } from '../../core/evaluate/neighbours.js';
import { nearest, ranksByCounting, ranksInOrder } from '../../core/evaluate/ranks.js';
import { euclidean } from '../../plugins/distances/euclidean.js';
import { bound } from './distances.js';
import { itemSet, pairTable } from './sets.js';

type Points = readonly (readonly number[])[];
interface Found {
  readonly query: number;
  readonly gallery: readonly number[];
  readonly distances: readonly number[];
  readonly relevance: readonly number[];
  readonly total: number;
}

const vectors = (points: Points): EmbeddedItems['left'] => ({
  values: Float32Array.from(points.flat()),
  size: points.length,
  dimensions: points[0]?.length ?? 3,
});

function rowsOf(block: NeighbourBlock): Found[] {
  const { count } = block;
  return Array.from(block.queries, (query, q) => ({
    query,
    gallery: [...block.gallery.subarray(q * count, (q + 1) * count)],
    distances: [...block.distances.subarray(q * count, (q + 1) * count)],
    relevance: [...block.relevance.subarray(q * count, (q + 1) * count)],
    total: block.relevantTotal[q]!,
  }));
}

interface Asked {
  readonly left: Points;
  readonly right?: Points;
  readonly distance?: BoundDistance;
  readonly count?: number;
  readonly numbers?: number;
}

async function ask(items: ItemSet, { left, right, distance = bound(euclidean), count = Infinity, ...how }: Asked) {
  const first = vectors(left);
  const embedded = { left: first, right: right ? vectors(right) : first };
  const found: Found[] = [];
  for await (const block of neighbourBlocks(items, embedded, { distance, count, ...how })) {
    expect([...block.weight]).toEqual(Array(block.queries.length).fill(1));
    found.push(...rowsOf(block));
  }
  return found;
}

const gap = (a: readonly number[], b: readonly number[]): number =>
  Math.fround(Math.sqrt(a.reduce((sum, value, k) => sum + (value - b[k]!) ** 2, 0)));

/** By loops: `relevant` says what each query should find, `without` what it never meets. */
function oracle(
  queries: readonly number[],
  gallery: readonly number[],
  how: {
    readonly left: Points;
    readonly right: Points;
    readonly relevant: (query: number, item: number) => boolean;
    readonly shared: boolean;
    readonly count: number;
  },
): Found[] {
  const count = Math.min(how.count, gallery.length);
  return queries.map((query) => {
    const others = gallery.filter((item) => !(how.shared && item === query));
    const ranked = others
      .map((item) => ({ item, distance: gap(how.left[query]!, how.right[item]!) }))
      .sort((a, b) => a.distance - b.distance || a.item - b.item)
      .slice(0, count);
    const padded = <T>(values: T[], filler: T): T[] => [...values, ...Array<T>(count - values.length).fill(filler)];
    return {
      query,
      gallery: padded(ranked.map(({ item }) => item), -1), // biome-ignore format: one case
      distances: padded(ranked.map(({ distance }) => distance), Infinity), // biome-ignore format: one case
      relevance: padded(ranked.map(({ item }) => Number(how.relevant(query, item))), 0), // biome-ignore format: one case
      total: others.filter((item) => how.relevant(query, item)).length,
    };
  });
}

/** On a grid float32 is exact, and there are many ties. */
const point = fc.array(fc.integer({ min: -2, max: 2 }), { minLength: 3, maxLength: 3 });
const somePoints = (size: number) => fc.array(point, { minLength: size, maxLength: size });
const groupedItems = fc
  .array(fc.integer({ min: -1, max: 4 }), { minLength: 1, maxLength: 16 })
  .chain((groups) => fc.record({ groups: fc.constant(groups), points: somePoints(groups.length) }));
const settings = fc.record({
  count: fc.constantFrom(1, 3, 100, Infinity),
  /** From one gallery item at a time to all of them. */
  numbers: fc.constantFrom(1, 256 * 3 * 2, 256 * 3 * 5, 2 ** 24),
});

beforeAll(async () => {
  await tfc.setBackend('cpu');
});
const before = tfc.memory().numTensors;
afterAll(() => expect(tfc.memory().numTensors).toBe(before));

describe('neighbourBlocks by groups', () => {
  it('finds what loops over all items find: singletons and items without a group do not ask', async () => {
    await fc.assert(
      fc.asyncProperty(groupedItems, settings, async ({ groups, points }, how) => {
        const everyone = groups.map((_, row) => row);
        const queries = everyone.filter(
          (row) => groups[row]! >= 0 && groups.filter((g) => g === groups[row]).length > 1,
        );
        const relevant = (query: number, item: number): boolean => groups[query] === groups[item];
        const expected = oracle(queries, everyone, {
          left: points,
          right: points,
          relevant,
          shared: true,
          count: how.count,
        });
        expect(await ask(itemSet({ groups }), { left: points, ...how })).toEqual(expected);
      }),
      { numRuns: 150 },
    );
  });

  it('is right by hand', async () => {
    // on a line: 0 (a), 1 (b), 2 (a), 4 (b), 4 (none)
    const left = [[0, 0, 0], [1, 0, 0], [2, 0, 0], [4, 0, 0], [4, 0, 0]]; // biome-ignore format: a table
    const found = await ask(itemSet({ groups: [0, 1, 0, 1, -1] }), { left, count: 2 });
    expect(found).toEqual([
      { query: 0, gallery: [1, 2], distances: [1, 2], relevance: [0, 1], total: 1 },
      { query: 1, gallery: [0, 2], distances: [1, 1], relevance: [0, 0], total: 1 },
      { query: 2, gallery: [1, 0], distances: [1, 2], relevance: [0, 1], total: 1 },
      { query: 3, gallery: [4, 2], distances: [0, 2], relevance: [0, 0], total: 1 },
    ]);
  });

  it('asks nothing where no item has another of its group', async () => {
    expect(await ask(itemSet({ groups: [0, 1, -1, -1] }), { left: [[0], [1], [2], [3]] })).toEqual([]);
    expect(await ask(itemSet({ size: 2 }), { left: [[0], [1]] })).toEqual([]);
    expect(await ask(itemSet({ groups: [] }), { left: [] })).toEqual([]);
  });

  it('yields more queries than a block holds in their order, block after block', async () => {
    const groups = Array.from({ length: 600 }, (_, row) => row % 7);
    const points = groups.map((_, row) => [(row * 37) % 101, row % 13, 0]);
    const blocks: NeighbourBlock[] = [];
    const embedded = { left: vectors(points), right: vectors(points) };
    for await (const block of neighbourBlocks(itemSet({ groups }), embedded, {
      distance: bound(euclidean),
      count: 4,
    })) {
      blocks.push(block);
    }
    expect(blocks.map(({ queries }) => queries.length)).toEqual([256, 256, 88]);
    const relevant = (query: number, item: number): boolean => groups[query] === groups[item];
    const everyone = groups.map((_, row) => row);
    const expected = oracle(everyone, everyone, { left: points, right: points, relevant, shared: true, count: 4 });
    expect(blocks.flatMap(rowsOf)).toEqual(expected);
  });

  it('breaks ties of equal items by their number, whatever a blocked distance rounds', async () => {
    const { euclidean: _kind, ...exact } = bound(euclidean);
    // the later an item stands in its part, the nearer: equal items would come last first
    const rounded: BoundDistance = {
      ...exact,
      matrix: (a, b) => tfc.sub(exact.matrix(a, b), tfc.mul(1e-4, tfc.range(0, b.shape[0]!))),
    };
    const left = Array.from({ length: 40 }, (_, row) => (row % 3 === 1 ? [1, -0, 2] : [row, row / 3, 0]));
    left[7] = [1, 0, 2]; // 0 and -0 are equal
    for (const numbers of [256 * 3 * 7, 2 ** 24]) {
      const found = await ask(itemSet({ groups: left.map(() => 0) }), { left, distance: rounded, numbers });
      for (const { query, gallery, distances } of found) {
        const copies = gallery.filter((item) => item % 3 === 1);
        expect(copies).toEqual([...copies].sort((a, b) => a - b));
        expect(copies.length).toBe(13 - Number(query % 3 === 1));
        expect(new Set(copies.map((item) => distances[gallery.indexOf(item)])).size, `query ${query}`).toBe(1);
      }
    }
  });
});

describe('neighbourBlocks by given pairs', () => {
  const somePairs = (left: number, right: number) =>
    fc.array(fc.tuple(fc.nat({ max: left - 1 }), fc.nat({ max: right - 1 }), fc.constantFrom(0, 0.25, 0.5, 1)), {
      maxLength: 25,
    });

  it('finds what loops over two tables find', async () => {
    const tables = fc.record({ left: somePoints(6), right: somePoints(9), pairs: somePairs(6, 9) });
    await fc.assert(
      fc.asyncProperty(tables, settings, async ({ left, right, pairs }, how) => {
        const queries = [...new Set(pairs.filter((pair) => pair[2] >= 0.5).map((pair) => pair[0]))].sort(
          (a, b) => a - b,
        );
        const gallery = [...new Set(pairs.map((pair) => pair[1]))].sort((a, b) => a - b);
        const relevant = (query: number, item: number): boolean =>
          pairs.some((pair) => pair[0] === query && pair[1] === item && pair[2] >= 0.5);
        const items = itemSet({ size: 6, rightSize: 9, pairs: pairTable(pairs) });
        const expected = oracle(queries, gallery, { left, right, relevant, shared: false, count: how.count });
        expect(await ask(items, { left, right, ...how })).toEqual(expected);
      }),
      { numRuns: 100 },
    );
  });

  it('finds what loops over one table find: an item never meets itself', async () => {
    const tables = fc.record({ points: somePoints(7), pairs: somePairs(7, 7) });
    await fc.assert(
      fc.asyncProperty(tables, settings, async ({ points, pairs }, how) => {
        const positive = pairs.filter(([left, right, target]) => target >= 0.5 && left !== right);
        const queries = [...new Set(positive.map((pair) => pair[0]))].sort((a, b) => a - b);
        const gallery = [...new Set(pairs.map((pair) => pair[1]))].sort((a, b) => a - b);
        const relevant = (query: number, item: number): boolean =>
          positive.some(([left, right]) => left === query && right === item);
        const items = itemSet({ size: 7, pairs: pairTable(pairs) });
        const expected = oracle(queries, gallery, {
          left: points,
          right: points,
          relevant,
          shared: true,
          count: how.count,
        });
        expect(await ask(items, { left: points, ...how })).toEqual(expected);
      }),
      { numRuns: 100 },
    );
  });

  it('goes by the pairs where the data has groups as well', async () => {
    const items = itemSet({ groups: [0, 0, 0], pairs: pairTable([[0, 2, 1], [0, 1, 0]]) }); // biome-ignore format: a table
    const found = await ask(items, { left: [[0], [1], [2]] });
    expect(found).toEqual([{ query: 0, gallery: [1, 2], distances: [1, 2], relevance: [0, 1], total: 1 }]);
  });
});

describe('ranks', () => {
  it('counted, and listed by selection, are those of a whole sort: many ties, some places left out', () => {
    const some = fc.array(fc.tuple(fc.integer({ min: 0, max: 6 }), fc.constantFrom(0, 0, 0, 1, 2)), { minLength: 1, maxLength: 60 }); // biome-ignore format: one case
    fc.assert(
      fc.property(some, fc.integer({ min: 0, max: 9 }), (places, count) => {
        const distances = Float32Array.from(places, ([distance]) => distance);
        const marks = Uint8Array.from(places, ([, what]) => what);
        const relevant = marks.filter((what) => what === 1).length;
        fc.pre(relevant > 0);
        const order = Array.from(distances, (_, i) => i).sort((a, b) => distances[a]! - distances[b]! || a - b);
        const met = order.filter((place) => marks[place] !== 2);
        const expected = met.flatMap((place, i) => (marks[place] === 1 ? [i + 1] : []));
        expect(ranksByCounting(distances, marks, relevant)).toEqual(expected);
        expect(ranksInOrder(order, marks, relevant)).toEqual(expected);
        expect(nearest(distances, marks, count)).toEqual(met.slice(0, count));
      }),
    );
    expect(ranksByCounting(Float32Array.of(Number.NaN), Uint8Array.of(1), 1)).toBeNull();
    expect(nearest(Float32Array.of(1, Number.NaN), Uint8Array.of(0, 0), 2)).toBeNull();
  });
});

describe('questions', () => {
  it('across a column: items of the own group and value are not met, and no hits', () => {
    const items = { ...itemSet({ groups: [0, 0, 0, 1, 1] }), column: () => Int32Array.of(0, 0, 1, 0, 0) };
    const question = { gallery: 'part', exclude: 'none', across: 'session' } as const;
    const asking = askingOf(items, { question, beyond: 0, trainedWith: () => [] });
    expect([...asking.queries]).toEqual([0, 1, 2]); // group 1 has one session only
    const marks = new Uint8Array(5);
    expect(markPlaces(asking.places(0), marks)).toBe(1);
    expect([...marks]).toEqual([2, 2, 1, 0, 0]);
  });

  it('gallery right: every right item, those of training behind; training positives are left out', () => {
    const items = itemSet({ pairs: pairTable([[0, 1, 1], [1, 1, 0]]), size: 2, rightSize: 3 }); // biome-ignore format: a table
    const question = { gallery: 'right', exclude: 'training-positives', across: null } as const;
    const asking = askingOf(items, { question, beyond: 2, trainedWith: (query) => (query === 0 ? [0, 4] : []) });
    expect([...asking.gallery]).toEqual([0, 1, 2, 3, 4]);
    const marks = new Uint8Array(5);
    expect(markPlaces(asking.places(0), marks)).toBe(1);
    expect([...marks]).toEqual([2, 1, 0, 0, 2]);
  });
});
