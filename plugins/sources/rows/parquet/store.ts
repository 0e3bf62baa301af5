import type { DuckChunk, DuckColumn } from '../../../../core/files/index.js';
import { fail } from '../../../../core/problem/index.js';
import { type Store, widthOf } from '../column.js';
import { LARGEST } from '../float32.js';
import type { ParquetColumn } from './columns.js';

/** Characters that may be held at once of files of so many bytes: a small file of repeated texts must not fill the memory. */
export const mostText = (bytes: number): number => Math.min(2 ** 30, Math.max(2 ** 27, 64 * bytes));

/** Where a chunk's rows go: from row `at` of the stores on. `where` says for messages where a row of the chunk stands. */
export interface Target {
  readonly columns: readonly ParquetColumn[];
  readonly stores: readonly Store[];
  readonly at: number;
  /** Rows of the chunk. */
  readonly from: number;
  readonly to: number;
  readonly where: (row: number) => string;
  /** Characters stored so far; counted on. */
  readonly texts: { count: number; readonly most: number };
}

/** Copies rows of a chunk, column by column. Errors: DATA_VALUE, MEMORY. */
export function storeChunk(chunk: DuckChunk, target: Target): void {
  for (const [i, column] of target.columns.entries()) {
    const store = target.stores[i]!;
    const from = chunk.columns[i]!;
    if (store === null) continue;
    if (!(store instanceof Float32Array)) storeTexts(from.values as readonly (string | null)[], store, target);
    else if (from.kind === 'lists') storeLists(from, { store, column }, target);
    else if (from.kind === 'numbers') storeNumbers(from, { store, column }, target);
    else throw new Error(`column "${column.name}" came as ${from.kind}`);
  }
}

interface Into {
  readonly store: Float32Array;
  readonly column: ParquetColumn;
}
type Of<Kind> = DuckColumn & { readonly kind: Kind };

function storeNumbers({ values, isNull }: Of<'numbers'>, { store, column }: Into, target: Target): void {
  const { at, from, to, where } = target;
  for (let row = from; row < to; row++) {
    const value = values[row]!;
    if (isNull?.[row] === 1) store[at + row - from] = Number.NaN;
    else if (Math.abs(value) <= LARGEST) store[at + row - from] = value;
    else failNumber(column.name, value, where(row));
  }
}

function storeLists({ values, offsets }: Of<'lists'>, { store, column }: Into, target: Target): void {
  const { at, from, to, where } = target;
  const width = widthOf(column.shape);
  for (let row = from, place = at * width; row < to; row++, place += width) {
    const first = offsets[row]!;
    const length = offsets[row + 1]! - first;
    if (length === 0) {
      store.fill(Number.NaN, place, place + width);
      continue;
    }
    if (length !== width)
      fail('DATA_VALUE', `column "${column.name}" has ${length} values at ${where(row)}, ${width} in the rows before`);
    for (let i = 0; i < width; i++) {
      const value = values[first + i]!;
      store[place + i] = Math.abs(value) <= LARGEST ? value : failNumber(column.name, value, where(row));
    }
  }
}

function storeTexts(values: readonly (string | null)[], store: (string | null)[], target: Target): void {
  const { at, from, to, where, texts } = target;
  for (let row = from; row < to; row++) {
    const value = values[row]!;
    store[at + row - from] = value;
    texts.count += value?.length ?? 0;
  }
  if (texts.count <= texts.most) return;
  fail(
    'MEMORY',
    `the texts up to ${where(to - 1)} have more than ${texts.most} characters: is the file what it seems?`,
  );
}

function failNumber(name: string, value: number, where: string): never {
  const why = Number.isFinite(value)
    ? 'which float32 cannot hold'
    : 'numbers must be finite, a missing one is null, a vector has none';
  return fail('DATA_VALUE', `column "${name}" has ${value} at ${where}: ${why}`);
}
