import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { partSizes } from '../../../plugins/splits/shares.js';

describe('partSizes', () => {
  it.each([
    // 30 * 0.1 = 3 each
    [30, 0.1, 0.1, 1, 3, 3],
    // quotas 1.5, 1.5, 7: one row is left, validation comes first
    [10, 0.15, 0.15, 1, 2, 1],
    // quotas 0.7, 1.4, 4.9: two rows are left, to training (0.9) and validation (0.7)
    [7, 0.1, 0.2, 1, 1, 1],
    // quotas 0.4, 0.4, 3.2: none is left, and the two parts take one each from training
    [4, 0.1, 0.1, 1, 1, 1],
    // quotas 1.35, 1.35, 0.3: training must not end up empty
    [3, 0.45, 0.45, 1, 1, 1],
    // at least two, where there are six
    [10, 0.1, 0.1, 2, 2, 2],
    // only two parts can have two: training comes first, then validation
    [5, 0.1, 0.1, 2, 2, 0],
    [5, 0, 0, 2, 0, 0],
    [1, 0.1, 0.1, 1, 0, 0],
    [0, 0.1, 0.1, 0, 0, 0],
  ])('%i rows by %f and %f, at least %i: %i and %i', (count, validation, test, least, forValidation, forTest) => {
    expect(partSizes(count, { validation, test }, least)).toEqual({ validation: forValidation, test: forTest });
  });

  it('is within one of each quota, and gives at least what it must', () => {
    const share = fc.integer({ min: 0, max: 49 }).map((hundredths) => hundredths / 100);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 500 }), share, share, (count, validation, test) => {
        const plain = partSizes(count, { validation, test }, 0);
        expect(Math.abs(plain.validation - count * validation)).toBeLessThan(1);
        expect(Math.abs(plain.test - count * test)).toBeLessThan(1);
        expect(Math.abs(count - plain.validation - plain.test - count * (1 - validation - test))).toBeLessThan(
          1.000001,
        );
        const some = partSizes(count, { validation, test }, 1);
        expect(some.validation + some.test).toBeLessThanOrEqual(Math.max(0, count - 1));
        if (count >= 3) expect(some.validation > 0).toBe(validation > 0);
        if (count >= 3) expect(some.test > 0).toBe(test > 0);
      }),
      { seed: 1, numRuns: 300 },
    );
  });
});
