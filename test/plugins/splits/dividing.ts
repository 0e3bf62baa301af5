import type { Assignment, SplitInstance, SplitRow, SplitView } from '../../../core/contract/index.js';
import { check } from '../../../core/plugin/check.js';
import type { Plugin } from '../../../core/plugin/define.js';
import type { Schema } from '../../../core/plugin/schema.js';
import { type Options, view } from '../../../core/plugin/view.js';
import { ProblemError } from '../../../core/problem/index.js';
import { hashUnit, openStream } from '../../../core/random/index.js';

/** The split with these options, completed by its defaults. */
export function create(
  plugin: Plugin<'split'>,
  given: Options = {},
  warn: (message: string) => void = () => {},
): SplitInstance {
  const { value, mistakes } = check(plugin.options as Schema, given);
  if (mistakes.length > 0) throw new Error(`${plugin.name}: ${JSON.stringify(mistakes)}`);
  return view(plugin).create(value as Options, { log: { debug() {}, info() {}, warn } });
}

export interface Rows {
  readonly size?: number;
  readonly groups?: readonly number[];
  readonly pairs?: readonly (readonly [left: number, right: number])[];
  readonly given?: readonly number[];
  readonly columns?: Readonly<Record<string, readonly (string | number | null)[]>>;
  readonly keys?: readonly string[];
  /** Of pairs. */
  readonly targets?: readonly number[];
  readonly shared?: boolean;
  readonly where?: (row: number) => { readonly file: string; readonly line: number };
}

export function viewOf({ size, groups, pairs, given, columns = {}, keys, targets, shared, where }: Rows): SplitView {
  return {
    size: size ?? groups?.length ?? pairs?.length ?? 0,
    of: pairs ? 'pairs' : 'items',
    groups: groups ? Int32Array.from(groups) : null,
    pairs: pairs
      ? {
          left: Int32Array.from(pairs, ([left]) => left),
          right: Int32Array.from(pairs, ([, right]) => right),
          target: Float32Array.from(pairs, (_, i) => targets?.[i] ?? 0),
          weight: null,
        }
      : null,
    given: given ? Uint8Array.from(given) : null,
    key: (row) => keys?.[row] ?? `row ${row}`,
    column: (name) => columns[name]!,
    ...(shared === undefined ? {} : { shared }),
    ...(where ? { where } : {}),
  };
}

export const assign = (split: SplitInstance, rows: Rows, seed = 7, fold = 0): readonly Assignment[] =>
  split.assign(viewOf(rows), fold, openStream(seed, 'split').draw());

export const assignRow = (split: SplitInstance, row: Partial<SplitRow>): Assignment =>
  split.assignRow!({ key: 'a', group: null, column: () => null, ...row }, 0, hashUnit);

/** How many rows each part has: train, validation, test. */
export const sizes = (assigned: readonly Assignment[]): readonly number[] =>
  (['train', 'validation', 'test'] as const).map((part) => assigned.filter((one) => one === part).length);

export const rowsIn = (assigned: readonly Assignment[], part: Assignment): number[] =>
  assigned.flatMap((one, row) => (one === part ? [row] : []));

export function problemOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof ProblemError)
      return error.problems.map(({ code, message }) => `${code} ${message}`).join('\n');
    throw error;
  }
  return 'no problem';
}

export const range = (size: number): number[] => Array.from({ length: size }, (_, i) => i);
