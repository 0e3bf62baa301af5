import type { Cells, Cols, Table } from '../../core/contract/index.js';

/** How a table in memory names its rows. */
export interface RowNames {
  readonly keys: (row: number) => string;
  readonly where: Table['where'];
}

/** Columns in memory as a table. All rows in order are given without copying. */
export function tableOf(columns: Cols, size: number, { keys, where }: RowNames): Table {
  return {
    size,
    keys: (rows) => Array.from(rows, keys),
    read: async (rows) => (isWhole(rows, size) ? columns : gatherCols(columns, size, rows)),
    where,
  };
}

const isWhole = (rows: Int32Array, size: number): boolean => rows.length === size && rows.every((row, i) => row === i);

/** Some rows of columns that hold `size` rows. */
export function gatherCols(columns: Cols, size: number, rows: Int32Array): Cols {
  return Object.fromEntries(Object.entries(columns).map(([name, cells]) => [name, gatherCells(cells, size, rows)]));
}

function gatherCells(cells: Cells, size: number, rows: Int32Array): Cells {
  if (cells instanceof Float32Array) return gather(cells, new Float32Array((cells.length / size) * rows.length), rows);
  if (cells instanceof Int32Array) return gather(cells, new Int32Array((cells.length / size) * rows.length), rows);
  if (cells instanceof Uint8Array) return gather(cells, new Uint8Array((cells.length / size) * rows.length), rows);
  return Array.from(rows, (row) => (cells as readonly (string | null)[])[row]!);
}

/** Fixed-size values, one row after another. */
function gather<T extends Float32Array | Int32Array | Uint8Array>(cells: T, into: T, rows: Int32Array): T {
  const width = into.length / rows.length;
  if (width === 1) for (let i = 0; i < rows.length; i++) into[i] = cells[rows[i]!]!;
  else
    for (let i = 0; i < rows.length; i++) into.set(cells.subarray(rows[i]! * width, (rows[i]! + 1) * width), i * width);
  return into;
}
