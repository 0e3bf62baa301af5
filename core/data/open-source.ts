import { descriptionFault } from '../contract/description-fault.js';
import type {
  Chunk,
  Cols,
  DataDescription,
  Files,
  RandomAccessData,
  SourceInstance,
  StreamData,
  Table,
} from '../contract/index.js';
import { fail, guarded, guardedAsync } from '../problem/index.js';
import { openedFault } from './source-faults.js';

interface Sourced {
  readonly source: SourceInstance;
  readonly files: Files;
}

/** Errors: those of the source; PLUGIN_FAILED, where it throws or describes something else than data. */
export async function describeSource({ source, files }: Sourced): Promise<DataDescription> {
  const description = await guardedAsync('the source', () => source.describe(files), interruptionOf(files));
  const fault = descriptionFault(description);
  return fault === null ? description : fail('PLUGIN_FAILED', `the source ${fault}`);
}

/**
 * The data of a source, which is checked where it is received: what is read of it later cannot be told from what is right.
 * Errors: those of the source; PLUGIN_FAILED, now or at a read, where it throws or gives something else than data.
 */
export async function openSource(
  { source, files }: Sourced,
  wanted?: ReadonlySet<string> | null,
): Promise<RandomAccessData | StreamData> {
  const passes = interruptionOf(files);
  return checkedData(await guardedAsync('the source', () => source.open(files, wanted), passes), passes);
}

type Passes = (error: unknown) => boolean;
const interruptionOf =
  ({ signal }: Pick<Files, 'signal'>): Passes =>
  (error) =>
    signal.aborted && error === signal.reason;

/** `passes`: errors that are none of the source's, such as an interruption. */
async function checkedData(
  data: RandomAccessData | StreamData,
  passes: Passes,
): Promise<RandomAccessData | StreamData> {
  const fault = openedFault(data);
  if (fault !== null) {
    await guardedAsync('the source', async () => data?.close?.());
    return fail('PLUGIN_FAILED', `the source ${fault}`);
  }
  if (data.access === 'stream')
    return { access: 'stream', chunks: checkedChunks(data, passes), close: () => data.close() };
  const { tables, pairWhere, pairColumns, overlaps } = data;
  return {
    access: 'random',
    tables:
      'items' in tables
        ? { items: checkedTable(tables.items, passes) }
        : { left: checkedTable(tables.left, passes), right: checkedTable(tables.right, passes) },
    groups: data.groups ?? null,
    groupNames: data.groupNames ?? null,
    pairs: data.pairs ?? null,
    triplets: data.triplets ?? null,
    given: data.given ?? null,
    ...(pairColumns ? { pairColumns } : {}),
    ...(pairWhere ? { pairWhere: (row) => pairWhere.call(data, row) } : {}),
    ...(overlaps ? { overlaps } : {}),
    close: () => data.close(),
  };
}

function checkedTable(table: Table, passes: Passes): Table {
  return {
    size: table.size,
    ...(table.onDisk === undefined ? {} : { onDisk: table.onDisk }),
    keys: (rows) =>
      requireKeys(
        guarded('the source', () => table.keys(rows)),
        rows.length,
      ),
    read: async (rows, only) => requireColumns(await guardedAsync('the source', () => table.read(rows, only), passes)),
    where: (row) => table.where(row),
  };
}

function checkedChunks(data: StreamData, passes: Passes): StreamData['chunks'] {
  return async function* chunks(from, shard) {
    const reading = guarded('the source', () => data.chunks(from, shard)[Symbol.asyncIterator]());
    try {
      for (;;) {
        const { value, done } = await guardedAsync('the source', () => reading.next(), passes);
        if (done) return;
        yield requireChunk(value);
      }
    } finally {
      await reading.return?.();
    }
  };
}

function requireChunk(chunk: Chunk): Chunk {
  const { keys, groups, pairs }: Partial<Chunk> = chunk ?? {};
  if (!Array.isArray(keys)) return refuse('no keys of a chunk: they must be a list of texts');
  requireKeys(keys, keys.length);
  requireColumns(chunk.columns);
  if (groups && groups.length !== keys.length) refuse(`a chunk of ${keys.length} keys and ${groups.length} groups`);
  if (!pairs) return chunk;
  requireColumns(pairs.right);
  const { target } = pairs;
  if (target && target.length !== keys.length) refuse(`a chunk of ${keys.length} keys and ${target.length} targets`);
  return chunk;
}

function requireKeys(keys: readonly string[], count: number): readonly string[] {
  if (!Array.isArray(keys)) return refuse('no list of keys');
  if (keys.length !== count) return refuse(`${keys.length} keys for ${count} rows`);
  const wrong = keys.findIndex((key) => typeof key !== 'string');
  return wrong < 0 ? keys : refuse(`the key ${String(keys[wrong])}: a key must be text`);
}

function requireColumns(columns: Cols): Cols {
  if (typeof columns !== 'object' || columns === null)
    return refuse('no columns: they must be a map of names to values');
  const wrong = Object.entries(columns).find(([, cells]) => !(Array.isArray(cells) || ArrayBuffer.isView(cells)));
  return wrong ? refuse(`no list of values as the column "${wrong[0]}"`) : columns;
}

function refuse(what: string): never {
  return fail('PLUGIN_FAILED', `the source gave ${what}`);
}
