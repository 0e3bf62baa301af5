import { expect, it } from 'vitest';
import { spreadOf } from '../../core/evaluate/spread.js';

it('spreadOf is the root mean squared distance from the mean, and norm', () => {
  const square = { values: Float32Array.of(1, 1, 3, 1, 1, 3, 3, 3), size: 4, dimensions: 2 }; // mean (2, 2)
  expect(spreadOf(square).spread).toBeCloseTo(Math.SQRT2, 12);
  expect(spreadOf(square).norm).toBeCloseTo(Math.sqrt((2 + 10 + 10 + 18) / 4), 12);
  const point = { values: Float32Array.of(3, 4, 3, 4), size: 2, dimensions: 2 };
  expect(spreadOf(point)).toEqual({ spread: 0, norm: 5 });
  expect(spreadOf({ values: new Float32Array(), size: 0, dimensions: 2 })).toEqual({ spread: Number.NaN, norm: Number.NaN }); // biome-ignore format: one case
});
