import { type DataDescription, type RandomAccessData, Source } from '../../core/contract/index.js';
import { definePlugin } from '../../core/plugin/define.js';
import { nameGroups } from './group-names.js';
import { tableOf } from './memory-table.js';
import { createStores, describeColumn } from './rows/column.js';
import { selectionOptions } from './rows/filter.js';
import { keysOf } from './rows/memory.js';
import { rowOptions } from './rows/open.js';
import { parquetItems } from './rows/parquet/items.js';
import { streamParquet } from './rows/parquet/stream.js';
import { columnsOf, NO_LIMIT, RowWalk } from './rows/rows.js';
import { type Naming, streamRows } from './rows/stream.js';
import { openTable, type RowTable } from './rows/table.js';

/**
 * Items from CSV, JSONL or Parquet files: one row is one item. Several files by a pattern are one table.
 * CSV (RFC 4180): the first row names the columns. A column holds numbers when nine in ten cells of the first 1,000 rows
 * that are not empty do (any other is then an error at its line), else text; `data.fields` can take text as a category.
 * JSONL: numbers (true and false are 1 and 0), text, or arrays of numbers of one shape: vectors [n], sequences
 * [time, channels], images [height, width, channels]. An empty cell, null or an absent key is a missing value.
 * Parquet (by DuckDB, an optional package): whole numbers, floats, decimals and booleans are numbers (float32); texts, UUIDs,
 * enums, and dates and times in ISO form (UTC) are text; lists of numbers of one length are vectors. Null is a missing value.
 * Only the columns that the recipe uses are read, and none is held by the source.
 * In memory by default; with `stream: true` read in chunks of 256 rows (or 1 MiB) and never held.
 * Errors: DATA_MISSING, DATA_FORMAT, DATA_EMPTY, DATA_COLUMN; DATA_ROW and DATA_VALUE at file and line.
 */
export const table = definePlugin(Source, {
  name: 'table',
  summary: 'Items from the rows of CSV, JSONL or Parquet files, in memory or streamed.',
  options: {
    type: 'object',
    additionalProperties: false,
    required: ['path'],
    properties: {
      ...rowOptions,
      ...selectionOptions,
      group: {
        type: ['string', 'null'],
        format: 'column',
        default: null,
        description: 'Column that says which items belong together; an empty cell is no group.',
      },
      key: {
        type: ['string', 'null'],
        format: 'column',
        default: null,
        description: 'Column that names each row for ever, wherever it stands. null: the number of the row, from 0.',
      },
      stream: {
        type: 'boolean',
        default: false,
        description: 'Read the file anew in every epoch and never hold it in memory.',
      },
    },
  },
  access: 'either',
  relations: ['groups'],
  create: (options) => {
    const { group, key, stream } = options;
    const naming = { group, key };
    const named = [group, key].filter((name) => name !== null);
    const columns = options.columns.length > 0 ? [...options.columns, ...named] : [];
    const asked = { ...options, columns, text: [...options.text, ...named] };
    return {
      async describe(files) {
        const rows = await openTable(files, asked);
        try {
          return await (stream ? describe(rows) : describeCounted(rows, group));
        } finally {
          await rows.close();
        }
      },
      async open(files, wanted = null) {
        const rows = await openTable(files, asked);
        const isRead = (name: string): boolean =>
          rows.columns.some((column) => column.name === name) && (wanted?.has(name) !== false || named.includes(name));
        try {
          if ('parquet' in rows.from) {
            const { parquet } = rows.from;
            return await (stream ? streamParquet(parquet, naming, isRead) : parquetItems(parquet, naming, wanted));
          }
          return await (stream ? streamRows(rows.from.texts, naming, isRead) : hold(rows, naming));
        } catch (error) {
          await rows.close();
          throw error;
        }
      },
    };
  },
});

function describe(rows: RowTable, size: number | null = null, groups: number | null = null): DataDescription {
  const columns = columnsOf(rows, describeColumn);
  return {
    sides: { items: { size, columns } },
    relation: 'groups',
    access: size === null ? 'stream' : 'random',
    relations: groups,
  };
}

/** Of Parquet by its footers. Of text one pass that counts rows and groups, and reads no other cell. */
async function describeCounted(rows: RowTable, group: string | null): Promise<DataDescription> {
  if ('parquet' in rows.from) return describe(rows, await rows.count());
  const groups = new Set<string>();
  let size = 0;
  for (const file of rows.from.texts) {
    const stores = createStores(file.columns, (name) => name === group, 1);
    const names = stores.find((store) => store !== null) as readonly (string | null)[] | undefined;
    const walk = new RowWalk(file, file.first);
    size += await walk.read(NO_LIMIT, () => {
      if (!names) return;
      walk.syntax.store(stores, 0);
      if (names[0] !== null) groups.add(names[0]!);
    });
  }
  return describe(rows, size, group === null ? null : groups.size);
}

async function hold(rows: RowTable, { group, key }: Naming): Promise<RandomAccessData> {
  const memory = await rows.read();
  const keys = key === null ? String : keysOf(memory, key);
  const texts = group === null ? null : (memory.columns[group] as readonly (string | null)[]);
  const named =
    texts &&
    nameGroups(
      rows.reading.file,
      texts.map((text) => text ?? ''),
    );
  await rows.close();
  return {
    access: 'random',
    tables: { items: tableOf(memory.columns, memory.size, { keys, where: memory.where }) },
    groups: named?.groups ?? null,
    groupNames: named?.groupNames ?? null,
    pairs: null,
    triplets: null,
    given: null,
    close: async () => {},
  };
}
