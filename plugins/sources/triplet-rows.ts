import type { DataDescription, Files, RandomAccessData, Side } from '../../core/contract/index.js';
import { fail } from '../../core/problem/index.js';
import type { Selector } from './pair-columns.js';
import { keyedRows, type RecordOptions, readRecords } from './records.js';
import { describeColumn } from './rows/column.js';
import type { RowOptions } from './rows/open.js';
import { columnsOf } from './rows/rows.js';
import { openTable, type RowTable, wholeTable } from './rows/table.js';
import { inlineSide, readInline, roles, type TripletItems, type TripletSelectors } from './triplet-items.js';

export interface TripletOptions extends RowOptions, TripletSelectors {
  /** null: the triplets hold the items themselves. */
  readonly items: RecordOptions | null;
}
interface TripletFiles {
  readonly rows: RowTable;
  readonly items: RowTable | null;
  readonly options: TripletOptions;
}

/** Files up to this size together are read to describe them: then every mistake is found. */
const SMALL = 64 * 2 ** 20;

export async function describeTriplets(files: Files, options: TripletOptions): Promise<DataDescription> {
  return using(files, options, async (opened) => {
    const { rows, items } = opened;
    const bytes = rows.bytes + (items?.bytes ?? 0);
    if (bytes <= SMALL) return (await read(opened)).description;
    const side = items
      ? { size: await items.count(), columns: columnsOf(items, describeColumn) }
      : inlineSide(rows, opened.options);
    return described(side, await rows.count());
  });
}

export async function openTriplets(files: Files, options: TripletOptions): Promise<RandomAccessData> {
  return using(files, options, async (opened) => (await read(opened)).data);
}

/** The files are open while `work` works, and no longer. */
async function using<T>(files: Files, options: TripletOptions, work: (opened: TripletFiles) => Promise<T>): Promise<T> {
  const { items } = options;
  const keys = items === null ? [] : roles.map((role) => keyColumn(role, options[role]));
  const rows = await openTable(files, { ...options, ...wholeTable, text: [...options.text, ...keys] });
  try {
    if (items === null) return await work({ rows, items: null, options });
    const table = await openTable(files, { ...items, ...wholeTable, text: [...items.text, items.key] });
    try {
      return await work({ rows, items: table, options });
    } finally {
      await table.close();
    }
  } finally {
    await rows.close();
  }
}

function keyColumn(role: string, selector: Selector): string {
  if (typeof selector === 'string' && !selector.includes('*')) return selector;
  return fail(
    'DATA_COLUMN',
    `${role}: a triplet names each item by one column of keys, got ${[selector].flat().join(', ')}`,
  );
}

interface Found {
  readonly data: RandomAccessData;
  readonly description: DataDescription;
}

async function read(opened: TripletFiles): Promise<Found> {
  if (opened.items) return readKeyed(opened, opened.items);
  return found(await readInline(opened.rows, opened.options));
}

async function readKeyed({ rows, options }: TripletFiles, items: RowTable): Promise<Found> {
  const known = await readRecords(items, options.items!.key);
  const memory = await rows.read();
  const [anchor, positive, negative] = roles.map((role) =>
    keyedRows(memory, known, { column: options[role] as string, what: 'triplet', role }),
  ) as [Int32Array, Int32Array, Int32Array];
  const side = { size: known.table.size, columns: columnsOf(items, describeColumn) };
  return found({
    table: known.table,
    side,
    triplets: { anchor, positive, negative },
    tripletColumns: memory.columns,
    where: memory.where,
  });
}

function found({ table, side, triplets, tripletColumns, where }: TripletItems): Found {
  const data: RandomAccessData = {
    access: 'random',
    tables: { items: table },
    groups: null,
    groupNames: null,
    pairs: null,
    triplets,
    pairColumns: tripletColumns,
    pairWhere: where,
    given: null,
    close: async () => {},
  };
  return { data, description: described(side, triplets.anchor.length) };
}

const described = (side: Side, relations: number): DataDescription => ({
  sides: { items: side },
  relation: 'triplets',
  access: 'random',
  relations,
});
