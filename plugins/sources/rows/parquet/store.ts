import type { DuckDBListVector, DuckDBVector } from '@duckdb/node-api';
import { fail } from '../../../../core/problem/index.js';
import { type Store, widthOf } from '../column.js';
import { LARGEST } from '../float32.js';
import type { ParquetColumn } from './columns.js';
import type { DuckChunk } from './duckdb.js';

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
    const vector = chunk.getColumnVector(i);
    if (store === null) continue;
    if (!(store instanceof Float32Array)) storeTexts(vector, store, target);
    else if (column.type === 'array') storeLists(vector as DuckDBListVector, { store, column }, target);
    else storeNumbers(vector, { store, column }, target);
  }
}

interface Into {
  readonly store: Float32Array;
  readonly column: ParquetColumn;
}

function storeNumbers(vector: DuckDBVector, { store, column }: Into, { at, from, to, where }: Target): void {
  for (let row = from; row < to; row++) {
    const value = vector.getItem(row) as number | null;
    if (value === null) store[at + row - from] = Number.NaN;
    else if (Math.abs(value) <= LARGEST) store[at + row - from] = value;
    else failNumber(column.name, value, where(row));
  }
}

function storeLists(vector: DuckDBListVector, { store, column }: Into, { at, from, to, where }: Target): void {
  const width = widthOf(column.shape);
  const values = vector.childVector;
  for (let row = from, place = at * width; row < to; row++, place += width) {
    const length = vector.getEntryLength(row);
    if (length === 0) {
      store.fill(Number.NaN, place, place + width);
      continue;
    }
    if (length !== width)
      fail('DATA_VALUE', `column "${column.name}" has ${length} values at ${where(row)}, ${width} in the rows before`);
    const first = vector.getEntryOffset(row);
    for (let i = 0; i < width; i++) {
      const value = (values.getItem(first + i) as number | null) ?? Number.NaN;
      store[place + i] = Math.abs(value) <= LARGEST ? value : failNumber(column.name, value, where(row));
    }
  }
}

function storeTexts(vector: DuckDBVector, store: (string | null)[], { at, from, to, where, texts }: Target): void {
  for (let row = from; row < to; row++) {
    const value = vector.getItem(row) as string | null;
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
