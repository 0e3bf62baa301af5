import {
  type Cells,
  type Cols,
  type Part3,
  parts,
  type RandomAccessData,
  type StreamData,
} from '../../contract/index.js';
import { divideData } from '../../data/divide.js';
import type { DataRequest } from '../../data/open.js';
import { openSource } from '../../data/open-source.js';
import { passOver, rowsIn } from '../../data/stream-pass.js';

/** Cells of each column that are missing, by part; columns of two tables as `left.NAME` and `right.NAME`. Only those that miss any. */
export type Missing = Readonly<Record<Part3, Readonly<Record<string, number>>>>;

/** Rows read at a time. */
const BLOCK = 4096;

/** Reads every column of the source once. */
export async function countMissing(request: DataRequest): Promise<Missing> {
  const data = await openSource(request);
  try {
    return data.access === 'stream' ? await inStream(data, request) : await inTables(data, request);
  } finally {
    await data.close();
  }
}

async function inTables(data: RandomAccessData, request: DataRequest): Promise<Missing> {
  const { tables, selections } = await divideData(data, request);
  const shared = tables.left === tables.right;
  const counts = newCounts();
  for (const part of parts) {
    for (const side of shared ? (['left'] as const) : (['left', 'right'] as const)) {
      const rows = selections[part][side];
      const prefix = shared ? '' : `${side}.`;
      for (let start = 0; start < rows.length; start += BLOCK) {
        request.files.signal.throwIfAborted();
        const block = rows.subarray(start, start + BLOCK);
        addMissing(counts[part], await tables[side].read(block), { count: block.length, prefix });
      }
    }
  }
  return withoutZeros(counts);
}

async function inStream(data: StreamData, request: DataRequest): Promise<Missing> {
  const counts = newCounts();
  for await (const block of passOver(data, request)) {
    for (const part of parts) {
      const { count, columns, right } = rowsIn(block, part);
      if (count === 0) continue;
      addMissing(counts[part], columns, { count, prefix: right ? 'left.' : '' });
      if (right) addMissing(counts[part], right, { count, prefix: 'right.' });
    }
  }
  return withoutZeros(counts);
}

type Counts = Record<Part3, Record<string, number>>;
const newCounts = (): Counts => ({ train: {}, validation: {}, test: {} });

function addMissing(
  counts: Record<string, number>,
  columns: Cols,
  { count, prefix }: { readonly count: number; readonly prefix: string },
): void {
  for (const [name, cells] of Object.entries(columns))
    counts[prefix + name] = (counts[prefix + name] ?? 0) + missingIn(cells, count);
}

/** Empty text, nothing at all, and numbers that are none: of a value of several numbers, all of them. */
export function missingIn(cells: Cells, count: number): number {
  if (cells instanceof Int32Array || cells instanceof Uint8Array) return 0;
  if (!(cells instanceof Float32Array)) return cells.filter((cell) => cell === null || cell === '').length;
  const width = cells.length / count;
  let missing = 0;
  for (let row = 0; row < count; row++)
    missing += Number(cells.subarray(row * width, (row + 1) * width).every(Number.isNaN));
  return missing;
}

const withoutZeros = (counts: Counts): Missing => ({
  train: nonZero(counts.train),
  validation: nonZero(counts.validation),
  test: nonZero(counts.test),
});
const nonZero = (counts: Readonly<Record<string, number>>): Record<string, number> =>
  Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
