import { type Assignment, type Draw, Split } from '../../core/contract/index.js';
import { definePlugin } from '../../core/plugin/define.js';
import { fail } from '../../core/problem/index.js';
import {
  askedFor,
  checkShares,
  dealOut,
  type OpenRows,
  openRows,
  partSizes,
  type Shares,
  test,
  validation,
} from './shares.js';
import { refuseTorn, unitsBy } from './units.js';

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
      by: {
        type: ['string', 'null'],
        format: 'column',
        default: null,
        description: 'A coarser column whose values are kept together; null: the groups themselves.',
      },
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

/** Where the source brings parts, none of its groups may stand in two of them. */
function refuseShared(groups: Int32Array, assigned: readonly Assignment[]): void {
  const partOf = new Map<number, Assignment>();
  const shared = new Set<number>();
  for (const [row, group] of groups.entries()) {
    if (group < 0) continue;
    if ((partOf.get(group) ?? assigned[row]) !== assigned[row]) shared.add(group);
    partOf.set(group, assigned[row]!);
  }
  if (shared.size === 0) return;
  const what = `${shared.size} of ${partOf.size} groups stand in several of the parts that the source brings`;
  fail('SPLIT', `${what}: they would not be unseen`, { hint: 'stratified or given divides such data.' });
}

function divideUnits(
  { assigned, open, shares }: OpenRows,
  units: Int32Array,
  how: { readonly draw: Draw; readonly by: string | null },
): void {
  const codes = Int32Array.from(new Set(open.map((row) => units[row]!).filter((unit) => unit >= 0))).sort();
  const partOf = new Map<number, Assignment>();
  dealOut(
    how.draw.shuffle(codes),
    partSizes(codes.length, shares, leastUnits(codes.length, shares, how.by)),
    (unit, part) => {
      partOf.set(unit, part);
    },
  );
  for (const row of open) if (units[row]! >= 0) assigned[row] = partOf.get(units[row]!)!;
  const alone = open.filter((row) => units[row]! < 0);
  dealOut(how.draw.shuffle(alone), partSizes(alone.length, shares, 0), (row, part) => {
    assigned[row] = part;
  });
}

function leastUnits(count: number, shares: Shares, by: string | null): number {
  const parts = askedFor(shares);
  if (count < parts.count) {
    const what = by === null ? 'groups' : `values of "${by}"`;
    fail('DATA_GROUPS', `${parts.words} need at least ${parts.count} ${what}; the data has ${count}`);
  }
  return by === null && count >= 2 * parts.count ? 2 : 1;
}
