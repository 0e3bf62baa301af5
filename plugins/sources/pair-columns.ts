import type { Cols } from '../../core/contract/index.js';
import { fail } from '../../core/problem/index.js';
import type { RowColumn } from './rows/column.js';
import { listed, type Named, requireColumn } from './rows/open.js';
import type { RowTable } from './rows/table.js';

/** A column of an item: where it stands in the file, and what the item calls it. */
export interface ItemColumn {
  readonly name: string;
  readonly column: RowColumn;
}
/** Columns that are of neither item: they are of the pair. */
export function beside(
  { columns }: Pick<RowTable, 'columns'>,
  { left, right }: Pick<PairColumns, 'left' | 'right'>,
): string[] {
  const ofItems = new Set([...left, ...right].map(({ column }) => column.name));
  return columns.map(({ name }) => name).filter((name) => !ofItems.has(name));
}

export const colsOfSide = (all: Cols, side: readonly ItemColumn[]): Cols =>
  Object.fromEntries(side.map(({ name, column }) => [name, all[column.name]!]));

export type Selector = string | readonly string[];

/** One table of items for both sides, or two. */
export interface PairColumns {
  readonly left: readonly ItemColumn[];
  readonly right: readonly ItemColumn[];
  readonly shared: boolean;
}

/**
 * The columns of both sides. A pattern such as `left_*` names each column by what the star stands for, others keep their
 * names. The sides share one table when their columns agree in number, kinds and shapes, by name if both have the same
 * names, else in their order if no pattern is used; the items then have the names of the left.
 */
export function pairColumns(
  rows: Named,
  selectors: { readonly left: Selector; readonly right: Selector },
  tables: 'auto' | 'one' | 'two',
): PairColumns {
  const left = select(rows, 'left', selectors.left);
  const right = select(rows, 'right', selectors.right);
  const aligned = align(left, right, [selectors.left, selectors.right].flat().some(isPattern));
  if (tables === 'two' || (aligned === null && tables === 'auto')) return { left, right, shared: false };
  if (aligned !== null) return { left, right: aligned, shared: true };
  return fail(
    'DATA_COLUMN',
    `left and right cannot be one table: left has ${kindsOf(left)}; right has ${kindsOf(right)}`,
  );
}

/**
 * The columns of several items of one table (of triplets: three), under the names of the first. Errors: DATA_COLUMN where
 * they do not agree.
 */
export function sideColumns(
  rows: Named,
  selectors: readonly (readonly [side: string, selector: Selector])[],
): readonly (readonly ItemColumn[])[] {
  const chosen = selectors.map(([side, selector]) => ({ side, columns: select(rows, side, selector) }));
  const patterns = selectors.flatMap(([, selector]) => selector).some(isPattern);
  const first = chosen[0]!;
  return chosen.map(({ side, columns }) => {
    const aligned = align(first.columns, columns, patterns);
    if (aligned !== null) return aligned;
    const [one, other] = [`${first.side} has ${kindsOf(first.columns)}`, `${side} has ${kindsOf(columns)}`];
    return fail('DATA_COLUMN', `${first.side} and ${side} must be of one kind: ${one}; ${other}`);
  });
}

const isPattern = (selector: string): boolean => selector.includes('*');
const kindOf = ({ column: { type, shape } }: ItemColumn): string =>
  shape === null ? type : `array [${shape.join(', ')}]`;
const kindsOf = (columns: readonly ItemColumn[]): string =>
  listed(columns.map((one) => `${one.name} (${kindOf(one)})`));

function select(rows: Named, side: string, selector: Selector): readonly ItemColumn[] {
  const chosen = [selector].flat().flatMap((one) => (isPattern(one) ? matching(rows, side, one) : [single(rows, one)]));
  const names = chosen.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice !== undefined) fail('DATA_COLUMN', `${side} selects "${twice}" twice`);
  if (chosen.length === 0) fail('DATA_COLUMN', `${side} selects no column`);
  return chosen;
}

function single(rows: Named, name: string): ItemColumn {
  requireColumn(rows, name);
  return { name, column: rows.columns.find((column) => column.name === name)! };
}

function matching(rows: Named, side: string, pattern: string): readonly ItemColumn[] {
  const [before, after, ...more] = pattern.split('*') as [string, string, ...string[]];
  if (more.length > 0) fail('DATA_COLUMN', `${side}: a pattern has one star, "${pattern}" has ${more.length + 1}`);
  const found = rows.columns.filter(
    ({ name }) => name.startsWith(before) && name.endsWith(after) && name.length > before.length + after.length,
  );
  if (found.length === 0) {
    const names = listed(rows.columns.map(({ name }) => name));
    fail('DATA_COLUMN', `${side}: no column matches "${pattern}"; ${rows.reading.file} has ${names}`);
  }
  return found.map((column) => ({ name: column.name.slice(before.length, column.name.length - after.length), column }));
}

/** The right columns in the order and under the names of the left, or null when the sides differ. */
function align(
  left: readonly ItemColumn[],
  right: readonly ItemColumn[],
  patterns: boolean,
): readonly ItemColumn[] | null {
  if (left.length !== right.length) return null;
  const named = left.map(({ name }) => right.find((one) => one.name === name));
  const byName = named.every((one) => one !== undefined);
  if (!byName && patterns) return null;
  const ordered = byName ? (named as readonly ItemColumn[]) : right;
  if (!left.every((one, i) => kindOf(one) === kindOf(ordered[i]!))) return null;
  return left.map(({ name }, i) => ({ name, column: ordered[i]!.column }));
}
