import type { GroupPlan } from './group-plan.js';

/**
 * How often each group is drawn in an epoch, on average: in proportion to its size, so that every item is drawn equally
 * often, but no group more often than it may stand in the batches. What large groups lose so, the others gain.
 * The shares sum to all draws of the epoch.
 */
export function groupShares({ sizes, batches, draws }: GroupPlan): Float64Array {
  const most = batches * Math.ceil(draws / sizes.length);
  const capped = new Set<number>();
  for (;;) {
    const free = batches * draws - most * capped.size;
    const items = sizes.reduce((sum, size, i) => sum + (capped.has(i) ? 0 : size), 0);
    const shares = Float64Array.from(sizes, (size, i) => (capped.has(i) ? most : (free * size) / items));
    const over = [...shares.keys()].filter((i) => !capped.has(i) && shares[i]! > most);
    if (over.length === 0) return shares;
    for (const i of over) capped.add(i);
  }
}

/**
 * Expected share of the pairs within a batch that are of one group and of different items, where group i is drawn
 * `perBatch[i]` times on average, rounded down or up. Impostors are not known here.
 */
export function positiveShare(
  perBatch: Float64Array,
  sizes: Int32Array,
  { perGroup, rows }: { readonly perGroup: number; readonly rows: number },
): number {
  const pairs = (draws: number, size: number): number => {
    const [count, more] = [Math.floor((draws * perGroup) / size), (draws * perGroup) % size];
    return (draws * perGroup) ** 2 - more * (count + 1) ** 2 - (size - more) * count ** 2; // ordered, of different items
  };
  const expected = sizes.reduce((sum, size, i) => {
    const low = Math.floor(perBatch[i]!);
    const share = perBatch[i]! - low;
    return sum + (1 - share) * pairs(low, size) + share * pairs(low + 1, size);
  }, 0);
  return expected / (rows * (rows - 1));
}
