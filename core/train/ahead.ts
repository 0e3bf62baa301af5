import type { Batch } from '../data/batch.js';
import type { ItemSet, Side } from '../data/item-set.js';
import type { Fed } from './feed.js';

/**
 * The batches, as many as `depth` of them made before they are wanted, so that the items they name are read meanwhile, where
 * those lie in files that memory does not hold; elsewhere one after another.
 * Errors: those of reading.
 */
export async function* readAhead(batches: AsyncIterable<Fed>, depth: () => number): AsyncGenerator<Fed> {
  const made: { readonly fed: Fed; readonly read: Promise<unknown> | null }[] = [];
  for await (const fed of batches) {
    if (made.length === 0 && !isAhead(fed.items)) {
      yield fed;
      continue;
    }
    made.push({ fed, read: startReading(fed.batch) });
    while (made.length > depth()) {
      const next = made.shift()!;
      await next.read;
      yield next.fed;
    }
  }
  for (const { fed, read } of made) {
    await read;
    yield fed;
  }
}

const isAhead = ({ left, right }: ItemSet): boolean => left.ahead !== undefined || right.ahead !== undefined;

/** null: nothing has to be waited for. */
function startReading(batch: Batch): Promise<unknown> | null {
  const { from } = batch;
  const reads = from ? rowsOf(batch, from).flatMap(([side, rows]) => side.ahead?.(rows) ?? []) : [];
  if (reads.length === 0) return null;
  const all = Promise.all(reads);
  all.catch(() => {}); // whoever takes the batch hears of it
  return all;
}

/** The rows that a batch names; its values are left alone: to look at them gathers them. */
function rowsOf(batch: Batch, { left, right }: ItemSet): readonly (readonly [Side, Int32Array])[] {
  if (batch.kind === 'labelled-batch') return [[left, batch.rows.items]];
  if (batch.kind === 'triplets') {
    const { anchor, positive, negative } = batch.rows;
    return [anchor, positive, negative].map((rows) => [left, rows] as const);
  }
  const { rows } = batch;
  return [
    [left, rows.left],
    [right, rows.right],
  ];
}
