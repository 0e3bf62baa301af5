import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitDeclarations } from '../../../core/contract/index.js';
import { faultsOf } from '../../../core/plugin/valid.js';
import { view } from '../../../core/plugin/view.js';
import { kFold } from '../../../plugins/splits/k-fold.js';
import { assign, create, problemOf, type Rows, range, rowsIn } from './dividing.js';

/** The rows of each fold: test, validation, training. */
const foldsOf = (rows: Rows, options: Readonly<Record<string, unknown>>, folds: number) =>
  range(folds).map((fold) => assign(create(kFold, { folds, ...options }), rows, 7, fold));

function testedOnce(folds: readonly (readonly string[])[]): void {
  const times = folds[0]!.map((_, row) => folds.filter((parts) => parts[row] === 'test').length);
  expect(times).toEqual(times.map(() => 1));
}

const groupsOf = (groups: readonly number[], rows: readonly number[]): Set<number> =>
  new Set(rows.map((row) => groups[row]!).filter((group) => group >= 0));

describe('k-fold', () => {
  it('is a valid plugin', () => expect(faultsOf(kFold, 'siamese')).toEqual([]));

  it('tests every row once, whatever it is like', () => {
    const groups = fc.array(fc.integer({ min: -1, max: 15 }), { minLength: 30, maxLength: 90 });
    const like = fc.constantFrom('unseen-groups', 'stratified', 'random');
    fc.assert(
      fc.property(groups, like, fc.integer({ min: 2, max: 6 }), (groups, like, folds) => {
        if (groupsOf(groups, range(groups.length)).size < folds) return;
        testedOnce(foldsOf({ groups }, { like, validation: 0 }, folds));
      }),
      { seed: 1, numRuns: 150 },
    );
  });

  it('holds whole groups out, as many in each fold give or take one', () => {
    const groups = range(110).map((row) => (row * 7) % 11);
    const folds = foldsOf({ groups }, { validation: 0.2 }, 4);
    testedOnce(folds);
    const counts = folds.map((parts) => groupsOf(groups, rowsIn(parts, 'test')).size);
    expect(counts.toSorted()).toEqual([2, 3, 3, 3]);
    for (const parts of folds) {
      const [train, validation, test] = (['train', 'validation', 'test'] as const).map((part) => groupsOf(groups, rowsIn(parts, part))); // biome-ignore format: one line
      expect(train!.size + validation!.size + test!.size).toBe(11);
      expect(validation!.size).toBe(2); // a fifth of the 8 or 9 others
    }
  });

  it('spreads every group over the folds where it is like stratified, and keeps one item of each for training', () => {
    const groups = range(60).map((row) => row % 6); // ten of each
    const folds = foldsOf({ groups }, { like: 'stratified', validation: 0.25 }, 5);
    testedOnce(folds);
    for (const parts of folds) {
      for (const group of range(6)) {
        const own = rowsIn(parts, 'test').filter((row) => groups[row] === group);
        expect(own).toHaveLength(2);
        expect(rowsIn(parts, 'train').some((row) => groups[row] === group)).toBe(true);
      }
      expect(rowsIn(parts, 'validation')).toHaveLength(12);
    }
  });

  it('keeps copies of a pair together', () => {
    const pairs = range(60).map((i) => [i % 20, 30 + (i % 20)] as const);
    const folds = foldsOf({ pairs, shared: true }, { like: 'random' }, 4);
    testedOnce(folds);
    for (const parts of folds) for (const [row, part] of parts.entries()) expect(part).toBe(parts[row % 20]);
  });

  it('balances connected components by their items', () => {
    const sizes = [9, 7, 6, 5, 5, 4, 4, 3, 3, 2, 2, 2, 2];
    let next = 0;
    const pairs = sizes.flatMap((size) => {
      const first = next;
      next += size;
      return range(size - 1).map((i) => [first + i, first + i + 1] as const);
    });
    const folds = foldsOf({ pairs, shared: true }, { like: 'connected', validation: 0.2 }, 3);
    testedOnce(folds);
    for (const parts of folds) {
      const items = new Set(rowsIn(parts, 'test').flatMap((row) => pairs[row]!));
      expect(Math.abs(items.size - 18)).toBeLessThanOrEqual(2); // of 54
      expect(rowsIn(parts, 'validation').length).toBeGreaterThan(0);
    }
  });

  it('leaves out what the source brings as its own test part', () => {
    const groups = range(40).map((row) => row % 10);
    const given = groups.map((group) => (group === 9 ? 2 : 0));
    const folds = foldsOf({ groups, given }, {}, 3);
    for (const parts of folds) expect(rowsIn(parts, 'unused')).toEqual(range(40).filter((row) => row % 10 === 9));
  });

  it('refuses more folds than there are groups, items or components', () => {
    expect(problemOf(() => foldsOf({ groups: [0, 1, 2, 0] }, {}, 4))).toBe(
      'DATA_GROUPS 4 folds need at least 4 groups; the data has 3',
    );
    expect(problemOf(() => foldsOf({ size: 2 }, { like: 'random' }, 3))).toBe(
      'DATA_GROUPS 3 folds need at least 3 items; the data has 2',
    );
    expect(problemOf(() => foldsOf({ pairs: [[0, 1]], shared: true }, { like: 'connected' }, 2))).toBe(
      'DATA_GROUPS 2 folds need at least 2 connected components; the data has 1',
    );
    expect(problemOf(() => foldsOf({ size: 9 }, {}, 3))).toBe(
      'SPLIT k-fold like unseen-groups divides by groups, but the data has none; like: random needs none',
    );
  });

  it('declares what the split declares that it is like', () => {
    const declared = (like: string): unknown => splitDeclarations(view(kFold), { like });
    expect(declared('unseen-groups')).toEqual({ of: 'items', disjoint: ['groups', 'items'] });
    expect(declared('stratified')).toEqual({ of: 'items', disjoint: ['items'] });
    expect(declared('random')).toEqual({ of: ['items', 'pairs'], disjoint: ['pairs'] });
    expect(declared('connected')).toEqual({ of: 'pairs', disjoint: ['items', 'pairs'] });
    expect(create(kFold, { folds: 7 }).folds).toBe(7);
  });
});
