import { type Draw, Split } from '../../core/contract/index.js';
import { definePlugin } from '../../core/plugin/define.js';
import { fail } from '../../core/problem/index.js';
import { askedFor, checkShares, openRows, type PartSizes, partSizes, test, validation } from './shares.js';

/**
 * Divides the items of every group by the same shares, so that each part knows all groups that are large enough.
 * Sizes of the parts are exact (the largest remainder, at least one); within a group a part has its quota rounded down
 * or up, the remainders being carried from group to group in random order. Each group keeps at least one item for
 * training: where many groups have a single item, the other parts are smaller. Items without a group are divided too.
 * Units: shares are of items.
 * Errors: SPLIT, where there are no groups or the shares leave nothing for training; DATA_GROUPS, where a part stays
 * empty because every group has a single item.
 */
export const stratified = definePlugin(Split, {
  name: 'stratified',
  summary: 'The same shares of the items of every group.',
  options: { type: 'object', additionalProperties: false, properties: { validation, test } },
  of: 'items',
  disjoint: ['items'],
  create: (options) => {
    checkShares(options);
    return {
      folds: 1,
      assign(view, _fold, draw) {
        if (!view.groups)
          fail('SPLIT', 'stratified divides the items of every group, but the data has no groups; random needs none');
        const { assigned, open, shares } = openRows(view, options);
        const strata = shuffledStrata(view.groups, open, draw);
        const sizes = partSizes(open.length, shares, 1);
        const taken = takeFromStrata(strata, sizes, open.length);
        for (const [i, { rows }] of strata.entries()) {
          const { validation: forValidation, test: forTest } = taken[i]!;
          for (const row of rows.subarray(0, forTest)) assigned[row] = 'test';
          for (const row of rows.subarray(forTest, forTest + forValidation)) assigned[row] = 'validation';
        }
        refuseEmpty(taken, sizes, { strata: strata.length, words: askedFor(shares).words });
        return assigned;
      },
    };
  },
});

interface Stratum {
  /** In random order. */
  readonly rows: Int32Array;
  /** How many it can give away. */
  readonly room: number;
}

function shuffledStrata(groups: Int32Array, open: Int32Array, draw: Draw): readonly Stratum[] {
  const byGroup = new Map<number, number[]>();
  for (const row of open) {
    const rows = byGroup.get(groups[row]!) ?? [];
    rows.push(row);
    byGroup.set(groups[row]!, rows);
  }
  // In random order: the carried remainders must not favour low codes.
  const codes = draw.shuffle(Int32Array.from(byGroup.keys()).sort());
  return Array.from(codes, (code) => {
    const rows = draw.shuffle(Int32Array.from(byGroup.get(code)!));
    return { rows, room: code < 0 ? rows.length : rows.length - 1 };
  });
}

/** How many each stratum gives: first what is due after it, then what is still missing from those that have room. */
function takeFromStrata(strata: readonly Stratum[], sizes: PartSizes, total: number): readonly PartSizes[] {
  const taken = strata.map(() => ({ validation: 0, test: 0 }));
  const sum = { rows: 0, validation: 0, test: 0 };
  const take = (i: number, due: PartSizes): void => {
    const own = taken[i]!;
    for (const part of ['test', 'validation'] as const) {
      const count = Math.min(due[part] - sum[part], strata[i]!.room - own.test - own.validation);
      if (count <= 0) continue;
      own[part] += count;
      sum[part] += count;
    }
  };
  strata.forEach(({ rows }, i) => {
    sum.rows += rows.length;
    const quota = (size: number): number => (size * sum.rows) / total;
    // Two ways of rounding, so that small groups give to the two parts in turn.
    take(i, { validation: Math.round(quota(sizes.validation)), test: Math.floor(quota(sizes.test)) });
  });
  strata.forEach((_, i) => {
    take(i, sizes);
  });
  return taken;
}

function refuseEmpty(
  taken: readonly PartSizes[],
  sizes: PartSizes,
  { strata, words }: { readonly strata: number; readonly words: string },
): void {
  for (const part of ['validation', 'test'] as const) {
    if (sizes[part] === 0 || taken.some((one) => one[part] > 0)) continue;
    fail(
      'DATA_GROUPS',
      `${words}: one item of each of the ${strata} groups stays for training, which leaves none for ${part}`,
    );
  }
}
