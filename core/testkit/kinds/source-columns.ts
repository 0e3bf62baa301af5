/** What is wrong with the columns that a source reads, in words; null where nothing is. */
import type { Cells, Chunk, Cols, Side, Table } from '../../contract/index.js';

/** The first rows: two hundred tell. */
export const allRows = (size: number): Int32Array => Int32Array.from({ length: Math.min(size, 200) }, (_, row) => row);

export async function firstOf<T>(
  all: readonly T[],
  judge: (one: T, i: number) => Promise<string | null> | string | null,
): Promise<string | null> {
  for (const [i, one] of all.entries()) {
    const found = await judge(one, i);
    if (found !== null) return found;
  }
  return null;
}

export async function wrongTable(table: Table, side: Side): Promise<string | null> {
  if (side.size !== null && side.size !== table.size) return `it describes ${side.size} items and gives ${table.size}`;
  const rows = allRows(table.size);
  const keys = table.keys(rows);
  if (new Set(keys).size !== rows.length || keys.some((key) => typeof key !== 'string'))
    return 'its keys are not one text for each item, all different';
  if (table.size > 0 && typeof table.where(0).file !== 'string') return 'where(0) names no file';
  return wrongColumns(await table.read(rows), side, rows.length);
}

export function wrongChunk({ keys, columns, groups }: Chunk, side: Side): string | null {
  if (groups && groups.length !== keys.length) return `a chunk of ${keys.length} rows has ${groups.length} groups`;
  return wrongColumns(columns, side, keys.length);
}

/** Every column that is described, as many numbers as its shape says, all finite. */
function wrongColumns(columns: Cols, side: Side, rows: number): string | null {
  for (const [name, { shape, nullable }] of Object.entries(side.columns)) {
    const cells = columns[name] as Cells | undefined;
    if (!cells) return `it describes the column ${name} and does not read it`;
    const width = (shape ?? []).reduce((product, size) => product * size, 1);
    const fixed = ArrayBuffer.isView(cells);
    if (cells.length !== (fixed ? rows * width : rows))
      return `${rows} rows of the column ${name} have ${cells.length} values; its shape is [${shape ?? ''}]`;
    if (!nullable && !fixed && (cells as readonly unknown[]).includes(null))
      return `the column ${name} has an empty cell, and is described without`;
    if (cells instanceof Float32Array && !nullable && cells.some((cell) => !Number.isFinite(cell)))
      return `the column ${name} holds a number that is not finite`;
  }
  return null;
}
