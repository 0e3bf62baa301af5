import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { view } from '../../../core/plugin/view.js';
import { random } from '../../../plugins/splits/random.js';
import { assign, create, problemOf, range, rowsIn, sizes } from './dividing.js';
import { shareSplitProperties, sourcePartProperties } from './properties.js';

describe('random', () => {
  shareSplitProperties(random, { size: 40 });
  sourcePartProperties(random, { given: range(30).map((row) => (row < 10 ? 2 : 0)), size: 30 });
  describe('of pairs', () => {
    const pairs = range(30).map((row) => [row, row] as const);
    shareSplitProperties(random, { pairs });
    sourcePartProperties(random, { given: range(30).map((row) => (row < 10 ? 2 : 0)), pairs });
  });

  it('has exact sizes', () => {
    expect(sizes(assign(create(random), { size: 100 }))).toEqual([80, 10, 10]);
    expect(sizes(assign(create(random, { validation: 0.15, test: 0.25 }), { size: 20 }))).toEqual([12, 3, 5]);
    expect(sizes(assign(create(random), { size: 3 }))).toEqual([1, 1, 1]);
  });

  it('takes each row equally often, by the draw', () => {
    const tests = new Array<number>(10).fill(0);
    for (const seed of range(2000))
      for (const row of rowsIn(assign(create(random), { size: 10 }, seed), 'test')) tests[row]!++;
    for (const count of tests) expect(Math.abs(count - 200)).toBeLessThan(55); // deviation 13.4
  });

  it('takes (a, b) and (b, a) for one pair where both are items of one table', () => {
    const pairs = Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? [i, i + 1] : [i, i - 1]) as [number, number]);
    const assigned = assign(create(random), { pairs, shared: true });
    expect(pairs.every(([left, right]) => assigned[left] === assigned[right])).toBe(true);
    const apart = assign(create(random), { pairs, shared: false });
    expect(pairs.some(([left, right]) => apart[left] !== apart[right])).toBe(true);
  });

  it('keeps a pair that is given several times in one part', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(5), fc.nat(5)), { minLength: 3, maxLength: 60 }),
        fc.nat(99),
        (pairs, seed) => {
          const distinct = new Map(pairs.map(([left, right]) => [`${left} ${right}`, [left, right]]));
          if (distinct.size < 3) return;
          const assigned = assign(create(random, { validation: 0.2, test: 0.2 }), { pairs }, seed);
          const parts = [...distinct.keys()].map(
            (pair) => new Set(assigned.filter((_, row) => pairs[row]!.join(' ') === pair)),
          );
          expect(parts.every((part) => part.size === 1)).toBe(true);
          const count = (part: string): number => parts.filter((own) => own.has(part as never)).length;
          expect(Math.abs(count('test') - 0.2 * distinct.size)).toBeLessThanOrEqual(1);
          expect(Math.abs(count('validation') - 0.2 * distinct.size)).toBeLessThanOrEqual(1);
        },
      ),
      { seed: 1, numRuns: 200 },
    );
  });

  it('names too few rows, and declares what it is of', () => {
    expect(problemOf(() => assign(create(random), { size: 2 }))).toBe(
      'SPLIT training, validation and test need at least 3 items; the data has 2',
    );
    const twice = [
      [1, 2],
      [1, 2],
    ] as const;
    expect(problemOf(() => assign(create(random, { test: 0 }), { pairs: twice }))).toBe(
      'SPLIT training and validation need at least 2 pairs; the data has 1',
    );
    expect(view(random)).toMatchObject({ of: ['items', 'pairs'], disjoint: ['pairs'] });
  });
});
