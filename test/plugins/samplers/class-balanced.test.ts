import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classBalanced } from '../../../plugins/samplers/class-balanced.js';
import { ascending, chiSquare, chiSquareLimit, counts, countsOf, problemOf, range, sampling } from './drawing.js';
import { createLabelled, grouped, itemsOf, labelledSamplerProperties, ofSizes, tally } from './labelled.js';

/** The hands of a batch: `perGroup` rows each. */
const handsOf = (items: readonly number[], perGroup: number): number[][] =>
  range(items.length / perGroup).map((hand) => items.slice(hand * perGroup, (hand + 1) * perGroup));

describe('class-balanced', () => {
  const even = grouped(ofSizes(...range(20).map(() => 8)));
  labelledSamplerProperties(classBalanced, { pool: even, batchSize: 16 });

  it('fills batches with P groups of K different items each, every item once where sizes fit', () => {
    const batches = itemsOf(classBalanced, { pool: even, batchSize: 16 });
    expect(batches).toHaveLength(10);
    for (const items of batches) {
      const hands = handsOf(items, 4);
      const groups = hands.map((hand) => [...new Set(hand.map((row) => even.groups[row]!))]);
      expect(groups.map(({ length }) => length)).toEqual([1, 1, 1, 1]);
      expect(new Set(groups.flat()).size).toBe(4);
      expect(new Set(items).size).toBe(16);
    }
    expect(ascending(batches.flat())).toEqual(range(160));
  });

  it('keeps its promises whatever the groups', () => {
    const cases = fc.record({
      sizes: fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 2, maxLength: 12 }),
      perGroup: fc.integer({ min: 2, max: 5 }),
      draws: fc.integer({ min: 2, max: 6 }),
      seed: fc.nat(99),
    });
    fc.assert(
      fc.property(cases, ({ sizes, perGroup, draws, seed }) => {
        const pool = grouped(ofSizes(...sizes));
        const batchSize = perGroup * draws;
        const planned = createLabelled(classBalanced, { perGroup }).plan(countsOf(pool, batchSize));
        if ('problem' in planned) return;
        const batches = itemsOf(classBalanced, { pool, options: { perGroup }, batchSize }, 0, seed);
        expect(batches.length).toBe(planned.batches);
        expect(batches.length).toBe(Math.max(1, Math.round(pool.size / batchSize)));
        const most = Math.ceil(draws / sizes.length);
        for (const items of batches) {
          expect(items.length).toBe(batchSize);
          for (const hand of handsOf(items, perGroup)) {
            expect(new Set(hand.map((row) => pool.groups[row])).size).toBe(1);
            expect(new Set(hand).size).toBe(Math.min(perGroup, sizes[pool.groups[hand[0]!]!]!));
          }
          const perGroupCount = tally(
            items.map((row) => pool.groups[row]!),
            sizes.length,
          ).map((n) => n / perGroup);
          expect(Math.max(...perGroupCount)).toBeLessThanOrEqual(most);
        }
        // in turn: within a group no item is drawn twice more than another
        const times = tally(batches.flat(), pool.size);
        sizes.forEach((size, group) => {
          const own = times.filter((_, row) => pool.groups[row] === group);
          if (size >= perGroup) expect(Math.max(...own) - Math.min(...own)).toBeLessThanOrEqual(2);
        });
      }),
      { seed: 3, numRuns: 200 },
    );
  });

  it('draws each item about once an epoch, equally often over many', () => {
    const pool = grouped(ofSizes(3, 5, 6, 7, 9, 10)); // 40 items, none a multiple of 4
    const times = new Array<number>(40).fill(0);
    for (const epoch of range(2000)) {
      const drawn = tally(itemsOf(classBalanced, { pool, batchSize: 8 }, epoch).flat(), 40);
      expect(Math.max(...drawn)).toBeLessThanOrEqual(3);
      drawn.forEach((count, row) => {
        times[row] = times[row]! + count;
      });
    }
    // smoother than independent draws, so that the bound of independent ones holds all the more
    expect(times.reduce((sum, count) => sum + count, 0)).toBe(2000 * 40);
    expect(chiSquare(times)).toBeLessThan(chiSquareLimit(39));
  });

  it('draws a large group for every batch and the others more often, so that batches stay full and mixed', () => {
    const pool = grouped(ofSizes(1000, ...range(9).map(() => 10)));
    const batches = itemsOf(classBalanced, { pool, batchSize: 16 });
    expect(batches).toHaveLength(68); // 1090 / 16
    for (const items of batches) {
      expect(new Set(handsOf(items, 4).map(([row]) => pool.groups[row!])).size).toBe(4);
      expect(items.filter((row) => row < 1000)).toHaveLength(4);
    }
    const small = tally(batches.flat(), 1090).slice(1000);
    expect([Math.min(...small) > 7, Math.max(...small) < 11]).toEqual([true, true]); // 68 * 12 / 90 = 9.07
  });

  it('lets each group stand several times where there are fewer than P', () => {
    const pool = grouped(ofSizes(64, 64, 64));
    for (const items of itemsOf(classBalanced, { pool, batchSize: 32 })) {
      const perGroup = tally(
        items.map((row) => pool.groups[row]!),
        3,
      );
      expect(ascending(perGroup).every((count) => count === 8 || count === 12)).toBe(true);
      expect(new Set(items).size).toBe(32);
    }
  });

  it('repeats the items of small groups evenly, or leaves the groups out', () => {
    const pool = grouped(ofSizes(2, 4, 4, 3));
    for (const items of range(50).flatMap((epoch) => itemsOf(classBalanced, { pool, batchSize: 8 }, epoch))) {
      for (const hand of handsOf(items, 4)) {
        const repeats = ascending(tally(hand, 13).filter((count) => count > 0));
        expect(repeats).toEqual(
          [
            [2, 2],
            [1, 1, 1, 1],
            [1, 1, 1, 1],
            [1, 1, 2],
          ][pool.groups[hand[0]!]!],
        );
      }
    }
    const options = { smallGroups: 'leave-out' };
    const kept = itemsOf(classBalanced, { pool, options, batchSize: 8 });
    expect(kept).toHaveLength(1);
    expect(ascending(kept.flat())).toEqual([2, 3, 4, 5, 6, 7, 8, 9]);
    expect(createLabelled(classBalanced, options).plan(countsOf(pool, 8))).toMatchObject({ batches: 1, rows: 8 });
  });

  it('spreads the rows of a group over the values of a column', () => {
    // group 0: sessions 0 0 0 0 0 0 1 1; group 1: four sessions of two; group 2: one session
    const sessions = [0, 0, 0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 6, 6, 6, 6, 6, 6];
    const pool = grouped(ofSizes(8, 8, 8), { column: () => Int32Array.from(sessions) });
    const options = { positivesAcross: 'session' };
    for (const items of range(40).flatMap((epoch) => itemsOf(classBalanced, { pool, options, batchSize: 8 }, epoch))) {
      for (const hand of handsOf(items, 4)) {
        const group = pool.groups[hand[0]!]!;
        const perSession = tally(
          hand.map((row) => sessions[row]!),
          7,
        ).filter((count) => count > 0);
        expect(perSession).toEqual(group === 0 ? [2, 2] : [1, 1, 1, 1]);
        expect(group).toBeLessThan(2); // of one session there is no positive across
        expect(new Set(hand).size).toBe(4);
      }
    }
  });

  it('gives impostors their share of the rows of their group', () => {
    const pool = grouped([...ofSizes(6, 6, 6), -1, -1, -1, -1], {
      impostorOf: Int32Array.from([...new Array<number>(18).fill(-1), 0, 0, 1, -1]),
    });
    const count = (impostors: number, perGroup: number): string[] => {
      const options = { impostors, perGroup };
      const found = range(30).flatMap((epoch) =>
        itemsOf(classBalanced, { pool, options, batchSize: 2 * perGroup }, epoch).flatMap((items) =>
          handsOf(items, perGroup).map((hand) => {
            const group = pool.groups[hand[0]!]!;
            const forged = hand.filter((row) => pool.groups[row] === -1);
            expect(forged.every((row) => pool.impostorOf![row] === group)).toBe(true);
            return `${group}:${forged.length}`;
          }),
        ),
      );
      return [...new Set(found)].sort();
    };
    expect(count(0.25, 4)).toEqual(['0:1', '1:1', '2:0']);
    expect(count(0.5, 4)).toEqual(['0:2', '1:2', '2:0']);
    expect(count(1, 4)).toEqual(['0:2', '1:2', '2:0']); // two are always of the group
    expect(count(0, 4)).toEqual(['0:0', '1:0', '2:0']);
    expect(count(0.25, 2)).toEqual(['0:0', '1:0', '2:0']);
  });

  it('foresees the share of positives', () => {
    for (const [sizes, batchSize] of [
      [range(20).map(() => 8), 16],
      [[64, 64, 64], 32],
      [[2, 3, 9, 12, 20], 8],
    ] as const) {
      const pool = grouped(ofSizes(...sizes));
      const planned = createLabelled(classBalanced).plan(countsOf(pool, batchSize));
      let [same, all] = [0, 0];
      for (const items of range(300).flatMap((epoch) => itemsOf(classBalanced, { pool, batchSize }, epoch))) {
        for (const a of range(items.length)) {
          for (const b of range(items.length)) {
            if (a === b) continue;
            all++;
            same += Number(items[a] !== items[b] && pool.groups[items[a]!] === pool.groups[items[b]!]);
          }
        }
      }
      expect((planned as { positives: number }).positives).toBeCloseTo(same / all, 2);
    }
  });

  it('says what it cannot draw from, and what would do', () => {
    const plan = (sizes: number[], batchSize: number, options = {}) =>
      createLabelled(classBalanced, options).plan(
        counts({ items: sizes.reduce((a, b) => a + b, 0), groupSizes: Int32Array.from(sizes), batchSize }),
      );
    expect(plan([9, 9], 30)).toEqual({
      problem: 'train.batchSize is 30, no multiple of perGroup 4: it must be 28 or 32',
    });
    expect(plan([9, 9], 4)).toEqual({
      problem: 'train.batchSize is 4, too few for two draws of perGroup 4: it must be at least 8',
    });
    expect(plan([9, 9], 32)).toEqual({
      problem: 'the groups have only 18 items; train.batchSize is 32, it must be at most that',
    });
    expect(plan([9], 8)).toEqual({
      problem: 'all 9 items are of one group; a negative pair needs at least two groups',
    });
    expect(plan([9, 3, 3], 8, { smallGroups: 'leave-out' })).toEqual({
      problem: '1 of 3 groups have 4 items, and a batch needs two of them',
    });
    const across = createLabelled(classBalanced, { positivesAcross: 'session' });
    const sessions = (sizes: number[][]) => ({ ...counts({ items: 16, groupSizes: Int32Array.of(8, 8), batchSize: 8 }), valueSizes: () => sizes.map((one) => Int32Array.from(one)) }); // biome-ignore format: one case
    expect(across.plan(sessions([[8], [8]]))).toEqual({
      problem: 'no group has items that differ in "session", and positivesAcross asks for such positive pairs',
    });
    expect(across.plan(sessions([[4, 4], [8]]))).toEqual({
      problem: '1 of 2 groups differ in "session" within themselves, and a batch needs two of them',
    });
    const one = problemOf(() => createLabelled(classBalanced).sample(grouped([0, 0, 0, -1]), sampling(0, 8)));
    expect(one).toBe('SAMPLER all 3 items are of one group; a negative pair needs at least two groups');
  });
});
