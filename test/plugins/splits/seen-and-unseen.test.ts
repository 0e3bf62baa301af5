import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { view } from '../../../core/plugin/view.js';
import { seenAndUnseen } from '../../../plugins/splits/seen-and-unseen.js';
import { assign, create, problemOf, range, rowsIn } from './dividing.js';

const groupsOf = (groups: readonly number[], rows: readonly number[]): Set<number> =>
  new Set(rows.map((row) => groups[row]!));

describe('seen-and-unseen', () => {
  it('has whole groups and items of training groups for test, and unseen groups for validation', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(14), { minLength: 60, maxLength: 150 }), fc.nat(99), (groups, seed) => {
        if (new Set(groups).size < 9) return;
        const assigned = assign(create(seenAndUnseen, { validation: 0.2, test: 0.2, seen: 0.2 }), { groups }, seed);
        const [train, validation, test] = (['train', 'validation', 'test'] as const).map((part) =>
          rowsIn(assigned, part),
        );
        const trained = groupsOf(groups, train!);
        const [seen, unseen] = [true, false].map((known) => test!.filter((row) => trained.has(groups[row]!) === known));
        expect([...groupsOf(groups, validation!)].some((group) => trained.has(group))).toBe(false);
        expect([...groupsOf(groups, unseen!)].some((group) => groupsOf(groups, validation!).has(group))).toBe(false);
        expect(unseen!.length).toBeGreaterThan(0);
        expect(Math.abs(seen!.length - 0.2 * (seen!.length + train!.length))).toBeLessThanOrEqual(1);
        expect(assigned).toEqual(
          assign(create(seenAndUnseen, { validation: 0.2, test: 0.2, seen: 0.2 }), { groups }, seed),
        );
      }),
      { seed: 1, numRuns: 100 },
    );
  });

  it('takes the items of training groups evenly', () => {
    const groups = range(200).map((row) => row % 10);
    const assigned = assign(create(seenAndUnseen, { validation: 0.2, test: 0.2, seen: 0.25 }), { groups });
    const trained = groupsOf(groups, rowsIn(assigned, 'train'));
    expect(trained.size).toBe(6);
    for (const group of trained)
      expect(rowsIn(assigned, 'test').filter((row) => groups[row] === group)).toHaveLength(5);
  });

  it('refuses groups that can spare no item, and data without groups', () => {
    expect(problemOf(() => assign(create(seenAndUnseen), { groups: range(40) }))).toBe(
      'DATA_GROUPS one item of each group stays for training, which leaves none for the test of seen groups',
    );
    expect(problemOf(() => assign(create(seenAndUnseen), { size: 9 }))).toMatch(
      /^SPLIT seen-and-unseen divides groups/,
    );
    expect(view(seenAndUnseen)).toMatchObject({ of: 'items', disjoint: ['items'] });
  });
});
