import { Split } from '../../core/contract/index.js';
import { definePlugin } from '../../core/plugin/define.js';
import { fail } from '../../core/problem/index.js';
import { evenly } from './evenly.js';
import { checkShares, openRows, partSizes, test, validation } from './shares.js';
import { by, refuseTorn, unitsBy } from './units.js';
import { divideUnits, refuseShared } from './whole-groups.js';

/**
 * A test part of two kinds, to see what novelty costs: whole groups that training has not seen, as unseen-groups gives
 * them, and items of groups that it has. Of every training group the share `seen` of its items is for test, too, as far as
 * each keeps one for training. `evaluate.seenApart: true` measures the two side by side. Validation is of unseen groups.
 * Units: `validation` and `test` are shares of groups, or of values of `by`; `seen` of the items of training groups.
 * Errors: as unseen-groups; DATA_GROUPS, where no group can spare an item.
 */
export const seenAndUnseen = definePlugin(Split, {
  name: 'seen-and-unseen',
  summary: 'Test of unseen groups, and of new items of seen ones.',
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      by,
      validation,
      test,
      seen: {
        type: 'number',
        exclusiveMinimum: 0,
        exclusiveMaximum: 1,
        default: 0.1,
        description: 'Share of the items of training groups that goes to test.',
      },
    },
  },
  of: 'items',
  disjoint: ['items'],
  create: (options) => {
    const { by, seen } = options;
    checkShares(options);
    return {
      folds: 1,
      assign(view, _fold, draw) {
        const { groups } = view;
        if (!groups) fail('SPLIT', 'seen-and-unseen divides groups, but the data has none; random needs none');
        const rows = openRows(view, options);
        refuseShared(groups, rows.assigned);
        const units = by === null ? groups : unitsBy(view.column(by));
        if (by !== null) refuseTorn(groups, units, { open: rows.open, by });
        divideUnits(rows, units, { draw, by });
        const trained = draw.shuffle(rows.open.filter((row) => rows.assigned[row] === 'train' && groups[row]! >= 0));
        const order = [...trained].sort((a, b) => groups[a]! - groups[b]!); // shuffled within each group
        const count = partSizes(order.length, { validation: 0, test: seen }, 1).test;
        for (const row of evenly(order, groups, { count, part: 'the test of seen groups' }))
          rows.assigned[row] = 'test';
        return rows.assigned;
      },
    };
  },
});
