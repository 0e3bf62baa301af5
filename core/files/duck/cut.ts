import type { DuckDBDataChunk, DuckDBListVector, DuckDBVector } from '@duckdb/node-api';
import type { DuckChunk, DuckColumn } from './messages.js';

/** Values, and characters of texts, that a message has about. */
const WANTED = 2 ** 18;
/** Rows of the first message, whose size nothing tells before; and of all that are small, as many as DuckDB gives at a time. */
const [FIRST, MOST] = [64, 2048];
/** Values of lists in a message: more is no table's, however long its lists are. */
const LARGEST = 2 ** 28;

/** Cuts DuckDB's chunks into such that fit a message, whatever a row holds: as many rows as the rows before let expect. */
export class Cutter {
  #rows = FIRST;

  *cut(chunk: DuckDBDataChunk): Generator<DuckChunk> {
    const vectors = Array.from({ length: chunk.columnCount }, (_, i) => chunk.getColumnVector(i));
    for (let from = 0; from < chunk.rowCount; ) {
      const to = Math.min(chunk.rowCount, from + this.#rows);
      const columns = vectors.map((vector) => columnOf(vector, from, to));
      yield { rowCount: to - from, columns };
      const size = columns.reduce((sum, column) => sum + sizeOf(column), 1);
      this.#rows = Math.max(1, Math.min(MOST, Math.floor(((to - from) * WANTED) / size)));
      from = to;
    }
  }
}

function sizeOf({ values }: DuckColumn): number {
  if (ArrayBuffer.isView(values)) return values.length;
  return values.reduce((sum: number, value) => sum + (typeof value === 'string' ? value.length : 1), 0);
}

/** Rows `from` to `to` of a vector. */
function columnOf(vector: DuckDBVector, from: number, to: number): DuckColumn {
  const type = String(vector.type);
  if (type === 'FLOAT') return numbersOf(vector, new Float32Array(to - from), from);
  if (type === 'DOUBLE') return numbersOf(vector, new Float64Array(to - from), from);
  if (type === 'FLOAT[]' || type === 'DOUBLE[]') return listsOf(vector as DuckDBListVector, type, { from, to });
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
  type: 'FLOAT[]' | 'DOUBLE[]',
  { from, to }: { readonly from: number; readonly to: number },
): DuckColumn {
  const offsets = new Int32Array(to - from + 1);
  const items = vector.childVector;
  let count = 0;
  for (let row = from; row < to; row++) {
    const length = vector.getEntryLength(row);
    if (length > 0 && vector.getEntryOffset(row) + length > items.itemCount)
      throw new Error('Invalid Error: a list ends beyond the values of all');
    count += length;
    if (count > LARGEST) throw new Error('Out of Memory Error: lists that are parts of each other');
    offsets[row - from + 1] = count;
  }
  const Floats = type === 'FLOAT[]' ? Float32Array : Float64Array;
  const values = new Floats(count);
  for (let row = from; row < to; row++) {
    const first = vector.getEntryOffset(row) - offsets[row - from]!;
    for (let i = offsets[row - from]!; i < offsets[row - from + 1]!; i++)
      values[i] = (items.getItem(first + i) as number | null) ?? Number.NaN;
  }
  return { kind: 'lists', values, offsets };
}
