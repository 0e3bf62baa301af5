import { fail } from '../../core/problem/index.js';

/**
 * So many of some items, evenly over the groups, each of which keeps one of them. `others`: those of a group one after
 * another. Errors: DATA_GROUPS, where no group can spare one.
 */
export function evenly(
  others: readonly number[],
  strata: Int32Array,
  { count, part }: { readonly count: number; readonly part: string },
): readonly number[] {
  const left = new Map<number, number>();
  for (const unit of others) left.set(strata[unit]!, (left.get(strata[unit]!) ?? 0) + 1);
  const chosen = new Set<number>();
  const take = (unit: number): void => {
    const group = strata[unit]!;
    if (chosen.has(unit) || (group >= 0 && left.get(group)! < 2)) return;
    left.set(group, left.get(group)! - 1);
    chosen.add(unit);
  };
  for (const [place, unit] of others.entries())
    if (chosen.size < Math.floor(((place + 1) * count) / others.length)) take(unit);
  for (const unit of others) if (chosen.size < count) take(unit);
  if (chosen.size === 0 && count > 0)
    fail('DATA_GROUPS', `one item of each group stays for training, which leaves none for ${part}`);
  return [...chosen];
}
