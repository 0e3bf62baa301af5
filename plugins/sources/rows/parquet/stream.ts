import type { Json, StreamData } from '../../../../core/contract/index.js';
import { chunkOf, type Naming } from '../stream.js';
import { ParquetCursor } from './cursor.js';
import type { Parquet } from './open.js';

/** Rows of a chunk. */
const CHUNK = 256;

type Position = { readonly row: number; readonly chunk: number };

/** The rows as a stream. Shard i of n gets chunk i of every n. `isRead`: the columns that are read. */
export function streamParquet(
  parquet: Parquet,
  naming: Naming,
  isRead: (name: string) => boolean = () => true,
): StreamData {
  return {
    access: 'stream',
    close: () => parquet.close(),
    async *chunks(from, shard) {
      const size = await parquet.count();
      const cursor = new ParquetCursor(parquet, isRead);
      let { row, chunk } = positionOf(from);
      try {
        for (; row < size; chunk++) {
          const count = Math.min(CHUNK, size - row);
          const firstRow = row;
          row += count;
          if (chunk % shard.count !== shard.index) continue;
          const columns = await cursor.read(Int32Array.from({ length: count }, (_, i) => firstRow + i));
          const position: Position = { row, chunk: chunk + 1 };
          yield chunkOf(parquet.label, columns, { ...naming, firstRow, count, position });
        }
      } finally {
        await cursor.close();
      }
    },
  };
}

function positionOf(from: Json | null): Position {
  if (from === null) return { row: 0, chunk: 0 };
  const position = from as Position;
  if ([position.row, position.chunk].every((value) => Number.isSafeInteger(value) && value >= 0)) return position;
  throw new Error(`no position of a stream of Parquet: ${JSON.stringify(from)}`);
}
