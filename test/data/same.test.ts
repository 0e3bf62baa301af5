import { expect, it } from 'vitest';
import { countSame, isSame, sameTargets } from '../../core/data/same.js';

it('counts graded targets as the same from positiveFrom on, else from one half', () => {
  const target = Float32Array.of(0, 0.25, 0.5, 0.75, 1);
  expect([...sameTargets({ target })]).toEqual([0, 0, 1, 1, 1]);
  expect([...sameTargets({ target, positiveFrom: 0.75 })]).toEqual([0, 0, 0, 1, 1]);
  expect(countSame({ target, positiveFrom: 0.75 })).toBe(2);
  expect(isSame({ target, positiveFrom: 0.25 }, 1)).toBe(true);
});
