import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { view } from '../../../core/plugin/view.js';
import { unseenGroups } from '../../../plugins/splits/unseen-groups.js';
import { assign, create, problemOf, range, rowsIn, sizes } from './dividing.js';
import { shareSplitProperties, sourcePartProperties } from './properties.js';

const groupsOf = (groups: readonly number[], rows: readonly number[]): Set<number> =>
  new Set(rows.map((row) => groups[row]!).filter((group) => group >= 0));

describe('unseen-groups', () => {
  const twenty = range(100).map((row) => row % 20);
  shareSplitProperties(unseenGroups, { groups: twenty });
  sourcePartProperties(unseenGroups, { groups: twenty, given: twenty.map((group) => (group < 5 ? 2 : 0)) });

  it('gives whole groups to one part, their number exact', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -1, max: 19 }), { minLength: 1, maxLength: 120 }),
        fc.nat(99),
        (groups, seed) => {
          const count = groupsOf(groups, range(groups.length)).size;
          if (count < 6) return;
          const assigned = assign(create(unseenGroups, { validation: 0.2, test: 0.3 }), { groups }, seed);
          const [train, validation, test] = (['train', 'validation', 'test'] as const).map((part) =>
            groupsOf(groups, rowsIn(assigned, part)),
          );
          expect(train!.size + validation!.size + test!.size).toBe(count); // none is in two parts
          expect(Math.abs(validation!.size - Math.max(2, 0.2 * count))).toBeLessThan(1);
          expect(Math.abs(test!.size - Math.max(2, 0.3 * count))).toBeLessThan(1);
          const alone = assigned.filter((_, row) => groups[row] === -1);
          expect(Math.abs(sizes(alone)[2]! - 0.3 * alone.length)).toBeLessThan(1);
        },
      ),
      { seed: 1, numRuns: 200 },
    );
  });

  it('gives each part two groups where there are two for each, else one', () => {
    const numberOf = (count: number): number[] => {
      const groups = range(3 * count).map((row) => row % count);
      const assigned = assign(create(unseenGroups), { groups });
      return (['train', 'validation', 'test'] as const).map((part) => groupsOf(groups, rowsIn(assigned, part)).size);
    };
    expect([3, 5, 6, 10, 20, 40].map(numberOf)).toEqual([
      [1, 1, 1],
      [3, 1, 1],
      [2, 2, 2],
      [6, 2, 2],
      [16, 2, 2],
      [32, 4, 4],
    ]);
  });

  describe('by a coarser column', () => {
    const groups = range(60).map((row) => row % 12);
    const alphabet = groups.map((group) => ['latin', 'greek', 'runes', 'hangul'][(group >> 1) >> 1] ?? 'runes');

    it('keeps its values together', () => {
      const assigned = assign(create(unseenGroups, { by: 'alphabet' }), { groups, columns: { alphabet } });
      const parts = new Map(alphabet.map((name, row) => [name, assigned[row]!]));
      expect(assigned).toEqual(alphabet.map((name) => parts.get(name)));
      expect([...parts.values()].sort()).toEqual(['test', 'train', 'validation']); // one of three for each
    });

    it('divides rows without a value each by itself', () => {
      const values = [...alphabet, null, null, '', '', Number.NaN, null, null, null, null, null];
      const lone = { groups: [...groups, ...new Array<number>(10).fill(-1)], columns: { alphabet: values } };
      expect(sizes(assign(create(unseenGroups, { by: 'alphabet', test: 0.2 }), lone).slice(60))).toEqual([7, 1, 2]);
    });

    it('refuses to tear a group apart', () => {
      const session = groups.map((group, row) => (group === 3 ? `s${row % 24}` : 's'));
      expect(problemOf(() => assign(create(unseenGroups, { by: 'session' }), { groups, columns: { session } }))).toBe(
        'SPLIT 1 of 12 groups have several values of "session", or none; each group must have exactly one',
      );
    });

    it('refuses a group without a value, whose items would be divided one by one', () => {
      const session = groups.map((group) => (group < 2 ? null : 's'));
      expect(problemOf(() => assign(create(unseenGroups, { by: 'session' }), { groups, columns: { session } }))).toBe(
        'SPLIT 2 of 12 groups have several values of "session", or none; each group must have exactly one',
      );
    });

    it('names too few values', () => {
      const pair = groups.map((group) => group % 2);
      expect(problemOf(() => assign(create(unseenGroups, { by: 'pair' }), { groups, columns: { pair } }))).toBe(
        'DATA_GROUPS training, validation and test need at least 3 values of "pair"; the data has 2',
      );
    });
  });

  it('names what it cannot divide', () => {
    expect(problemOf(() => assign(create(unseenGroups), { groups: [0, 0, 1, 1] }))).toBe(
      'DATA_GROUPS training, validation and test need at least 3 groups; the data has 2',
    );
    expect(problemOf(() => assign(create(unseenGroups), { size: 9 }))).toBe(
      'SPLIT unseen-groups divides groups, but the data has none; random needs none',
    );
    const given = twenty.map((_, row) => (row < 10 ? 2 : 0)); // the first row of groups 0 to 9
    expect(problemOf(() => assign(create(unseenGroups), { groups: twenty, given }))).toBe(
      'SPLIT 10 of 20 groups stand in several of the parts that the source brings: they would not be unseen',
    );
    expect(view(unseenGroups)).toMatchObject({ of: 'items', disjoint: ['groups', 'items'] });
  });
});
