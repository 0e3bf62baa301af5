import type { Cols, Table } from '../contract/index.js';
import type { FittedFields, Stored } from './fields.js';
import { allRows } from './related.js';

/** Rows decoded at a time of a table that is not in memory. */
const BLOCK = 8192;

export interface EncodedBlock {
  readonly start: number;
  readonly count: number;
  readonly stored: Stored;
}

/** All rows of a table in their order, encoded block by block. */
export async function* encodedBlocks(table: Table, fields: FittedFields): AsyncGenerator<EncodedBlock> {
  const where = placeIn(table);
  for (let start = 0; start < table.size; start += BLOCK) {
    const count = Math.min(BLOCK, table.size - start);
    const cols: Cols = await table.read(allRows(count).map((row) => start + row));
    yield { start, count, stored: fields.encode(cols, count, (row) => where(start + row)) };
  }
}

/** Where a row of a table stands, for messages. */
export const placeIn =
  (table: Table) =>
  (row: number): string => {
    const at = table.where(row);
    if (at.line !== undefined) return `${at.file}:${at.line}`;
    return at.row === undefined ? `${at.file}, item ${row}` : `${at.file}, row ${at.row}`;
  };
