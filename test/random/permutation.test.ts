import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openStream, pairCount, pairOf, permutation } from '../../core/random/index.js';

const draw = (seed: number) => openStream(seed, 'order').draw();
const range = (size: number): number[] => Array.from({ length: size }, (_, i) => i);

describe('permutation', () => {
  it('gives every number once, for any size', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3000 }), fc.nat(1000), (size, seed) => {
        const numbers = range(size).map(permutation(size, draw(seed)));
        expect([...numbers].sort((a, b) => a - b)).toEqual(range(size));
      }),
      { seed: 1, numRuns: 100 },
    );
  });

  it('gives the same order for the same draw, another one for another', () => {
    const order = (seed: number): number[] => range(500).map(permutation(500, draw(seed)));
    expect(order(1)).toEqual(order(1));
    expect(order(1)).not.toEqual(order(2));
  });

  it('stays inside sizes beyond 32 bits, without repetition', () => {
    for (const size of [2 ** 33 + 1, 2 ** 50 - 3]) {
      const at = permutation(size, draw(3));
      const numbers = range(2000).map((i) => at(size - 1 - i));
      expect(new Set(numbers).size).toBe(2000);
      expect(numbers.every((number) => Number.isInteger(number) && number >= 0 && number < size)).toBe(true);
      const mean = numbers.reduce((sum, number) => sum + number / size, 0) / 2000;
      expect(Math.abs(mean - 0.5)).toBeLessThan(0.03); // deviation 0.0065
    }
  });

  it('does not keep neighbours together', () => {
    const at = permutation(1_000_003, draw(5));
    const steps = range(20_000).map((i) => Math.abs(at(i + 1) - at(i)) / 1_000_003);
    const mean = steps.reduce((sum, step) => sum + step, 0) / steps.length;
    expect(Math.abs(mean - 1 / 3)).toBeLessThan(0.008); // of two independent places 1/3, deviation 0.0017
  });

  it('refuses a size that is none', () => {
    for (const size of [0, -1, 1.5, 2 ** 51, Number.NaN])
      expect(() => permutation(size, draw(1))).toThrow('no order of');
  });
});

describe('pairOf', () => {
  it('numbers all pairs, without a gap', () => {
    const pairs = range(40).flatMap((larger) => range(larger).map((smaller) => [larger, smaller]));
    expect(range(pairCount(40)).map((number) => [...pairOf(number)])).toEqual(pairs);
  });

  it('is exact where the square root is not', () => {
    for (const larger of [2 ** 25, 94_906_265, 60_000_001]) {
      const first = pairCount(larger);
      expect([...pairOf(first - 1)]).toEqual([larger - 1, larger - 2]);
      expect([...pairOf(first)]).toEqual([larger, 0]);
      expect([...pairOf(first + larger - 1)]).toEqual([larger, larger - 1]);
    }
  });
});
