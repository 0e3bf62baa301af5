/** Records of a file by their keys, and the rows of another file that name them. */
import type { Table } from '../../core/contract/index.js';
import { nearestKeys } from './key-index.js';
import { tableOf } from './memory-table.js';
import { failRow, keysOf, type RowsInMemory } from './rows/memory.js';
import type { RowOptions } from './rows/open.js';
import type { RowTable } from './rows/table.js';

export interface RecordOptions extends RowOptions {
  readonly key: string;
}
export interface Records {
  readonly file: string;
  readonly table: Table;
  readonly rowOf: ReadonlyMap<string, number>;
}

/** All records of a table. Errors: DATA_VALUE for a key that is missing or stands twice. */
export async function readRecords(rows: RowTable, key: string): Promise<Records> {
  const memory = await rows.read();
  const keys = keysOf(memory, key);
  const { file } = rows.reading;
  const rowOf = new Map<string, number>();
  for (let row = 0; row < memory.size; row++) rowOf.set(keys(row), row);
  return { file, table: tableOf(memory.columns, memory.size, { keys, where: memory.where }), rowOf };
}

/** Rows that a column of keys names. Errors: DATA_VALUE at the line of a key that is missing or unknown. */
export function keyedRows(
  { columns, where }: Pick<RowsInMemory, 'columns' | 'where'>,
  records: Records,
  from: { readonly column: string; readonly what: 'pair' | 'triplet'; readonly role: string },
): Int32Array {
  const keys = columns[from.column] as readonly (string | null)[];
  return Int32Array.from(keys, (key, i) => {
    const row = key === null ? undefined : records.rowOf.get(key);
    if (row !== undefined) return row;
    if (key === null) return failRow(`the ${from.what} has no ${from.role} key in column "${from.column}"`, where(i));
    const near = nearestKeys(key, records.rowOf.keys());
    const message = `the ${from.what} names the ${from.role} key "${key}", which ${records.file} does not have${near}`;
    return failRow(message, where(i));
  });
}
