import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PairTable } from '../../core/contract/index.js';
import { pairSpaces } from '../../core/evaluate/pair-space.js';
import { choosePairs } from '../../core/evaluate/pairs.js';
import { openStream } from '../../core/random/index.js';
import { itemSet, pairTable } from './sets.js';

const draw = (seed = 1) => openStream(seed, 'pairs').draw();
const balanced = (count: number) => ({ type: 'balanced', count }) as const;
const rowsOf = ({ left, right, target }: PairTable): [number, number, number][] =>
  Array.from(left, (row, i) => [row, right[i]!, target[i]!]);
/** The pair without its direction. */
const unordered = ([left, right]: readonly number[]): string => [left!, right!].sort((a, b) => a - b).join('-');

/** Every pair that counts, by two loops over the items. */
function listed(groups: readonly number[], impostorOf: readonly number[] = []): Map<string, number> {
  const pairs = new Map<string, number>();
  for (let i = 0; i < groups.length; i++) {
    for (let j = 0; j < groups.length; j++) {
      const [a, b] = [groups[i]!, groups[j]!];
      if (a < 0) continue;
      if (i < j && b >= 0) pairs.set(`${i}-${j}`, Number(a === b));
      if (impostorOf[j] === a) pairs.set(unordered([i, j]), 0);
    }
  }
  return pairs;
}

const grouped = fc.array(fc.integer({ min: -1, max: 3 }), { minLength: 1, maxLength: 14 });
/** Groups, and impostors of groups that may not exist. */
const forged = fc
  .array(fc.tuple(fc.integer({ min: -1, max: 3 }), fc.boolean()), { minLength: 1, maxLength: 12 })
  .map((rows) => ({
    groups: rows.map(([group, isForged]) => (isForged ? -1 : group)),
    impostorOf: rows.map(([group, isForged]) => (isForged ? group : -1)),
  }));

describe('all', () => {
  it('lists each unordered pair of items that have a group once, as two loops do', () => {
    fc.assert(
      fc.property(grouped, (groups) => {
        const chosen = choosePairs(itemSet({ groups }), { type: 'all', count: 1 }, draw());
        expect(new Map(rowsOf(chosen).map((row) => [unordered(row), row[2]]))).toEqual(listed(groups));
        expect(chosen.left.length).toBe(listed(groups).size);
        expect(chosen.positives).toBe([...listed(groups).values()].filter((target) => target === 1).length);
        expect(chosen.weight).toBeNull();
      }),
    );
  });

  it('sets every member beside the impostors of its group, and these on the right', () => {
    fc.assert(
      fc.property(forged, ({ groups, impostorOf }) => {
        const chosen = choosePairs(itemSet({ groups, impostorOf }), { type: 'all', count: 1 }, draw());
        expect(new Map(rowsOf(chosen).map((row) => [unordered(row), row[2]]))).toEqual(listed(groups, impostorOf));
        expect(chosen.left.length).toBe(listed(groups, impostorOf).size);
        for (const [left] of rowsOf(chosen)) expect(groups[left]).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it('is empty where the data has no groups', () => {
    const chosen = choosePairs(itemSet({ size: 4 }), { type: 'all', count: 10 }, draw());
    expect([chosen.left.length, chosen.positives]).toEqual([0, 0]);
  });
});

describe('balanced', () => {
  it('draws two exact halves of distinct true pairs', () => {
    fc.assert(
      fc.property(forged, fc.integer({ min: 0, max: 40 }), fc.integer(), ({ groups, impostorOf }, count, seed) => {
        const chosen = rowsOf(choosePairs(itemSet({ groups, impostorOf }), balanced(count), draw(seed)));
        const there = listed(groups, impostorOf);
        const [same, different] = [1, 0].map((target) => [...there.values()].filter((one) => one === target).length);
        const half = Math.min(Math.floor(count / 2), same!, different!);
        expect(chosen.map(([, , target]) => target)).toEqual([...Array(half).fill(1), ...Array(half).fill(0)]);
        expect(new Set(chosen.map(unordered)).size).toBe(2 * half);
        for (const row of chosen) expect(there.get(unordered(row)), `${row}`).toBe(row[2]);
      }),
      { numRuns: 300 },
    );
  });

  it('draws all negatives where there are few', () => {
    // 60 items of one group and one other: 60 different pairs among 1830
    const groups = [...Array(60).fill(0), 1];
    const chosen = rowsOf(choosePairs(itemSet({ groups }), balanced(1000), draw()));
    expect(chosen.length).toBe(120);
    expect(new Set(chosen.filter(([, , target]) => target === 0).map(unordered))).toEqual(
      new Set(Array.from({ length: 60 }, (_, i) => `${i}-60`)),
    );
  });

  it('draws all positives where there are few', () => {
    const groups = Array.from({ length: 40 }, (_, i) => Math.max(1, i)); // items 0 and 1 are of one group
    const chosen = rowsOf(choosePairs(itemSet({ groups }), balanced(1000), draw()));
    expect(chosen.length).toBe(2);
    expect(unordered(chosen[0]!)).toBe('0-1');
  });

  it('draws few negatives among many millions of same pairs at once', () => {
    const groups = [...Array(50_000).fill(0), 1];
    const chosen = choosePairs(itemSet({ groups }), balanced(200), draw());
    expect([chosen.left.length, chosen.positives]).toEqual([200, 100]);
    for (const [left, right, target] of rowsOf(chosen)) {
      expect(Number(left !== 50_000 && right !== 50_000)).toBe(target);
    }
  });

  it('is uniform over the pairs of each kind', () => {
    const groups = [0, 0, 0, 0, 1, 1, 1, 2, 2, 3, -1];
    const counts = new Map([...listed(groups).keys()].map((pair) => [pair, 0]));
    const times = 10_000;
    for (let seed = 0; seed < times; seed++) {
      for (const row of rowsOf(choosePairs(itemSet({ groups }), balanced(2), draw(seed)))) {
        counts.set(unordered(row), counts.get(unordered(row))! + 1);
      }
    }
    const chiSquare = (target: number): number => {
      const kind = [...listed(groups)].filter(([, one]) => one === target).map(([pair]) => counts.get(pair)!);
      const expected = times / kind.length;
      return kind.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    };
    // 10 same pairs, 35 different ones; P < 0.001 outside these bounds at 9 and at 34 degrees of freedom
    expect([...listed(groups).values()].filter((target) => target === 1).length).toBe(10);
    expect(chiSquare(1)).toBeGreaterThan(1.15);
    expect(chiSquare(1)).toBeLessThan(27.9);
    expect(chiSquare(0)).toBeGreaterThan(14);
    expect(chiSquare(0)).toBeLessThan(65.2);
  });

  it('draws both halves evenly over a space beyond 32 bits', () => {
    // 200,000 items in two groups: 10^10 of each kind. Rows fall evenly over ten parts, odd and even alike
    const groups = Array.from({ length: 200_000 }, (_, i) => i % 2);
    const chosen = choosePairs(itemSet({ groups }), balanced(20_000), draw());
    for (const target of [1, 0]) {
      const rows = rowsOf(chosen).filter((row) => row[2] === target);
      const parts = new Array<number>(10).fill(0);
      for (const [left, right] of rows) {
        parts[Math.floor(left / 20_000)]!++;
        parts[Math.floor(right / 20_000)]!++;
      }
      const chiSquare = parts.reduce((sum, count) => sum + (count - 2000) ** 2 / 2000, 0);
      expect(chiSquare).toBeLessThan(27.9);
      const even = new Set(rows.map(([left, right]) => (left + 3 * right) % 8));
      expect(even.size).toBe(4); // of one group all even sums, of two all odd ones
    }
  });

  it('is the same for a seed, and another for another', () => {
    const groups = Array.from({ length: 30 }, (_, i) => i % 3);
    const chosen = (seed: number) => choosePairs(itemSet({ groups }), balanced(20), draw(seed));
    expect(chosen(5)).toEqual(chosen(5));
    expect(chosen(5).hash).not.toBe(chosen(6).hash);
  });
});

describe('given', () => {
  it('takes the pairs of the data as they are, whatever their number', () => {
    const pairs = { ...pairTable([[0, 1, 1], [1, 2, 0.25], [0, 2, 0.5], [0, 1, 1]]), weight: Float32Array.of(1, 2, 3, 4) }; // biome-ignore format: a table
    const chosen = choosePairs(itemSet({ size: 3, pairs }), { type: 'given', count: 2 }, draw());
    expect(rowsOf(chosen)).toEqual(rowsOf(pairs));
    expect(chosen.weight).toEqual(pairs.weight);
    expect(chosen.positives).toBe(3);
  });

  it('takes two pairs of each triplet', () => {
    const triplets = { anchor: Int32Array.of(0, 3), positive: Int32Array.of(1, 4), negative: Int32Array.of(2, 5) };
    const chosen = choosePairs(itemSet({ size: 6, triplets }), { type: 'given', count: 0 }, draw());
    expect(rowsOf(chosen)).toEqual([[0, 1, 1], [3, 4, 1], [0, 2, 0], [3, 5, 0]]); // biome-ignore format: a table
  });

  it('is empty where the data gives none', () => {
    expect(choosePairs(itemSet({ groups: [0, 0] }), { type: 'given', count: 5 }, draw()).left.length).toBe(0);
  });
});

describe('the hash', () => {
  const hashOf = (pairs: PairTable, rightSize?: number) =>
    choosePairs(itemSet({ size: 3, pairs, ...(rightSize ? { rightSize } : {}) }), { type: 'given', count: 0 }, draw())
      .hash;

  it('follows from keys and targets alone', () => {
    const pairs = pairTable([[0, 1, 1], [1, 2, 0]]); // biome-ignore format: a table
    // sha256 of "item 0\nitem 1\n1\nitem 1\nitem 2\n0\n"
    expect(hashOf(pairs)).toBe('ca514c3382a5f270fdc34b504c95f3a8d016b4373029f34c5741a0cfe7fd387c');
    expect(hashOf({ ...pairs, weight: Float32Array.of(1, 2) })).toBe(hashOf(pairs));
    expect(hashOf(pairTable([[0, 1, 1], [1, 2, 1]]))).not.toBe(hashOf(pairs)); // biome-ignore format: a table
    expect(hashOf(pairTable([[1, 0, 1], [1, 2, 0]]))).not.toBe(hashOf(pairs)); // biome-ignore format: a table
    expect(hashOf(pairs, 3)).not.toBe(hashOf(pairs));
  });
});

describe('pairSpaces', () => {
  it('numbers every pair once', () => {
    fc.assert(
      fc.property(forged, ({ groups, impostorOf }) => {
        const spaces = pairSpaces(Int32Array.from(groups), Int32Array.from(impostorOf));
        const there = listed(groups, impostorOf);
        for (const [target, space] of [
          [1, spaces.same],
          [0, spaces.different],
        ] as const) {
          // biome-ignore format: a table
          const pairs = Array.from({ length: space.size }, (_, number) => unordered(space.at(number)));
          expect(pairs.sort()).toEqual([...there].filter(([, one]) => one === target).map(([pair]) => pair).sort()); // biome-ignore format: a table
        }
      }),
    );
  });

  it('is exact at large numbers', () => {
    // one group of 2^17 items, one of 3: 2^16 (2^17 - 1) + 3 same pairs, 3 * 2^17 different ones
    const size = 2 ** 17;
    const { same, different } = pairSpaces(
      Int32Array.from({ length: size + 3 }, (_, i) => Number(i >= size)),
      null,
    );
    expect([same.size, different.size]).toEqual([2 ** 16 * (size - 1) + 3, 3 * size]);
    expect(same.at(0)).toEqual([1, 0]);
    expect(same.at(2 ** 16 * (size - 1) - 1)).toEqual([size - 1, size - 2]);
    expect(same.at(2 ** 16 * (size - 1) - size)).toEqual([size - 2, size - 3]);
    expect(same.at(2 ** 16 * (size - 1))).toEqual([size + 1, size]);
    expect(same.at(same.size - 1)).toEqual([size + 2, size + 1]);
    expect(different.at(0)).toEqual([size, 0]);
    expect(different.at(3 * size - 1)).toEqual([size + 2, size - 1]);
  });
});
