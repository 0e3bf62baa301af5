import type { RowsInMemory } from '../memory.js';
import { ParquetCursor, placeOfRow } from './cursor.js';
import type { Parquet } from './open.js';

/** All rows of the wanted columns. Errors: MEMORY, DATA_VALUE, DATA_FORMAT. */
export async function readParquet(parquet: Parquet, wanted?: (name: string) => boolean): Promise<RowsInMemory> {
  const size = await parquet.count();
  const cursor = new ParquetCursor(parquet, wanted);
  try {
    const columns = await cursor.read(Int32Array.from({ length: size }, (_, row) => row));
    return { size, columns, lines: new Int32Array(), where: (row) => placeOfRow(parquet, row) };
  } finally {
    await cursor.close();
  }
}
