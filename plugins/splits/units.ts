import type { OptionSchema } from '../../core/plugin/options.js';
import { fail } from '../../core/problem/index.js';

/** Option of splits that keep groups, or what groups are of, together. */
export const by = {
  type: ['string', 'null'],
  format: 'column',
  default: null,
  description: 'A coarser column whose values are kept together; null: the groups themselves.',
} as const satisfies OptionSchema;

/** Values of a column as codes; -1 where there is none. */
export function unitsBy(values: readonly (string | number | null)[]): Int32Array {
  const codes = new Map<string, number>();
  return Int32Array.from(values, (value) => {
    if (value === null || value === '' || Number.isNaN(value)) return -1;
    const text = String(value);
    const code = codes.get(text) ?? codes.size;
    codes.set(text, code);
    return code;
  });
}

/** Errors: SPLIT, where the items of a group have different values, so that it would stand in several parts. */
export function refuseTorn(
  groups: Int32Array,
  units: Int32Array,
  { open, by }: { readonly open: Int32Array; readonly by: string },
): void {
  const unitOf = new Map<number, number>();
  const torn = new Set<number>();
  for (const row of open) {
    const group = groups[row]!;
    if (group < 0) continue;
    const unit = unitOf.get(group) ?? units[row]!;
    if (unit !== units[row] || unit < 0) torn.add(group);
    unitOf.set(group, unit);
  }
  if (torn.size === 0) return;
  fail(
    'SPLIT',
    `${torn.size} of ${unitOf.size} groups have several values of "${by}", or none; each group must have exactly one`,
  );
}
