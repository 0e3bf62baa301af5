import type { DuckDBDataChunk, DuckDBListVector, DuckDBVector } from '@duckdb/node-api';
import type { DuckChunk, DuckColumn } from './messages.js';

/** Values, and characters of texts, that a message has at most, if it has more rows than one; and that a row has at most. */
const [WANTED, LARGEST] = [2 ** 21, 2 ** 26];

/** Cuts a chunk of DuckDB's into such that fit a message, whatever its rows hold. Errors: a row that fits none. */
export function* cut(chunk: DuckDBDataChunk): Generator<DuckChunk> {
  const vectors = Array.from({ length: chunk.columnCount }, (_, i) => chunk.getColumnVector(i));
  const most = Math.max(1, Math.floor(WANTED / vectors.length));
  const sizes = vectors.flatMap((vector) => sizesOf(vector) ?? []);
  for (let from = 0; from < chunk.rowCount; ) {
    const to = endOf(sizes, from, Math.min(chunk.rowCount, from + most));
    yield { rowCount: to - from, columns: vectors.map((vector) => columnOf(vector, from, to)) };
    from = to;
  }
}

/** How much a row holds. */
type Size = (row: number) => number;

/** The row before which a message that begins at `from` ends. */
function endOf(sizes: readonly Size[], from: number, last: number): number {
  let size = 0;
  for (let row = from; row < last; row++) {
    const own = sizes.reduce((sum, sizeAt) => sum + sizeAt(row), 0);
    if (own > LARGEST) throw new Error(`Out of Memory Error: a row holds more than ${LARGEST} values or characters`);
    size += own;
    if (size > WANTED && row > from) return row;
  }
  return last;
}

const isNumbers = (type: string): boolean => type === 'FLOAT' || type === 'DOUBLE';
const isLists = (type: string): boolean => type === 'FLOAT[]' || type === 'DOUBLE[]';

/** null: one number. */
function sizesOf(vector: DuckDBVector): Size | null {
  const type = String(vector.type);
  if (isNumbers(type)) return null;
  if (isLists(type)) return (row) => (vector as DuckDBListVector).getEntryLength(row);
  return (row) => {
    const value = vector.getItem(row); // kept by the vector, so that it is made once
    return typeof value === 'string' ? value.length : 1;
  };
}

/** Rows `from` to `to` of a vector. */
function columnOf(vector: DuckDBVector, from: number, to: number): DuckColumn {
  const type = String(vector.type);
  const Floats = type.startsWith('FLOAT') ? Float32Array : Float64Array;
  if (isNumbers(type)) return numbersOf(vector, new Floats(to - from), from);
  if (isLists(type)) return listsOf(vector as DuckDBListVector, Floats, { from, to });
  return { kind: 'values', values: Array.from({ length: to - from }, (_, i) => vector.getItem(from + i)) };
}

function numbersOf(vector: DuckDBVector, values: Float32Array | Float64Array, from: number): DuckColumn {
  let isNull: Uint8Array | null = null;
  for (let i = 0; i < values.length; i++) {
    const value = vector.getItem(from + i) as number | null;
    if (value !== null) values[i] = value;
    else {
      isNull ??= new Uint8Array(values.length);
      isNull[i] = 1;
    }
  }
  return { kind: 'numbers', values, isNull };
}

function listsOf(
  vector: DuckDBListVector,
  Floats: typeof Float32Array | typeof Float64Array,
  { from, to }: { readonly from: number; readonly to: number },
): DuckColumn {
  const offsets = new Int32Array(to - from + 1);
  const items = vector.childVector;
  for (let row = from; row < to; row++) {
    const length = vector.getEntryLength(row);
    if (length > 0 && vector.getEntryOffset(row) + length > items.itemCount)
      throw new Error('Invalid Error: a list ends beyond the values of all');
    offsets[row - from + 1] = offsets[row - from]! + length;
  }
  const values = new Floats(offsets.at(-1)!);
  for (let row = from; row < to; row++) {
    const first = vector.getEntryOffset(row) - offsets[row - from]!;
    for (let i = offsets[row - from]!; i < offsets[row - from + 1]!; i++)
      values[i] = (items.getItem(first + i) as number | null) ?? Number.NaN;
  }
  return { kind: 'lists', values, offsets };
}
