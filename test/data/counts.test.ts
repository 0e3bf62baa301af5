import { expect, it } from 'vitest';
import { countGroups, groupSizes, valueSizes } from '../../core/data/counts.js';

it('valueSizes counts the values within each group, groups in the order of groupSizes', () => {
  const groups = Int32Array.of(2, 0, 2, -1, 0, 2, 2, 0);
  const values = Int32Array.of(1, 3, 1, 1, -1, 0, -1, 3);
  expect([...groupSizes(groups)]).toEqual([3, 4]);
  expect(valueSizes(groups, values).map((sizes) => [...sizes])).toEqual([[1, 2], [1, 1, 2]]); // biome-ignore format: a table
});

it('countGroups counts the pairs of members and impostors of their group; those of a group elsewhere make none', () => {
  const groups = Int32Array.of(0, 0, 0, 1, -1, -1, -1, -1);
  const impostorOf = Int32Array.of(-1, -1, -1, -1, 0, 0, 1, 7);
  const { sizes, impostorPairs } = countGroups(groups, impostorOf);
  expect([...sizes]).toEqual([3, 1]);
  expect(impostorPairs).toBe(3 * 2 + 1 * 1);
  expect(countGroups(groups, null).impostorPairs).toBe(0);
});
