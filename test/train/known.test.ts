import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPool, type PoolParts } from '../../core/data/pool.js';
import { knownMatches } from '../../core/train/known.js';
import { pairTable } from '../data/opening.js';

const rows = (left: readonly number[], right: readonly number[]) => ({
  left: Int32Array.from(left),
  right: Int32Array.from(right),
  target: null,
});
const known = (parts: PoolParts, shared = true) => knownMatches(createPool(parts), shared);

describe('knownMatches', () => {
  it('agrees with a loop over the given pairs and groups', () => {
    const cases = fc.record({
      groups: fc.array(fc.integer({ min: -1, max: 2 }), { minLength: 6, maxLength: 6 }),
      given: fc.array(fc.tuple(fc.nat({ max: 5 }), fc.nat({ max: 5 }), fc.constantFrom(0, 0.4, 0.5, 1)), {
        maxLength: 12,
      }),
      batch: fc.array(fc.tuple(fc.nat({ max: 5 }), fc.nat({ max: 5 })), { minLength: 1, maxLength: 9 }),
      shared: fc.boolean(),
    });
    fc.assert(
      fc.property(cases, ({ groups, given, batch, shared }) => {
        const parts = { size: 6, groups: Int32Array.from(groups), pairs: pairTable(given) };
        const [left, right] = [batch.map(([row]) => row), batch.map(([, row]) => row)];
        const positive = (a: number, b: number): boolean =>
          given.some(([one, other, target]) => one === a && other === b && target >= 0.5);
        const match = (a: number, b: number): boolean => {
          if (!shared) return positive(a, b);
          return a === b || positive(a, b) || positive(b, a) || (groups[a]! >= 0 && groups[a] === groups[b]);
        };
        const expected = left.flatMap((a) => right.map((b) => Number(match(a, b))));
        expect([...known(parts, shared).matrix(rows(left, right))]).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });

  it('takes no group for the other table, even one of the same size', () => {
    const parts = { size: 2, rightSize: 2, groups: Int32Array.of(0, 0), pairs: pairTable([[0, 1, 1]]) };
    expect([...known(parts, false).matrix(rows([0, 1], [0, 1]))]).toEqual([0, 1, 0, 0]);
  });

  it('says how often each right item is drawn', () => {
    const parts = { size: 4, groups: null, pairs: pairTable([[0, 1, 1], [0, 2, 0], [3, 1, 1], [2, 1, 1]]) }; // biome-ignore format: a table
    const frequency = known(parts).logFrequency(rows([0, 0, 0], [1, 2, 3]));
    for (const [i, share] of [3 / 4, 1 / 4, 1 / 4].entries()) expect(frequency[i]).toBeCloseTo(Math.log(share), 6);
    const grouped = known({ size: 2, groups: Int32Array.of(0, 0) });
    expect([...grouped.logFrequency(rows([0], [1]))]).toEqual([0]);
  });
});
