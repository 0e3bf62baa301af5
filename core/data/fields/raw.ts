/** Rows as a program has them, turned into the columns that fields are made of. */
import type { Cells, Cols } from '../../contract/index.js';
import { fail } from '../../problem/index.js';
import { type FieldSpec, isIds } from './spec.js';

/** A value of a column: a number, a text, an array of numbers (nested or flat); null where it is missing. */
export type RawValue = string | number | boolean | null | undefined | ArrayLike<number> | readonly RawValue[];
/** An item by its columns, as a row of the table has it; other keys are passed over. */
export type RawRow = Readonly<Record<string, RawValue>>;

interface RawColumn {
  readonly name: string;
  readonly width: number;
  readonly ids: boolean;
}

/**
 * The columns that the fields read. A number is a number or the text of one, missing where it is null, absent or empty. Of
 * text and categories a number is written as a table would have held it. Bytes stay bytes where all rows give a Uint8Array.
 * Errors: USAGE, where no row has a column, or a value is none of its kind.
 */
export function rawColumns(specs: readonly FieldSpec[], rows: readonly RawRow[]): Cols {
  const columns = specs.flatMap(({ kind, columns: own }) => own.map((column) => ({ ...column, ids: isIds(kind) })));
  return Object.fromEntries(columns.map((column) => [column.name, cellsOf(column, rows)]));
}

function cellsOf(column: RawColumn, rows: readonly RawRow[]): Cells {
  const { name, ids, width } = column;
  const values = rows.map((row) => (Object.hasOwn(row, name) ? (row[name] ?? null) : null));
  if (rows.length > 0 && rows.every((row) => !Object.hasOwn(row, name)))
    fail('USAGE', `no item has the column "${name}": the model needs it; null says that it is missing`);
  if (ids) return values.map((value, row) => textOf(value, name, row));
  const bytes = values.length > 0 && values.every((value) => value instanceof Uint8Array);
  const cells = bytes ? new Uint8Array(rows.length * width) : new Float32Array(rows.length * width);
  for (const [row, value] of values.entries()) cells.set(numbersOf(value, column, row), row * width);
  return cells;
}

function textOf(value: RawValue, name: string, row: number): string | null {
  if (value === null || value === undefined || value === '') return null;
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return String(Number(value));
  if (typeof value === 'number') return Number.isNaN(value) ? null : String(Math.fround(value));
  return fail('USAGE', `item ${row}: "${name}" must be a text, got an array`);
}

/** [width] */
function numbersOf(value: RawValue, { name, width }: RawColumn, row: number): ArrayLike<number> {
  if (value === null || value === undefined || value === '') return new Array<number>(width).fill(Number.NaN);
  const flat = ArrayBuffer.isView(value)
    ? (value as unknown as ArrayLike<number>)
    : [value].flat(3).map((one) => numberOf(one as RawValue, name, row));
  if (flat.length === width) return flat;
  return fail('USAGE', `item ${row}: "${name}" must be ${width} numbers, got ${flat.length}`);
}

function numberOf(value: RawValue, name: string, row: number): number {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number === 'boolean') return Number(number);
  if (typeof number === 'number' && (typeof value !== 'string' || !Number.isNaN(number))) return number;
  const shown = typeof value === 'string' ? JSON.stringify(value.slice(0, 40)) : String(value);
  return fail('USAGE', `item ${row}: "${name}" must be a number, got ${shown}`);
}
