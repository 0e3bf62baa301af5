import type { Cols, Column, Shape } from '../../../core/contract/index.js';
import { allocate } from '../../../core/files/index.js';
import { fail } from '../../../core/problem/index.js';
import { itemColumn } from '../item-column.js';

/**
 * How a column is read. `number`: float32, NaN where a cell is empty. `truth`: a number too, and true and false are 1 and 0.
 * `text`: strings, null where a cell is empty. `array` (JSONL): float32 of one shape, all NaN where it is missing.
 */
export interface RowColumn {
  readonly name: string;
  readonly type: 'number' | 'truth' | 'text' | 'array';
  /** Of an array. */
  readonly shape: Shape | null;
  /** A cell of the sample is empty. */
  readonly nullable: boolean;
}

/** Columns whose type a source knows already: keys and groups are text, whatever they look like. */
export interface Declared {
  readonly text: ReadonlySet<string>;
  readonly truth: ReadonlySet<string>;
}

/** The column as a source describes it. */
export function describeColumn({ name, type, shape, nullable }: RowColumn): Column {
  return type === 'text'
    ? { kind: 'text', shape: null, nullable }
    : { ...itemColumn(`column "${name}"`, shape ?? []), nullable };
}

/** Far more than any table has: of a line of commas each would be a column. */
const MOST_COLUMNS = 2 ** 17;

/** Errors: DATA_COLUMN. */
export function requireFewColumns(file: string, count: number): void {
  if (count > MOST_COLUMNS) fail('DATA_COLUMN', `${file} has ${count} columns, more than ${MOST_COLUMNS}`);
}

/** What the sample holds of one column. */
export interface Census {
  numbers: number;
  /** `nan`, `inf` and their like: numbers that cannot be used, met with an error where they are read. */
  odd: number;
  other: number;
  empty: number;
}

export const newCensus = (): Census => ({ numbers: 0, odd: 0, other: 0, empty: 0 });

/**
 * A column holds numbers when at least nine in ten of its cells that are not empty do: then the few others are mistakes,
 * reported where they stand, and do not turn the column into text unseen. One with nothing in it counts as numbers.
 */
export function holdsNumbers({ numbers, odd, other }: Census): boolean {
  if (numbers + odd + other === 0) return true;
  return numbers > 0 && other * 10 <= numbers + odd + other;
}

export const isOddNumber = (text: string): boolean => /^[+-]?(nan|inf|infinity|∞)$/i.test(text.trim());

/** Where rows go: one array per column, those that nobody wants left out. */
export type Store = Float32Array | (string | null)[] | null;

export function createStores(columns: readonly RowColumn[], wanted: (name: string) => boolean, rows: number): Store[] {
  const widths = columns.map((column) => (column.type === 'text' || !wanted(column.name) ? 0 : widthOf(column.shape)));
  const numbers = rows * widths.reduce((sum, width) => sum + width, 0);
  const values = allocate('float32', numbers, `the table of ${rows} rows`) as Float32Array; // one piece: hundreds of columns
  let at = 0;
  return columns.map(({ name, type }, i) => {
    if (!wanted(name)) return null;
    if (type === 'text') return new Array<string | null>(rows).fill(null);
    const from = at;
    at += rows * widths[i]!;
    return values.subarray(from, at);
  });
}

/** The first `rows` rows of the stores, by name. */
export function colsOf(columns: readonly RowColumn[], stores: readonly Store[], rows: number): Cols {
  const named = columns.flatMap(({ name, shape }, i): [string, Float32Array | (string | null)[]][] => {
    const store = stores[i]!;
    if (store === null) return [];
    if (store instanceof Float32Array) return [[name, store.subarray(0, rows * widthOf(shape))]];
    return [[name, store.length === rows ? store : store.slice(0, rows)]];
  });
  return Object.fromEntries(named);
}

export const widthOf = (shape: Shape | null): number => (shape ?? []).reduce((product, size) => product * size, 1);
