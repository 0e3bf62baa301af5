import type { Chunk, Cols, Json, StreamData } from '../../../core/contract/index.js';
import { fail } from '../../../core/problem/index.js';
import { colsOf, createStores } from './column.js';
import { type RowFile, type RowPosition, RowWalk } from './rows.js';

/** Columns that name the rows and their groups. */
export interface Naming {
  readonly group: string | null;
  readonly key: string | null;
}

/** Chunk `chunk` begins at the row; chunks are cut alike from wherever one begins to read. */
type ChunkPosition = RowPosition & { readonly chunk: number };

const CHUNK = { rows: 256, bytes: 2 ** 20 };

/**
 * A file of rows as a stream: memory for one chunk, whatever the size of the file. Shard i of n gets chunk i of every n,
 * and passes over the others without reading their cells.
 */
export function streamRows(rows: RowFile, naming: Naming): StreamData {
  return {
    access: 'stream',
    close: () => rows.reading.view.close(),
    async *chunks(from, shard) {
      const start = from === null ? { ...rows.first, chunk: 0 } : positionOf(from);
      const walk = new RowWalk(rows, start);
      for (let number = start.chunk; ; number++) {
        const { row: firstRow } = walk.position;
        const columns = await readChunk(rows, walk, number % shard.count === shard.index);
        if (columns.count === 0) return;
        const position: ChunkPosition = { ...walk.position, chunk: number + 1 };
        if (columns.cells !== null)
          yield chunkOf(rows, columns.cells, { ...naming, firstRow, count: columns.count, position });
      }
    },
  };
}

async function readChunk(rows: RowFile, walk: RowWalk, mine: boolean): Promise<{ count: number; cells: Cols | null }> {
  if (!mine) return { count: await walk.read(CHUNK, () => {}), cells: null };
  const stores = createStores(rows.columns, () => true, CHUNK.rows);
  const { syntax } = walk;
  const count = await walk.read(CHUNK, (index) => syntax.store(stores, index));
  return { count, cells: colsOf(rows.columns, stores, count) };
}

interface ChunkFacts extends Naming {
  readonly firstRow: number;
  readonly count: number;
  readonly position: ChunkPosition;
}

function chunkOf(rows: RowFile, columns: Cols, facts: ChunkFacts): Chunk {
  const { group, key, firstRow, count, position } = facts;
  const texts = (name: string): readonly (string | null)[] => columns[name] as readonly (string | null)[];
  const nameless = key === null ? -1 : texts(key).indexOf(null);
  if (nameless >= 0)
    fail('DATA_VALUE', `${rows.reading.file}: the key column "${key}" is empty in row ${firstRow + nameless}`);
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
  const numbers = [position.offset, position.row, position.line, position.chunk];
  if (numbers.every((value) => Number.isSafeInteger(value) && value >= 0)) return position;
  throw new Error(`no position of a stream of rows: ${JSON.stringify(from)}`);
}
