import type { NeighbourBlock } from '../contract/index.js';
import type { ItemSet } from '../data/item-set.js';
import { type Asked, askingOf } from './asking.js';
import type { EmbeddedItems } from './embed.js';
import type { Pause } from './pause.js';
import { Ranker, type RankerSettings } from './ranker.js';
import { type CountingThread, startCounting } from './shared-counter.js';

interface NeighbourSettings extends RankerSettings {
  /** Absent: the plain question. */
  readonly asked?: Asked;
  /** Awaited between blocks of queries. */
  readonly pause?: Pause;
  /** Starts what helps to count; absent: `startCounting`. */
  readonly counting?: (pairs: number) => CountingThread | null;
}

/**
 * For every query its nearest gallery items, ties by item number. Groups: each item asks among all others. Given pairs:
 * each left item of a positive pair asks among the right items.
 */
export async function* neighbourBlocks(
  items: ItemSet,
  embedded: EmbeddedItems,
  how: NeighbourSettings,
): AsyncGenerator<NeighbourBlock> {
  const asking = askingOf(items, how.asked);
  const { queries, gallery } = asking;
  if (queries.length === 0 || gallery.length === 0) return;
  const thread = how.distance.euclidean ? (how.counting ?? startCounting)(queries.length * gallery.length) : null;
  let ranker: Ranker | null = null;
  try {
    ranker = new Ranker(embedded, asking, { ...how, thread });
    const size = ranker.atOnce;
    for (let start = 0; start < queries.length; start += size) {
      await how.pause?.();
      yield ranker.rank(queries.subarray(start, start + size));
    }
  } finally {
    ranker?.dispose();
    await thread?.end();
  }
}
