import '@tensorflow/tfjs-backend-cpu';
import * as tfc from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { BoundDistance, Euclidean } from '../../core/contract/index.js';
import { type AskedPlaces, askingOf } from '../../core/evaluate/asking.js';
import type { EmbeddedItems, Vectors } from '../../core/evaluate/embed.js';
import { neighbourBlocks } from '../../core/evaluate/neighbours.js';
import { SquareRanks } from '../../core/evaluate/square-ranks.js';
import { statelessUniform } from '../../core/random/index.js';
import { cosine } from '../../plugins/distances/cosine.js';
import { euclidean } from '../../plugins/distances/euclidean.js';
import { availableBackends } from '../run/backends.js';
import { bound } from './distances.js';
import { itemSet } from './sets.js';

const embed = (points: readonly (readonly number[])[]): EmbeddedItems => {
  const one = { values: Float32Array.from(points.flat()), size: points.length, dimensions: points[0]!.length };
  return { left: one, right: one };
};

/** By a loop over the gallery. */
function oracle(
  { left, right }: EmbeddedItems,
  query: number,
  how: AskedPlaces & { readonly kind: Euclidean },
): number[] {
  const point = ({ values, dimensions }: Vectors, row: number): number[] => {
    const own = [...values.subarray(row * dimensions, (row + 1) * dimensions)];
    const length = how.kind === 'cosine' ? Math.hypot(...own) : 1;
    return own.map((value) => Math.fround(value / length));
  };
  const from = point(left, query);
  const distances = Array.from({ length: right.size }, (_, place) => {
    const sum = point(right, place).reduce((all, value, k) => all + (from[k]! - value) ** 2, 0);
    return Math.fround({ root: Math.sqrt(sum), square: sum, cosine: sum / 2 }[how.kind]);
  });
  const order = distances
    .map((_, place) => place)
    .filter((place) => !how.leftOut.includes(place))
    .sort((a, b) => distances[a]! - distances[b]! || a - b);
  return order.flatMap((place, i) => (how.relevant.includes(place) ? [i + 1] : []));
}

const hasZero = ({ right: { values, dimensions } }: EmbeddedItems): boolean =>
  Array.from({ length: values.length / dimensions }, (_, row) => values.subarray(row * dimensions, (row + 1) * dimensions)).some((own) => own.every((value) => value === 0)); // biome-ignore format: one line

function expectExact(embedded: EmbeddedItems, asked: readonly (AskedPlaces & { readonly query: number })[]): void {
  const everyone = Int32Array.from({ length: embedded.right.size }, (_, row) => row);
  for (const kind of ['root', 'square', 'cosine'] as const) {
    const ranks = SquareRanks.open(embedded, everyone, { kind });
    if (kind === 'cosine' && hasZero(embedded)) {
      expect(ranks).toBeNull();
      continue;
    }
    if (!ranks) throw new Error('the ranks cannot be had');
    const before = tfc.memory().numTensors;
    const found = ranks.ranks(
      Int32Array.from(asked, ({ query }) => query),
      asked,
    );
    expect(tfc.memory().numTensors).toBe(before);
    ranks.dispose();
    expect(found).toEqual(asked.map((one) => oracle(embedded, one.query, { ...one, kind })));
  }
}

const uniform = (rows: number, columns: number, seed: number): number[][] => {
  const values = statelessUniform(rows * columns, [seed, 5]);
  return Array.from({ length: rows }, (_, i) => [...values.subarray(i * columns, (i + 1) * columns)]);
};
/** Each of the first few asks for some drawn others. */
const asking = (size: number, queries: number, wanted: number): (AskedPlaces & { readonly query: number })[] =>
  Array.from({ length: queries }, (_, query) => {
    const places = [...new Set(Array.from({ length: wanted }, (_, i) => (query * 31 + i * 97 + 1) % size))];
    return { query, relevant: places.filter((place) => place !== query), leftOut: [query] };
  });

const backends = await availableBackends();
describe.each(backends)('ranks by squares on $name', ({ open }) => {
  beforeAll(async () => {
    await open();
  });

  it('are those of a loop on a grid, where there are many ties', () => {
    const point = fc.array(fc.integer({ min: -2, max: 2 }), { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(fc.array(point, { minLength: 3, maxLength: 90 }), fc.nat({ max: 5 }), (points, wanted) => {
        expectExact(
          embed(points),
          asking(points.length, Math.min(8, points.length), wanted + 2).filter(({ relevant }) => relevant.length > 0),
        );
      }),
      { numRuns: 40 },
    );
  });

  it.each([
    ['uniform points, more than a part', uniform(5000, 16, 1)],
    ['a tight cluster far from 0', uniform(700, 8, 2).map((row) => row.map((value) => 1000 + 0.01 * value))],
    ['outliers', [...uniform(500, 8, 3), Array(8).fill(1e6), Array(8).fill(-1e7), ...uniform(100, 8, 4)]],
    ['copies', Array.from({ length: 600 }, (_, i) => uniform(40, 12, 5)[i % 40]!)],
    ['all in one place', Array.from({ length: 130 }, () => [0.1, 0.2])],
    ['half in one place', uniform(400, 6, 10).map((row, i) => (i % 2 ? row : [0, 0, 0, 0, 0, 0]))],
    ['tiny values', uniform(300, 6, 7).map((row) => row.map((value) => value * 1e-15))],
    ['one dimension', uniform(900, 1, 8)],
  ])('are exact: %s', (_name, points) => {
    const size = points.length;
    expectExact(embed(points), asking(size, 12, 5));
    expectExact(embed(points), asking(size, 3, 60)); // with more, finer bins
  });

  it('cannot be had of numbers that are not finite, or overflow', () => {
    const everyone = Int32Array.of(0, 1);
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, 1e20]) {
      expect(SquareRanks.open(embed([[0], [bad]]), everyone, { kind: 'root' })).toBeNull();
      const wrong = { left: embed([[bad], [0]]).left, right: embed([[1], [2]]).right };
      const ranks = SquareRanks.open(wrong, everyone, { kind: 'root' })!;
      expect(ranks.ranks(Int32Array.of(0), [{ relevant: [1], leftOut: [0] }])).toBeNull();
      ranks.dispose();
    }
  });
});

describe('neighbourBlocks', () => {
  beforeAll(async () => {
    await tfc.setBackend('cpu');
  });

  it('ranks alike with and without a list, and lists for whom it is asked', async () => {
    const groups = Array.from({ length: 300 }, (_, row) => row % 40);
    const embedded = embed(uniform(300, 5, 9).map((row, i) => row.map((value) => value + 0.4 * (groups[i]! % 7))));
    const items = itemSet({ groups });
    const ranks = async (how: { readonly count: number; readonly listed?: (query: number) => boolean }) => {
      const all: (readonly number[])[] = [];
      const listed: number[] = [];
      for await (const block of neighbourBlocks(items, embedded, { distance: bound(euclidean), ...how })) {
        block.queries.forEach((query, q) => {
          all.push(block.ranks(q));
          if (block.count > 0 && block.gallery[q * block.count]! >= 0) listed.push(query);
        });
      }
      return { all, listed };
    };
    const plain = await ranks({ count: 0 });
    expect(plain).toEqual({ all: (await ranks({ count: 3 })).all, listed: [] });
    expect(await ranks({ count: 3, listed: (query) => query % 50 === 7 })).toEqual({
      ...plain,
      listed: [7, 57, 107, 157, 207, 257],
    });
  });

  it.each([
    ['everywhere', uniform(200, 6, 11).map((row) => row.map((value) => value - 0.5))],
    ['one of them without a direction', [[0, 0, 0], ...uniform(120, 3, 12)]],
  ])('by squares of directions is as the cosine distance ranks: points %s', async (_name, points) => {
    const items = itemSet({ groups: points.map((_, row) => row % 20) });
    const plain = bound(cosine, [0, 2]);
    const ranks = async (distance: BoundDistance) => {
      const all: (readonly number[])[] = [];
      for await (const block of neighbourBlocks(items, embed(points), { distance, count: 0 }))
        block.queries.forEach((_, q) => {
          all.push(block.ranks(q));
        });
      return all;
    };
    expect(await ranks({ ...plain, euclidean: 'cosine' })).toEqual(await ranks(plain));
  });

  it('asks for a part of the queries, evenly over all, where so many are the most', () => {
    const items = itemSet({ groups: Array.from({ length: 10 }, (_, row) => row % 2) });
    const asked = {
      question: { gallery: 'part', exclude: 'none', across: null },
      beyond: 0,
      trainedWith: () => [],
    } as const;
    expect([...askingOf(items, { ...asked, most: 4 }).queries]).toEqual([0, 2, 5, 7]);
    expect(askingOf(items, { ...asked, most: 10 }).queries.length).toBe(10);
  });
});
