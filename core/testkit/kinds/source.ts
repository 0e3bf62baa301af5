import type {
  Cells,
  Chunk,
  DataDescription,
  Json,
  RandomAccessData,
  Side,
  SourceInstance,
  StreamData,
  Table,
} from '../../contract/index.js';
import { type OpenFiles, openFiles } from '../../files/index.js';
import type { Schema } from '../../plugin/schema.js';
import { ProblemError } from '../../problem/index.js';
import { flaw, flawIf, passed, skip, type Trial, type Verdict } from '../check.js';
import { openSubject, type Subject } from '../subject.js';
import { allRows, firstOf, wrongChunk, wrongTable } from './source-columns.js';
import { wrongRelations } from './source-relations.js';

type Opened = RandomAccessData | StreamData;
interface Reading {
  readonly source: SourceInstance;
  readonly files: OpenFiles;
}

/** What it describes is what it reads, the same each time; a stream goes on from where it stood. */
export function sourceTrials(subject: Subject<'source'>): readonly Trial[] {
  const data = (judge: (reading: Reading) => Promise<Verdict>) => () => withFiles(subject, judge);
  return [
    { name: 'describes its data', run: data(describes) },
    { name: 'reads what it describes', run: data(agrees) },
    { name: 'relations within the data', run: data(relations) },
    { name: 'the same each time', run: data(repeats) },
    { name: 'rows in any order', run: data(anyOrder) },
    { name: 'a stream goes on from its position', run: data(resumes) },
    { name: 'shards make the whole', run: data(shards) },
    { name: 'leaves no file open', run: () => leavesOpen(subject) },
    { name: 'a missing file is told in plain words', run: () => missing(subject) },
  ];
}

/** Options that name a file which the schema makes up, not the user, lead nowhere. */
function missingPaths({ schema, settings }: Subject<'source'>): readonly string[] {
  const given = settings.options ?? {};
  return pathOptions(schema.properties as never).filter((name) => schema.required?.includes(name) && !(name in given));
}

const pathOptions = (properties: Readonly<Record<string, Schema>>): string[] =>
  Object.entries(properties).flatMap(([name, schema]) => (JSON.stringify(schema).includes('"path"') ? [name] : []));

async function withFiles(subject: Subject<'source'>, judge: (reading: Reading) => Promise<Verdict>): Promise<Verdict> {
  const paths = missingPaths(subject);
  if (paths.length > 0) return skip(`it needs data: say ${paths.join(' and ')} among the options`);
  const files = openFiles({ folder: subject.settings.folder ?? '.' });
  try {
    return await judge({ source: subject.create(), files });
  } catch (error) {
    if (error instanceof ProblemError && Object.keys(subject.settings.options ?? {}).length === 0)
      return skip(`it needs data: ${error.problems[0]!.message}`);
    throw error;
  } finally {
    await files.close();
  }
}

const sidesOf = ({ sides }: DataDescription): readonly Side[] =>
  'items' in sides ? [sides.items] : [sides.left, sides.right];
const tablesOf = ({ tables }: RandomAccessData): readonly Table[] =>
  'items' in tables ? [tables.items] : [tables.left, tables.right];

async function describes({ source, files }: Reading): Promise<Verdict> {
  const description = await source.describe(files);
  for (const side of sidesOf(description)) {
    if (side.size !== null && !(Number.isInteger(side.size) && side.size >= 0))
      return flaw(`it describes ${side.size} items`);
    if (Object.keys(side.columns).length === 0) return flaw('it describes no columns');
  }
  const again = JSON.stringify(await source.describe(files));
  return again === JSON.stringify(description) ? passed : flaw('described again the data is another');
}

async function withData(
  reading: Reading,
  judge: (data: Opened, description: DataDescription) => Promise<string | null>,
): Promise<Verdict> {
  const description = await reading.source.describe(reading.files);
  const data = await reading.source.open(reading.files);
  try {
    return flawIf(await judge(data, description));
  } finally {
    await data.close();
  }
}

const agrees = (reading: Reading): Promise<Verdict> =>
  withData(reading, async (data, description) => {
    if (data.access !== description.access) return `it describes ${description.access} access and gives ${data.access}`;
    if (data.access === 'stream') {
      const { chunks } = await take(data, null);
      return chunks.length === 0
        ? 'its stream is empty'
        : firstOf(chunks, (chunk) => wrongChunk(chunk, sidesOf(description)[0]!));
    }
    const tables = tablesOf(data);
    return firstOf(tables, async (table, i) => wrongTable(table, sidesOf(description)[i]!));
  });

const relations = (reading: Reading): Promise<Verdict> =>
  withData(reading, async (data, { relation }) => {
    if (data.access === 'stream') return null;
    if (!data[relation]) return `it describes ${relation} and brings none`;
    return wrongRelations(data);
  });

/** Everything that a run would see of the data, as text. */
async function contents(data: Opened): Promise<string> {
  if (data.access === 'stream') return JSON.stringify((await take(data, null)).chunks.map(plain));
  const tables = await Promise.all(
    tablesOf(data).map(async (table) => [
      table.keys(allRows(table.size)),
      plain(await table.read(allRows(table.size))),
    ]),
  );
  return JSON.stringify([tables, plain([data.groups, data.pairs, data.triplets, data.given])]);
}
const plain = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) => (ArrayBuffer.isView(inner) ? Array.from(inner as Uint8Array) : inner));

async function repeats({ source, files }: Reading): Promise<Verdict> {
  const read = async (): Promise<string> => {
    const data = await source.open(files);
    const text = await contents(data);
    await data.close();
    return text;
  };
  const [first, second] = [await read(), await read()];
  return first === second ? passed : flaw('opened again the data is another: keys, order and values must stay');
}

const anyOrder = (reading: Reading): Promise<Verdict> =>
  withData(reading, async (data) => {
    if (data.access === 'stream') return null;
    const [table] = tablesOf(data);
    const rows = allRows(table!.size);
    const backwards = rows.slice().reverse();
    const one = await table!.read(rows);
    const other = await table!.read(backwards);
    const name = Object.keys(one).find(
      (key) => plain(rowsOf(one[key]!, rows.length)) !== plain(rowsOf(other[key]!, rows.length).reverse()),
    );
    return name === undefined ? null : `read in another order the column ${name} has other values`;
  });

function rowsOf(cells: Cells, rows: number): unknown[] {
  const width = cells.length / Math.max(1, rows);
  return Array.from({ length: rows }, (_, row) =>
    Array.from(cells as ArrayLike<unknown>).slice(row * width, (row + 1) * width),
  );
}

/** The first chunks of a stream, five thousand rows at most. */
async function take(data: StreamData, from: Json | null, shard = { index: 0, count: 1 }): Promise<{ chunks: Chunk[] }> {
  const chunks: Chunk[] = [];
  let rows = 0;
  for await (const chunk of data.chunks(from, shard)) {
    chunks.push(chunk);
    rows += chunk.keys.length;
    if (rows >= 5000) break;
  }
  return { chunks };
}
const keysOf = (chunks: readonly Chunk[]): readonly string[] => chunks.flatMap(({ keys }) => keys);

async function asStream(
  { source, files }: Reading,
  judge: (data: StreamData) => Promise<string | null>,
): Promise<Verdict> {
  const data = await source.open(files);
  try {
    return data.access === 'stream' ? flawIf(await judge(data)) : skip('it is no stream');
  } finally {
    await data.close();
  }
}

const resumes = (reading: Reading): Promise<Verdict> =>
  asStream(reading, async (data) => {
    const { chunks } = await take(data, null);
    const whole = keysOf(chunks);
    const [first] = chunks;
    if (!first) return 'its stream is empty';
    const position = JSON.parse(JSON.stringify(first.position)) as Json;
    const rest = keysOf((await take(data, position)).chunks).slice(0, whole.length - first.keys.length);
    return rest.join() === whole.slice(first.keys.length).join()
      ? null
      : `from the position after its first chunk, ${JSON.stringify(position).slice(0, 60)}, it gives other rows than those that follow`;
  });

const shards = (reading: Reading): Promise<Verdict> =>
  asStream(reading, async (data) => {
    const whole = keysOf((await take(data, null)).chunks);
    const parts = await Promise.all(
      [0, 1].map(async (index) => keysOf((await take(data, null, { index, count: 2 })).chunks)),
    );
    const all = parts.flat();
    if (new Set(all).size < all.length) return 'two shards give the same row';
    return whole.length >= 5000 || all.length === whole.length
      ? null
      : `two shards give ${all.length} rows, the whole has ${whole.length}`;
  });

async function leavesOpen(subject: Subject<'source'>): Promise<Verdict> {
  const open = new Set<symbol>();
  return withFiles(subject, async ({ source, files }) => {
    const counting: OpenFiles = {
      ...files,
      async open(path) {
        const file = await files.open(path);
        const handle = Symbol(path);
        open.add(handle);
        return {
          ...file,
          close: () => {
            open.delete(handle);
            return file.close();
          },
        };
      },
    };
    await source.describe(counting);
    if (open.size > 0) return flaw(`describe leaves ${open.size} files open`);
    await (await source.open(counting)).close();
    return open.size > 0 ? flaw(`after close ${open.size} files are still open`) : passed;
  });
}

/** Its files' names changed to what is not there. */
async function missing(subject: Subject<'source'>): Promise<Verdict> {
  const names = Object.entries(subject.schema.properties)
    .filter(([, option]) => 'format' in option && option.format === 'path')
    .map(([name]) => name);
  if (names.length === 0) return skip('it names no file');
  const options = { ...subject.options, ...Object.fromEntries(names.map((name) => [name, 'not-there/nothing.data'])) };
  const lost = openSubject(
    { kind: 'source', name: subject.name, summary: '', options: subject.schema, definition: subject.definition },
    options,
    subject.settings,
  );
  const files = openFiles({ folder: subject.settings.folder ?? '.' });
  try {
    await lost.create().describe(files);
    return flaw('it describes data that is not there');
  } catch (error) {
    if (error instanceof ProblemError && error.problems.every(({ code }) => code !== 'PLUGIN_FAILED')) return passed;
    return flaw(`of a missing file it says: ${(error as Error).message}; open files by the Files that it is given`);
  } finally {
    await files.close();
  }
}
