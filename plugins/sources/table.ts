import { type DataDescription, type RandomAccessData, Source } from '../../core/contract/index.js';
import { definePlugin } from '../../core/plugin/define.js';
import { nameGroups } from './group-names.js';
import { tableOf } from './memory-table.js';
import { createStores, describeColumn } from './rows/column.js';
import { keysOf, readRows } from './rows/memory.js';
import { openRows, rowOptions } from './rows/open.js';
import { columnsOf, NO_LIMIT, type RowFile, RowWalk } from './rows/rows.js';
import { type Naming, streamRows } from './rows/stream.js';

/**
 * Items from a CSV or JSONL file: one row is one item.
 * CSV (RFC 4180): the first row names the columns. A column holds numbers when nine in ten cells of the first 1,000 rows
 * that are not empty do (any other is then an error at its line), else text; `data.fields` can take text as a category.
 * JSONL: numbers (true and false are 1 and 0), text, or arrays of numbers of one shape: vectors [n], sequences
 * [time, channels], images [height, width, channels]. An empty cell, null or an absent key is a missing value.
 * In memory by default; with `stream: true` read in chunks of 256 rows (or 1 MiB) and never held.
 * Errors: DATA_MISSING, DATA_FORMAT, DATA_EMPTY, DATA_COLUMN; DATA_ROW and DATA_VALUE at file and line.
 */
export const table = definePlugin(Source, {
  name: 'table',
  summary: 'Items from the rows of a CSV or JSONL file, in memory or streamed.',
  options: {
    type: 'object',
    additionalProperties: false,
    required: ['path'],
    properties: {
      ...rowOptions,
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
  create: ({ path, format, delimiter, text, group, key, stream }) => {
    const named = [group, key].filter((name) => name !== null);
    const options = { path, format, delimiter, text: [...text, ...named] };
    return {
      async describe(files) {
        const rows = await openRows(files, options);
        try {
          return await (stream ? describe(rows) : describeCounted(rows, group));
        } finally {
          await rows.reading.view.close();
        }
      },
      async open(files) {
        const rows = await openRows(files, options);
        return stream ? streamRows(rows, { group, key }) : hold(rows, { group, key });
      },
    };
  },
});

function describe(rows: RowFile, size: number | null = null, groups: number | null = null): DataDescription {
  const columns = columnsOf(rows, describeColumn);
  return {
    sides: { items: { size, columns } },
    relation: 'groups',
    access: size === null ? 'stream' : 'random',
    relations: groups,
  };
}

/** One pass that counts rows and groups, and reads no other cell. */
async function describeCounted(rows: RowFile, group: string | null): Promise<DataDescription> {
  const stores = createStores(rows.columns, (name) => name === group, 1);
  const names = stores.find((store) => store !== null) as readonly (string | null)[] | undefined;
  const walk = new RowWalk(rows, rows.first);
  const groups = new Set<string>();
  const size = await walk.read(NO_LIMIT, () => {
    if (!names) return;
    walk.syntax.store(stores, 0);
    if (names[0] !== null) groups.add(names[0]!);
  });
  return describe(rows, size, group === null ? null : groups.size);
}

async function hold(rows: RowFile, { group, key }: Naming): Promise<RandomAccessData> {
  const { view, file } = rows.reading;
  try {
    const memory = await readRows(rows);
    const keys = key === null ? String : keysOf(rows, memory, key);
    const texts = group === null ? null : (memory.columns[group] as readonly (string | null)[]);
    const named =
      texts &&
      nameGroups(
        file,
        texts.map((text) => text ?? ''),
      );
    const where = (row: number): { file: string; line: number } => ({ file, line: memory.lines[row]! });
    return {
      access: 'random',
      tables: { items: tableOf(memory.columns, memory.size, { keys, where }) },
      groups: named?.groups ?? null,
      groupNames: named?.groupNames ?? null,
      pairs: null,
      triplets: null,
      given: null,
      close: async () => {},
    };
  } finally {
    await view.close();
  }
}
