import type { Cols, RandomAccessData, Table } from '../../../../core/contract/index.js';
import { nameGroups } from '../../group-names.js';
import { gatherCols } from '../../memory-table.js';
import { keysOf } from '../memory.js';
import type { Naming } from '../stream.js';
import { ParquetCursor, placeOfRow } from './cursor.js';
import { readParquet } from './in-memory.js';
import type { Parquet } from './open.js';

/** The rows as items. Only what names and groups them is held; the rest is read when asked for, block by block. */
export async function parquetItems(
  parquet: Parquet,
  { group, key }: Naming,
  wanted: ReadonlySet<string> | null,
): Promise<RandomAccessData> {
  const named = group === null ? null : await groupsOf(parquet, group);
  const keys = key === null ? String : keysOf(await readParquet(parquet, (name) => name === key), key);
  const cursor = new ParquetCursor(parquet, (name) => wanted?.has(name) ?? true);
  const items: Table = {
    size: await parquet.count(),
    onDisk: true,
    keys: (rows) => Array.from(rows, keys),
    read: (rows) => inAnyOrder(rows, (ascending) => cursor.read(ascending)),
    where: (row) => placeOfRow(parquet, row),
  };
  return {
    access: 'random',
    tables: { items },
    groups: named?.groups ?? null,
    groupNames: named?.groupNames ?? null,
    pairs: null,
    triplets: null,
    given: null,
    async close() {
      await cursor.close();
      await parquet.close();
    },
  };
}

/** Reads rows that ascend, and puts them as they were asked for. */
async function inAnyOrder(rows: Int32Array, read: (ascending: Int32Array) => Promise<Cols>): Promise<Cols> {
  if (rows.every((row, i) => i === 0 || row > rows[i - 1]!)) return read(rows);
  const ascending = Int32Array.from(new Set(rows)).sort();
  const places = new Map(Array.from(ascending, (row, place) => [row, place]));
  return gatherCols(
    await read(ascending),
    ascending.length,
    rows.map((row) => places.get(row)!),
  );
}

/** Rows read at a time: their texts are gone before the next come. */
const BLOCK = 65_536;

/** The codes of the groups, without their texts: millions of rows have few names. */
async function groupsOf(
  parquet: Parquet,
  group: string,
): Promise<{ readonly groups: Int32Array; readonly groupNames: readonly string[] }> {
  const size = await parquet.count();
  const cursor = new ParquetCursor(parquet, (name) => name === group);
  const met = new Map<string, number>();
  const codes = new Int32Array(size);
  for (let start = 0; start < size; start += BLOCK) {
    const rows = Int32Array.from({ length: Math.min(BLOCK, size - start) }, (_, i) => start + i);
    const texts = (await cursor.read(rows))[group] as readonly (string | null)[];
    for (const [i, text] of texts.entries()) {
      if (!met.has(text ?? '')) met.set(text ?? '', met.size);
      codes[start + i] = met.get(text ?? '')!;
    }
  }
  await cursor.close();
  const named = nameGroups(parquet.label, [...met.keys()]);
  return { groups: codes.map((code) => named.groups[code]!), groupNames: named.groupNames };
}
