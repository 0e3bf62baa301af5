import type { Assignment, Draw } from '../../core/contract/index.js';
import { fail } from '../../core/problem/index.js';
import { askedFor, dealOut, type OpenRows, partSizes, type Shares } from './shares.js';

/** Where the source brings parts, none of its groups may stand in two of them. */
export function refuseShared(groups: Int32Array, assigned: readonly Assignment[]): void {
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

/** Whole units to parts, rows without one each by itself. Errors: DATA_GROUPS. */
export function divideUnits(
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
