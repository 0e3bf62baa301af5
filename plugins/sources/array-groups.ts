import type { Column, Files, SourceInstance, Table } from '../../core/contract/index.js';
import { fail } from '../../core/problem/index.js';
import { byPosition, openShards, tableOfShards } from './array-shards.js';
import { type ArrayHeader, describeArray, type GivenArray, readArray } from './array-values.js';
import { requireFinite } from './finite.js';
import { nameGroups } from './group-names.js';
import { itemColumn } from './item-column.js';
import { tableOf } from './memory-table.js';

/** Items and their groups. */
export function groupedArrays(items: GivenArray, groups: GivenArray): SourceInstance {
  return {
    async describe(files) {
      const { size, column } = await describeItems(files, items);
      requireColumn(await describeArray(files, groups), size, 'items');
      return {
        sides: { items: { size, columns: { items: column } } },
        relation: 'groups',
        access: 'random',
        relations: null,
      };
    },
    async open(files) {
      const { size } = await describeItems(files, items);
      const names = await readArray(files, groups);
      requireColumn(names, size, 'items');
      const { table, close } = (await openByPosition(files, items)) ?? (await holdItems(files, items, size));
      const named = nameGroups(names.label, names.data);
      return { access: 'random', tables: { items: table }, ...named, pairs: null, triplets: null, given: null, close };
    },
  };
}

interface Items {
  readonly table: Table;
  readonly close: () => Promise<void>;
}

/** Files of more bytes than this, and several of any size, are read where they stand: they are not loaded. */
const SMALL = 64 * 2 ** 20;

/** null: the values are few, or cannot be read by position. */
async function openByPosition(files: Files, { value }: GivenArray): Promise<Items | null> {
  if (typeof value !== 'string') return null;
  const opened = await openShards(files, value);
  const bytes = opened.shards.reduce((sum, { header }) => sum + header.count * header.cell.bytes, 0);
  if (byPosition(opened) && (opened.shards.length > 1 || bytes > SMALL))
    return { table: tableOfShards(opened, 'items'), close: () => opened.close() };
  await opened.close();
  return null;
}

async function holdItems(files: Files, items: GivenArray, size: number): Promise<Items> {
  const { data, label, shape, dtype } = await readArray(files, items);
  if (dtype !== 'string') requireFinite({ label, data, shape: shape.slice(1) });
  const table = tableOf({ items: data }, size, { keys: (row) => `items/${row}`, where: () => ({ file: label }) });
  return { table, close: async () => {} };
}

/** How many items an array holds, and what one is. Errors: DATA_EMPTY, SHAPE. */
export async function describeItems(
  files: Files,
  given: GivenArray,
): Promise<ArrayHeader & { readonly size: number; readonly column: Column }> {
  const header = await describeArray(files, given);
  const { label, shape, dtype } = header;
  const [size, ...item] = shape;
  if (size === undefined) return fail('SHAPE', `${label} is a single value; one row per item is expected`);
  if (size === 0) fail('DATA_EMPTY', `${label} holds no items`);
  if (dtype !== 'string') return { ...header, size, column: itemColumn(label, item) };
  if (item.length > 0) fail('SHAPE', `${label} holds [${item.join(', ')}] texts per item; one is expected`);
  return { ...header, size, column: { kind: 'text', shape: null, nullable: false } };
}

/** Errors: SHAPE, DATA_SIZE where an array does not hold one value for each of `size` rows. */
export function requireColumn({ label, shape }: ArrayHeader, size: number, what: string): void {
  const [rows, ...rest] = shape;
  if (rows === undefined || rest.some((length) => length !== 1)) {
    fail('SHAPE', `${label} has shape [${shape.join(', ')}]; one value for each of the ${size} ${what} is expected`);
  }
  if (rows !== size) fail('DATA_SIZE', `${label} has ${rows} values for ${size} ${what}`);
}
