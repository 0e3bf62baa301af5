import type { Table } from '../contract/index.js';
import { allocate } from '../files/index.js';
import { cachedSide } from './cache/cached-side.js';
import { type CacheRequest, isCached } from './cache/request.js';
import { encodedBlocks, placeIn } from './encoded-blocks.js';
import { gatherRows } from './fields/gather.js';
import type { FittedFields, Stored, StoredValues } from './fields.js';
import type { Side } from './item-set.js';
import { allRows } from './related.js';

/** Every row of a table, decoded: in memory, or in a cache where it is asked for. */
export async function decode(
  { table, fields }: { readonly table: Table; readonly fields: FittedFields },
  cache: CacheRequest | undefined,
  side: string,
): Promise<Side & { readonly close?: () => void }> {
  if (cache && isCached(cache, table.size, fields.inputs))
    return cachedSide({ table, fields, key: keysOf(table) }, cache, side);
  const stored = table.onDisk ? await decodeBlocks(table, fields) : await decodeWhole(table, fields);
  return {
    size: table.size,
    gather: (wanted) => fields.gather(stored, wanted),
    key: keysOf(table),
    stored({ name }) {
      const values = stored[name]!;
      const bytes = fields.bytes(name, values);
      return bytes && { bytes, from: (rows) => rowsOf(values as Uint8Array, rows, table.size), rowsOf: (rows) => rows };
    },
  };
}

function rowsOf(values: Uint8Array, rows: Int32Array, size: number): Uint8Array {
  const width = values.length / size;
  return gatherRows(values, rows, { into: new Uint8Array(rows.length * width), width });
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
  const whole = new Map<string, StoredValues>(); // `constructor` is a name like any other
  for await (const { start, stored, count } of encodedBlocks(table, fields)) {
    for (const [name, values] of Object.entries(stored)) {
      const room = whole.get(name) ?? alike(values, (values.length / count) * table.size);
      room.set(values, (values.length / count) * start);
      whole.set(name, room);
    }
  }
  return Object.fromEntries(whole);
}

/** Room for values of the same kind. Errors: MEMORY. */
function alike(values: StoredValues, length: number): StoredValues {
  if (values instanceof Uint16Array) return new Uint16Array(length);
  const kind = values instanceof Float32Array ? 'float32' : values instanceof Int32Array ? 'int32' : 'uint8';
  return allocate(kind, length, 'the decoded items');
}
