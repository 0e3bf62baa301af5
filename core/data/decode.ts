import type { Cols, Table } from '../contract/index.js';
import { allocate } from '../files/index.js';
import type { FittedFields, Stored, StoredValues } from './fields.js';
import type { Side } from './item-set.js';
import { allRows } from './related.js';

/** Rows decoded at a time of a table that is not in memory. */
const BLOCK = 8192;

/** Every row of a table, decoded, in memory. */
export async function decode(table: Table, fields: FittedFields): Promise<Side> {
  const stored = table.onDisk ? await decodeBlocks(table, fields) : await decodeWhole(table, fields);
  return { size: table.size, gather: (wanted) => fields.gather(stored, wanted), key: keysOf(table) };
}

/** The keys of a table that is not in memory are not held either. */
function keysOf(table: Table): (row: number) => string {
  if (table.onDisk) return (row) => table.keys(Int32Array.of(row))[0]!;
  const keys = table.keys(allRows(table.size));
  return (row) => keys[row]!;
}

const decodeWhole = async (table: Table, fields: FittedFields): Promise<Stored> =>
  fields.encode(await table.read(allRows(table.size)), table.size, placeIn(table));

/** Block by block, so that only what is kept is ever whole. */
async function decodeBlocks(table: Table, fields: FittedFields): Promise<Stored> {
  const whole: Record<string, StoredValues> = {};
  for await (const { start, stored, count } of encodedBlocks(table, fields)) {
    for (const [name, values] of Object.entries(stored)) {
      whole[name] ??= alike(values, (values.length / count) * table.size);
      whole[name].set(values, (values.length / count) * start);
    }
  }
  return whole;
}

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

/** Room for values of the same kind. Errors: MEMORY. */
function alike(values: StoredValues, length: number): StoredValues {
  if (values instanceof Uint16Array) return new Uint16Array(length);
  const kind = values instanceof Float32Array ? 'float32' : values instanceof Int32Array ? 'int32' : 'uint8';
  return allocate(kind, length, 'the decoded items');
}

const placeIn =
  (table: Table) =>
  (row: number): string => {
    const at = table.where(row);
    if (at.line !== undefined) return `${at.file}:${at.line}`;
    return at.row === undefined ? `${at.file}, item ${row}` : `${at.file}, row ${at.row}`;
  };
