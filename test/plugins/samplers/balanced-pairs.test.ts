import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPool } from '../../../core/data/pool.js';
import { balancedPairs } from '../../../plugins/samplers/balanced-pairs.js';
import {
  ascending,
  batchesOf,
  chiSquare,
  chiSquareLimit,
  counts,
  countsOf,
  create,
  problemOf,
  range,
  rowsOf,
  sampling,
} from './drawing.js';
import { pairSamplerProperties } from './properties.js';

const pool = (...groups: number[]) => createPool({ size: groups.length, groups: Int32Array.from(groups) });
const positivesIn = (target: readonly number[] | null): number => target!.filter((value) => value === 1).length;

describe('balanced-pairs', () => {
  const tens = pool(...range(100).map((row) => row % 10));

  pairSamplerProperties(balancedPairs, { pool: tens, batchSize: 8 });

  it('draws each item once as the left, half of each batch positive', () => {
    const batches = batchesOf(create(balancedPairs).sample(tens, sampling(0, 8)));
    expect(batches.map(({ left }) => left.length)).toEqual([...new Array(12).fill(8), 4]);
    expect(batches.map(({ target }) => positivesIn(target))).toEqual([...new Array(12).fill(4), 2]);
    expect(ascending(batches.flatMap(({ left }) => left))).toEqual(range(100));
  });

  it('keeps the share of an epoch to the nearest row where a batch cannot', () => {
    const batches = batchesOf(create(balancedPairs, { positives: 0.3 }).sample(tens, sampling(0, 5)));
    const drawn = batches.map(({ target }) => positivesIn(target));
    expect(drawn.slice(0, 4)).toEqual([2, 1, 2, 1]); // round(1.5), round(3) - 2, round(4.5) - 3, round(6) - 5
    expect(drawn.reduce((sum, count) => sum + count, 0)).toBe(30);
    const ones = batchesOf(create(balancedPairs).sample(tens, sampling(0, 1))).map(({ target }) => positivesIn(target));
    expect(ones.reduce((sum, count) => sum + count, 0)).toBe(50);
  });

  it('gives true targets, and never an item with itself, whatever the groups', () => {
    const groups = fc.array(fc.integer({ min: -1, max: 6 }), { minLength: 4, maxLength: 60 });
    const share = fc.constantFrom(0, 0.25, 0.5, 1);
    fc.assert(
      fc.property(groups, share, fc.integer({ min: 1, max: 20 }), fc.nat(99), (codes, positives, batchSize, seed) => {
        const drawn = pool(...codes);
        const sampler = create(balancedPairs, { positives });
        const planned = sampler.plan(countsOf(drawn, batchSize));
        // Items without a group might be impostors: only the pool tells.
        const refused = problemOf(() => sampler.sample(drawn, sampling(0, batchSize, seed)));
        if ('problem' in planned || refused !== 'no problem') {
          if ('problem' in planned) expect(refused).toBe(`SAMPLER ${planned.problem}`);
          else expect(codes).toContain(-1);
          return;
        }
        const rows = rowsOf(sampler.sample(drawn, sampling(0, batchSize, seed)));
        for (const [left, right, target] of rows) {
          expect(left).not.toBe(right);
          expect(codes[left]).toBeGreaterThanOrEqual(0);
          expect(codes[right]).toBeGreaterThanOrEqual(0);
          expect(target).toBe(Number(codes[left] === codes[right]));
        }
        const alone = (row: number): boolean => codes.filter((code) => code === codes[row]).length === 1;
        const lefts = range(codes.length).filter((row) => codes[row]! >= 0 && !(positives === 1 && alone(row)));
        expect(ascending(rows.map(([left]) => left))).toEqual(lefts);
        const positive = rows.filter(([, , target]) => target === 1).length;
        expect(planned.positives).toBeCloseTo(positive / rows.length, 12);
      }),
      { seed: 1, numRuns: 150 },
    );
  });

  it('spreads items that are alone in their group over the batches, as negatives', () => {
    // 8 items in pairs, 24 alone: a quarter can be positive
    const codes = [...range(8).map((row) => row >> 1), ...range(24).map((row) => 4 + row)];
    const batches = batchesOf(create(balancedPairs).sample(pool(...codes), sampling(0, 8)));
    expect(batches.map(({ target }) => positivesIn(target))).toEqual([2, 2, 2, 2]);
    expect(create(balancedPairs).plan(countsOf(pool(...codes), 8))).toEqual({ batches: 4, rows: 32, positives: 0.25 });
    const few = batchesOf(create(balancedPairs, { positives: 0.125 }).sample(pool(...codes), sampling(0, 8)));
    expect(few.map(({ target }) => positivesIn(target))).toEqual([1, 1, 1, 1]);
  });

  it('draws partners without bias', () => {
    const codes = [0, 0, 0, 0, 1, 1, 2, 2, 2, 3];
    const drawn = pool(...codes);
    const same = new Map<string, number>();
    const different = new Map<string, number>();
    for (const epoch of range(4000)) {
      for (const [left, right, target] of rowsOf(create(balancedPairs).sample(drawn, sampling(epoch, 10)))) {
        const tally = target === 1 ? same : different;
        tally.set(`${left} ${right}`, (tally.get(`${left} ${right}`) ?? 0) + 1);
      }
    }
    const of = (tally: Map<string, number>, left: number): number[] =>
      [...tally].filter(([pair]) => pair.startsWith(`${left} `)).map(([, count]) => count);
    for (const [left, code] of codes.entries()) {
      const others = codes.filter((other) => other === code).length - 1;
      expect(of(same, left).length).toBe(others);
      expect(of(different, left).length).toBe(codes.length - 1 - others);
      if (others > 1) expect(chiSquare(of(same, left))).toBeLessThan(chiSquareLimit(others - 1));
      expect(chiSquare(of(different, left))).toBeLessThan(chiSquareLimit(codes.length - 2 - others));
    }
    const asPositive = range(9).map((left) => of(same, left).reduce((sum, count) => sum + count, 0));
    expect(chiSquare(asPositive)).toBeLessThan(chiSquareLimit(8)); // every item but the one alone is as often positive
  });

  it('draws each batch by itself', () => {
    const halves = pool(...range(1000).map((row) => row % 2));
    const batches = batchesOf(create(balancedPairs).sample(halves, sampling(0, 20)));
    const negatives = batches.map(({ right }) =>
      right
        .slice(10)
        .map((row) => row >> 1)
        .join(' '),
    ); // places in the group
    expect(new Set(negatives).size).toBe(50);
  });

  describe('with impostors', () => {
    // rows 6, 7 forge group 0; row 8 forges a group that is not here
    const forged = createPool({
      size: 9,
      groups: Int32Array.of(0, 0, 0, 1, 1, 1, -1, -1, -1),
      impostorOf: Int32Array.of(-1, -1, -1, -1, -1, -1, 0, 0, -1),
    });
    const negatives = (impostors: number) =>
      range(600).flatMap((epoch) =>
        rowsOf(create(balancedPairs, { impostors }).sample(forged, sampling(epoch, 6))).filter(
          ([, , target]) => target === 0,
        ),
      );

    it('draws them as negatives of their own group alone, on the right alone', () => {
      for (const [left, right] of negatives(0.5)) {
        expect(left).toBeLessThan(6);
        if (right >= 6) expect([forged.groups[left], [6, 7].includes(right)]).toEqual([0, true]);
      }
    });

    it('gives them the share that is asked for', () => {
      const share = (impostors: number): number => {
        const ofFirst = negatives(impostors).filter(([left]) => forged.groups[left] === 0);
        return ofFirst.filter(([, right]) => right >= 6).length / ofFirst.length;
      };
      expect(share(0)).toBe(0);
      expect(share(1)).toBe(1);
      expect(Math.abs(share(0.5) - 0.5)).toBeLessThan(0.06); // about 900 draws: deviation 0.017
    });

    it('is content with one group that has impostors', () => {
      const one = createPool({
        size: 4,
        groups: Int32Array.of(0, 0, -1, -1),
        impostorOf: Int32Array.of(-1, -1, 0, 0),
      });
      expect(create(balancedPairs).plan(countsOf(one, 2))).toEqual({ batches: 1, rows: 2, positives: 0.5 });
      const rows = rowsOf(create(balancedPairs).sample(one, sampling(0, 2)));
      expect(rows.map(([, right, target]) => [right >= 2, target])).toEqual([
        [false, 1],
        [true, 0],
      ]);
    });
  });

  describe('with positivesAcross', () => {
    // group 0: sessions 0 0 1; group 1: one session; group 2: sessions 0 1 2 2; group 3: one item, no session
    const codes = [0, 0, 0, 1, 1, 2, 2, 2, 2, 3];
    const sessions = [0, 0, 1, 1, 1, 0, 1, 2, 2, -1];
    const crossed = createPool({
      size: 10,
      groups: Int32Array.from(codes),
      column: () => Int32Array.from(sessions),
    });
    const options = { positivesAcross: 'session' };

    it('pairs positives of different values alone, each such partner equally often', () => {
      const drawn = range(3000).flatMap((epoch) =>
        rowsOf(create(balancedPairs, options).sample(crossed, sampling(epoch, 10))),
      );
      expect(ascending(drawn.slice(0, 10).map(([left]) => left))).toEqual(range(10));
      for (const [left, right, target] of drawn) {
        expect(target).toBe(Number(codes[left] === codes[right]));
        if (target === 1) expect(sessions[left]).not.toBe(sessions[right]);
      }
      for (const left of [0, 1, 2, 5, 6, 7, 8]) {
        const partners = range(10).filter((row) => codes[row] === codes[left] && sessions[row] !== sessions[left]);
        const times = partners.map(
          (right) => drawn.filter(([a, b, target]) => a === left && b === right && target === 1).length,
        );
        expect(times.every((count) => count > 0)).toBe(true);
        if (partners.length > 1) expect(chiSquare(times)).toBeLessThan(chiSquareLimit(partners.length - 1));
      }
    });

    it('plans by the values of each group, or leaves the share open where they are not known', () => {
      const known = { ...countsOf(crossed, 10), valueSizes: () => [[2, 1], [2], [1, 1, 2], [1]].map((one) => Int32Array.from(one)) }; // biome-ignore format: one case
      expect(create(balancedPairs, options).plan(known)).toEqual({ batches: 1, rows: 10, positives: 0.5 });
      expect(create(balancedPairs, { ...options, positives: 1 }).plan(known)).toMatchObject({ rows: 7, positives: 1 });
      expect(create(balancedPairs, options).plan(countsOf(crossed, 10))).toMatchObject({ batches: 1, positives: null });
      const none = { ...known, valueSizes: () => [[3], [2], [4], [1]].map((one) => Int32Array.from(one)) };
      const problem = 'no group has items that differ in "session", and positivesAcross asks for such positive pairs';
      expect(create(balancedPairs, options).plan(none)).toEqual({ problem });
      const alike = createPool({ size: 4, groups: Int32Array.of(0, 0, 1, 1), column: () => new Int32Array(4) });
      expect(problemOf(() => create(balancedPairs, options).sample(alike, sampling(0, 2)))).toBe(`SAMPLER ${problem}`);
    });
  });

  it('says which data it cannot draw from', () => {
    const plan = (groupSizes: number[], options = {}) =>
      create(balancedPairs, options).plan(
        counts({ items: groupSizes.reduce((sum, size) => sum + size, 0), groupSizes: Int32Array.from(groupSizes) }),
      );
    expect(plan([9])).toEqual({ problem: 'all 9 items are of one group; a negative pair needs at least two groups' });
    expect(plan([1, 1, 1])).toEqual({
      problem: 'all 3 groups are too small: each has a single item, and a positive pair needs a group with two',
    });
    expect(plan([])).toEqual({ problem: 'no item has a group, and pairs are told apart by comparing groups' });
    expect(plan([9], { positives: 1 })).toEqual({ batches: 3, rows: 9, positives: 1 });
    expect(plan([1, 1, 1], { positives: 0 })).toEqual({ batches: 1, rows: 3, positives: 0 });
    expect(problemOf(() => create(balancedPairs).sample(pool(0, 0, -1), sampling(0, 2)))).toBe(
      'SAMPLER all 2 items are of one group; a negative pair needs at least two groups',
    );
  });
});
