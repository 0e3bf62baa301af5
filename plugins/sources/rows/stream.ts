import type { Chunk, Cols, Json, StreamData } from '../../../core/contract/index.js';
import { fail } from '../../../core/problem/index.js';
import { colsOf, createStores } from './column.js';
import { type RowFile, type RowPosition, RowWalk } from './rows.js';

/** Columns that name the rows and their groups. */
export interface Naming {
  readonly group: string | null;
  readonly key: string | null;
}

/**
 * Chunk `chunk` begins at the row of file `file`, before whose rows stand `base` rows of other files; chunks are cut alike
 * from wherever one begins to read.
 */
type ChunkPosition = RowPosition & { readonly chunk: number; readonly file: number; readonly base: number };

const CHUNK = { rows: 256, bytes: 2 ** 20 };

/**
 * Files of rows as a stream, one after another: memory for one chunk, whatever their size. Shard i of n gets chunk i of
 * every n, and passes over the others without reading their cells. `shown`: the columns that are read.
 */
export function streamRows(
  files: readonly RowFile[],
  naming: Naming,
  shown: (name: string) => boolean = () => true,
): StreamData {
  return {
    access: 'stream',
    async close() {
      for (const { reading } of files) await reading.view.close();
    },
    async *chunks(from, shard) {
      const start = from === null ? { ...files[0]!.first, chunk: 0, file: 0, base: 0 } : positionOf(from);
      let number = start.chunk;
      let base = start.base;
      for (let file = start.file; file < files.length; file++) {
        const rows = files[file]!;
        const walk = new RowWalk(rows, file === start.file ? start : rows.first);
        for (; ; number++) {
          const firstRow = base + walk.position.row;
          const { count, cells } = await readChunk(rows, walk, number % shard.count === shard.index ? shown : null);
          if (count === 0) break;
          const position: ChunkPosition = { ...walk.position, chunk: number + 1, file, base };
          if (cells !== null) yield chunkOf(rows.reading.file, cells, { ...naming, firstRow, count, position });
        }
        base += walk.position.row;
      }
    },
  };
}

/** `wanted` null: the chunk is another shard's. */
async function readChunk(
  rows: RowFile,
  walk: RowWalk,
  wanted: ((name: string) => boolean) | null,
): Promise<{ count: number; cells: Cols | null }> {
  if (wanted === null) return { count: await walk.read(CHUNK, () => {}), cells: null };
  const stores = createStores(rows.columns, wanted, CHUNK.rows);
  const { syntax } = walk;
  const count = await walk.read(CHUNK, (index) => syntax.store(stores, index));
  return { count, cells: colsOf(rows.columns, stores, count) };
}

interface ChunkFacts extends Naming {
  readonly firstRow: number;
  readonly count: number;
  readonly position: Json;
}

/** `file`: as messages show it. */
export function chunkOf(file: string, columns: Cols, facts: ChunkFacts): Chunk {
  const { group, key, firstRow, count, position } = facts;
  const texts = (name: string): readonly (string | null)[] => columns[name] as readonly (string | null)[];
  const nameless = key === null ? -1 : texts(key).indexOf(null);
  if (nameless >= 0) fail('DATA_VALUE', `${file}: the key column "${key}" is empty in row ${firstRow + nameless}`);
  return {
    keys:
      key === null ? Array.from({ length: count }, (_, i) => String(firstRow + i)) : (texts(key) as readonly string[]),
    columns,
    groups: group === null ? null : texts(group),
    pairs: null,
    position,
  };
}

function positionOf(from: Json): ChunkPosition {
  const position = from as ChunkPosition;
  const numbers = [position.offset, position.row, position.line, position.chunk, position.file, position.base];
  if (numbers.every((value) => Number.isSafeInteger(value) && value >= 0)) return position;
  throw new Error(`no position of a stream of rows: ${JSON.stringify(from)}`);
}
