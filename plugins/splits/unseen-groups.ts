import { Split } from '../../core/contract/index.js';
import { definePlugin } from '../../core/plugin/define.js';
import { fail } from '../../core/problem/index.js';
import { checkShares, openRows, test, validation } from './shares.js';
import { by, refuseTorn, unitsBy } from './units.js';
import { divideUnits, refuseShared } from './whole-groups.js';

/**
 * Whole groups go to one part, so that validation and test measure groups that training has not seen. With `by`, all
 * groups that share a value of that column go together (`by: alphabet`: unseen alphabets).
 * Sizes are exact: the largest remainder; each part that is asked for gets at least one. Without `by` it gets at least
 * two where there are two for each part, since items of one group alone make no negative pair. Items without a group
 * (or without a value of `by`) are divided by the same shares, each by itself.
 * Units: shares are of groups, or of values of `by`.
 * Errors: SPLIT, where there are no groups, the shares leave nothing for training, `by` tears a group apart, or the
 * source's own parts share groups; DATA_GROUPS, where there are fewer groups than parts.
 */
export const unseenGroups = definePlugin(Split, {
  name: 'unseen-groups',
  summary: 'Whole groups: those of validation and test are not seen in training.',
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      by,
      validation,
      test,
    },
  },
  of: 'items',
  disjoint: ['groups', 'items'],
  create: (options) => {
    const { by } = options;
    checkShares(options);
    return {
      folds: 1,
      assign(view, _fold, draw) {
        if (!view.groups) fail('SPLIT', 'unseen-groups divides groups, but the data has none; random needs none');
        const rows = openRows(view, options);
        refuseShared(view.groups, rows.assigned);
        const units = by === null ? view.groups : unitsBy(view.column(by));
        if (by !== null) refuseTorn(view.groups, units, { open: rows.open, by });
        divideUnits(rows, units, { draw, by });
        return rows.assigned;
      },
    };
  },
});
