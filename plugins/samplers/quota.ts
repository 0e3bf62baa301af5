import type { Batches, PairRows, Sampling } from '../../core/contract/index.js';
import type { GroupPairs } from './group-pairs.js';
import type { Partners } from './partners.js';

/** Rows of one batch, as places in the two shuffled lists of lefts. */
interface Quota {
  readonly from: number;
  readonly to: number;
  /** Of the items that have a positive: first..last. The others of the batch have none. */
  readonly first: number;
  readonly last: number;
  readonly positives: number;
}

/** How an epoch's rows, lefts with a partner and positives are dealt out to batches: from counts alone. */
export interface Quotas {
  readonly rows: number;
  batch(index: number, size: number): Quota;
  /** Positive rows of the whole epoch. */
  positives(size: number): number;
}

export function openQuota({ items, partnered }: GroupPairs, share: number): Quotas {
  const rows = share === 1 ? partnered : items; // an item that can only be a negative has no place among positives
  const batch = (index: number, size: number): Quota => {
    const from = index * size;
    const to = Math.min(rows, from + size);
    const first = Math.floor((from * partnered) / rows);
    const last = Math.floor((to * partnered) / rows);
    const wanted = Math.round(share * to) - Math.round(share * from);
    return { from, to, first, last, positives: Math.min(wanted, last - first) };
  };
  const positives = (size: number): number => {
    let sum = 0;
    for (let index = 0; index * size < rows; index++) sum += batch(index, size).positives;
    return sum;
  };
  return { rows, batch, positives };
}

/** Batch after batch, the positives first: each item once as the left, its right drawn by the partners. */
export function openBatches(
  quota: Quotas,
  { members, hasSame, same: drawSame, different }: Partners,
  { draw, batchSize }: Pick<Sampling, 'draw' | 'batchSize'>,
): Batches<'pairs'> {
  const order = draw();
  const places = members.map((_, place) => place);
  const partnered = order.shuffle(places.filter((place) => hasSame(place)));
  const alone = order.shuffle(places.filter((place) => !hasSame(place)));
  const batch = (index: number): PairRows => {
    const { from, to, first, last, positives: same } = quota.batch(index, batchSize);
    const random = draw(index + 1);
    const size = to - from;
    const rows = { left: new Int32Array(size), right: new Int32Array(size), target: new Float32Array(size) };
    rows.target.fill(1, 0, same);
    for (let row = 0; row < size; row++) {
      const place = row < last - first ? partnered[first + row]! : alone[from - last + row]!;
      rows.left[row] = members[place]!;
      rows.right[row] = row < same ? drawSame(place, random) : different(place, random);
    }
    return rows;
  };
  return { count: Math.ceil(quota.rows / batchSize), batch };
}
