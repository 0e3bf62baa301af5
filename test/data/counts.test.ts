import { expect, it } from 'vitest';
import { groupSizes, valueSizes } from '../../core/data/counts.js';

it('valueSizes counts the values within each group, groups in the order of groupSizes', () => {
  const groups = Int32Array.of(2, 0, 2, -1, 0, 2, 2, 0);
  const values = Int32Array.of(1, 3, 1, 1, -1, 0, -1, 3);
  expect([...groupSizes(groups)]).toEqual([3, 4]);
  expect(valueSizes(groups, values).map((sizes) => [...sizes])).toEqual([[1, 2], [1, 1, 2]]); // biome-ignore format: a table
});
