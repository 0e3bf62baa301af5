import type { Cols, Table } from '../../../core/contract/index.js';
import { fail } from '../../../core/problem/index.js';
import { colsOf, createStores, type Store } from './column.js';
import { NO_LIMIT, type RowFile, RowWalk } from './rows.js';

type Where = ReturnType<Table['where']>;

/** All rows of a table, column by column. */
export interface RowsInMemory {
  readonly size: number;
  readonly columns: Cols;
  /** Line on which each row begins; of Parquet none. */
  readonly lines: Int32Array;
  where(row: number): Where;
}

/** Reads the wanted columns: once over the file to count, so that every column has its final size from the start, once to fill. */
export const readRows = (rows: RowFile, wanted: (name: string) => boolean = () => true): Promise<RowsInMemory> =>
  readFiles([rows], wanted);

/** The rows of several files, one after another. */
export async function readFiles(files: readonly RowFile[], wanted: (name: string) => boolean): Promise<RowsInMemory> {
  const ends: number[] = [];
  for (const rows of files) ends.push((ends.at(-1) ?? 0) + (await countRows(rows)));
  const size = ends.at(-1)!;
  const { columns } = files[0]!;
  const stores = createStores(columns, wanted, size);
  const places = new Map(columns.map(({ name }, i) => [name, i]));
  const lines = new Int32Array(size);
  for (const [i, rows] of files.entries()) {
    const walk = new RowWalk(rows, rows.first);
    const own = rows.columns.map(({ name }): Store => stores[places.get(name)!]!);
    const from = ends[i - 1] ?? 0;
    await walk.read(NO_LIMIT, (row) => {
      lines[from + row] = walk.syntax.line;
      walk.syntax.store(own, from + row);
    });
  }
  const where = (row: number): Where => {
    const file = files[ends.findIndex((end) => row < end)]!.reading.file;
    return { file, line: lines[row]! };
  };
  return { size, columns: colsOf(columns, stores, size), lines, where };
}

/** Number of rows. Errors: DATA_ROW for a row that does not fit its header. */
export const countRows = (rows: RowFile): Promise<number> => new RowWalk(rows, rows.first).read(NO_LIMIT, () => {});

/** An error about a row, at its line where it has one. */
export function failRow(message: string, { file, line, row }: Where): never {
  if (line !== undefined) return fail('DATA_VALUE', message, { place: { file, line, column: 1 } });
  return fail('DATA_VALUE', `${file}, row ${row}: ${message}`);
}

/** The names that a column of text gives the rows. Errors: DATA_VALUE where one is missing or stands twice. */
export function keysOf(memory: RowsInMemory, name: string): (row: number) => string {
  const keys = memory.columns[name] as readonly (string | null)[];
  const first = new Map<string, number>();
  for (const [row, key] of keys.entries()) {
    if (key === null)
      return failRow(`the key column "${name}" is empty here: every row needs its own`, memory.where(row));
    const earlier = first.get(key);
    if (earlier !== undefined) {
      const { file, line } = memory.where(earlier);
      const there = file === memory.where(row).file ? '' : ` of ${file}`;
      const place = line === undefined ? `row ${earlier}` : `line ${line}${there}`;
      failRow(`the key "${key}" in column "${name}" stands in ${place} too: keys must differ`, memory.where(row));
    }
    first.set(key, row);
  }
  return (row) => keys[row]!;
}
