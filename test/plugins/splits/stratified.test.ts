import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { view } from '../../../core/plugin/view.js';
import { stratified } from '../../../plugins/splits/stratified.js';
import { assign, create, problemOf, range, rowsIn, sizes } from './dividing.js';
import { shareSplitProperties, sourcePartProperties } from './properties.js';

const grouped = (...counts: number[]): number[] =>
  counts.flatMap((count, group) => new Array<number>(count).fill(group));

describe('stratified', () => {
  shareSplitProperties(stratified, { groups: grouped(10, 20, 10) });
  sourcePartProperties(stratified, { groups: grouped(10, 20), given: range(30).map((row) => (row % 5 === 0 ? 2 : 0)) });

  it('takes the exact share of every group where it is a whole number', () => {
    const groups = grouped(10, 20, 50);
    const assigned = assign(create(stratified, { validation: 0.2, test: 0.1 }), { groups });
    const of = (group: number): readonly number[] => sizes(assigned.filter((_, row) => groups[row] === group));
    expect([of(0), of(1), of(2)]).toEqual([
      [7, 2, 1],
      [14, 4, 2],
      [35, 10, 5],
    ]);
  });

  it('carries remainders from group to group, so that small groups give to both parts', () => {
    const groups = grouped(...new Array<number>(20).fill(5)); // half an item of each group for either part
    const assigned = assign(create(stratified), { groups });
    expect(sizes(assigned)).toEqual([80, 10, 10]);
    for (const part of ['validation', 'test'] as const) {
      const counts = range(20).map((group) => rowsIn(assigned, part).filter((row) => groups[row] === group).length);
      expect(Math.max(...counts)).toBe(1);
    }
    const left = range(20).map((group) => rowsIn(assigned, 'train').filter((row) => groups[row] === group).length);
    expect(new Set(left)).toEqual(new Set([4])); // one item of each group for one of the two parts
  });

  it('has exact sizes, keeps one item of each group, and is within one of each quota', () => {
    const counts = fc.array(fc.integer({ min: 4, max: 40 }), { minLength: 1, maxLength: 12 });
    const share = fc.integer({ min: 0, max: 30 }).map((hundredths) => hundredths / 100);
    fc.assert(
      fc.property(counts, share, share, fc.nat(99), (numbers, validation, test, seed) => {
        const groups = grouped(...numbers);
        const assigned = assign(create(stratified, { validation, test }), { groups }, seed);
        const [, forValidation, forTest] = sizes(assigned);
        expect(Math.abs(forValidation! - validation * groups.length)).toBeLessThanOrEqual(1);
        expect(Math.abs(forTest! - test * groups.length)).toBeLessThanOrEqual(1);
        for (const [group, count] of numbers.entries()) {
          const own = sizes(assigned.filter((_, row) => groups[row] === group));
          expect(own[0]).toBeGreaterThanOrEqual(1);
          expect(Math.abs(own[1]! - validation * count)).toBeLessThan(2);
          expect(Math.abs(own[2]! - test * count)).toBeLessThan(2);
        }
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  it('lets larger groups make up for single items, and divides items without a group', () => {
    const groups = [...range(20), ...new Array<number>(20).fill(20)]; // 20 single ones, one group of 20
    const assigned = assign(create(stratified), { groups });
    expect(sizes(assigned)).toEqual([32, 4, 4]);
    expect(rowsIn(assigned, 'train').filter((row) => row < 20)).toEqual(range(20));
    const none = assign(create(stratified), { groups: new Array<number>(10).fill(-1) });
    expect(sizes(none)).toEqual([8, 1, 1]);
  });

  it('names what it cannot divide', () => {
    expect(problemOf(() => assign(create(stratified), { groups: range(12) }))).toBe(
      'DATA_GROUPS training, validation and test: one item of each of the 12 groups stays for training, which leaves none for validation',
    );
    expect(problemOf(() => assign(create(stratified), { size: 5 }))).toBe(
      'SPLIT stratified divides the items of every group, but the data has no groups; random needs none',
    );
    expect(view(stratified)).toMatchObject({ of: 'items', disjoint: ['items'] });
  });
});
