import type { Cells, Cols } from '../contract/index.js';

/** The cells of some rows. `count`: rows that the columns hold, since a cell may be several numbers. */
export function selectRows(columns: Cols, count: number, rows: readonly number[]): Cols {
  return mapColumns(columns, (cells) => selectCells(cells, cells.length / count, rows));
}

/** Blocks of equal columns, one after another. */
export function joinColumns(blocks: readonly Cols[]): Cols {
  if (blocks.length === 1) return blocks[0]!;
  return mapColumns(blocks[0] ?? {}, (_cells, name) => joinCells(blocks.map((block) => block[name]!)));
}

function mapColumns(columns: Cols, each: (cells: Cells, name: string) => Cells): Cols {
  return Object.fromEntries(Object.entries(columns).map(([name, cells]) => [name, each(cells, name)]));
}

function selectCells(cells: Cells, width: number, rows: readonly number[]): Cells {
  if (Array.isArray(cells)) return rows.map((row) => (cells as readonly (string | null)[])[row]!);
  const source = cells as Float32Array;
  const result = new (source.constructor as Float32ArrayConstructor)(rows.length * width);
  let at = 0;
  for (const row of rows) {
    // a loop: a view for each row would take several times as long as copying a few numbers
    for (let from = row * width, to = from + width; from < to; from++) result[at++] = source[from]!;
  }
  return result;
}

function joinCells(parts: readonly Cells[]): Cells {
  if (Array.isArray(parts[0])) return (parts as readonly (readonly (string | null)[])[]).flat();
  const arrays = parts as readonly Float32Array[];
  const length = arrays.reduce((sum, array) => sum + array.length, 0);
  const result = new (arrays[0]!.constructor as Float32ArrayConstructor)(length);
  let at = 0;
  for (const array of arrays) {
    result.set(array, at);
    at += array.length;
  }
  return result;
}
