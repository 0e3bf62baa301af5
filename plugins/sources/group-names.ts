import { fail } from '../../core/problem/index.js';

export interface NamedGroups {
  /** Group of each item; -1: none. */
  readonly groups: Int32Array;
  readonly groupNames: readonly string[];
}

/**
 * Numbers the groups of items: whole numbers in their order, texts in that of their code units. -1 and the empty text are
 * no group.
 * Errors: DATA_VALUE for a number that is not whole.
 */
export function nameGroups(label: string, values: ArrayLike<number> | readonly string[]): NamedGroups {
  const rows = Array.from(values as ArrayLike<number | string>);
  const odd = rows.findIndex((value) => typeof value === 'number' && !Number.isInteger(value));
  if (odd >= 0) fail('DATA_VALUE', `${label}: row ${odd} holds ${rows[odd]}; a group is a whole number or a text`);
  const distinct = [...new Set(rows)].filter((value) => value !== -1 && value !== '');
  distinct.sort((a, b) => (a < b ? -1 : 1));
  const codes = new Map(distinct.map((value, code) => [value, code]));
  return { groups: Int32Array.from(rows, (value) => codes.get(value) ?? -1), groupNames: distinct.map(String) };
}
