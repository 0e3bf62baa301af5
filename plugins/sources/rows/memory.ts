import type { Cols } from '../../../core/contract/index.js';
import { fail } from '../../../core/problem/index.js';
import { colsOf, createStores } from './column.js';
import { NO_LIMIT, type RowFile, RowWalk } from './rows.js';

/** All rows of a file, column by column. */
export interface RowsInMemory {
  readonly size: number;
  readonly columns: Cols;
  /** Line on which each row begins. */
  readonly lines: Int32Array;
}

/** Reads the wanted columns: once over the file to count, so that every column has its final size from the start, once to fill. */
export async function readRows(rows: RowFile, wanted: (name: string) => boolean = () => true): Promise<RowsInMemory> {
  const size = await countRows(rows);
  const stores = createStores(rows.columns, wanted, size);
  const lines = new Int32Array(size);
  const walk = new RowWalk(rows, rows.first);
  const { syntax } = walk;
  await walk.read(NO_LIMIT, (row) => {
    lines[row] = syntax.line;
    syntax.store(stores, row);
  });
  return { size, columns: colsOf(rows.columns, stores, size), lines };
}

/** Number of rows. Errors: DATA_ROW for a row that does not fit its header. */
export const countRows = (rows: RowFile): Promise<number> => new RowWalk(rows, rows.first).read(NO_LIMIT, () => {});

/** The names that a column of text gives the rows. Errors: DATA_VALUE where one is missing or stands twice. */
export function keysOf(rows: RowFile, memory: RowsInMemory, name: string): (row: number) => string {
  const keys = memory.columns[name] as readonly (string | null)[];
  const first = new Map<string, number>();
  for (const [row, key] of keys.entries()) {
    const place = { file: rows.reading.file, line: memory.lines[row]!, column: 1 };
    if (key === null) fail('DATA_VALUE', `the key column "${name}" is empty here: every row needs its own`, { place });
    const earlier = first.get(key);
    if (earlier !== undefined) {
      fail(
        'DATA_VALUE',
        `the key "${key}" in column "${name}" stands in line ${memory.lines[earlier]} too: keys must differ`,
        { place },
      );
    }
    first.set(key, row);
  }
  return (row) => keys[row]!;
}
