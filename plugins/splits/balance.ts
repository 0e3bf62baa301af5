import type { Draw } from '../../core/contract/index.js';

/**
 * Deals whole units of different sizes out to bins, so that the bins come near their quotas: units larger than the
 * smallest quota first, the largest to the bin that lacks most; the others in random order, each to the bin that lacks
 * most of its quota, so that small and large units stand in every bin. Every bin gets a unit where there are enough.
 * Returns the bin of each unit. Deterministic by `draw`.
 * Source: longest processing time first, Graham 1969.
 */
export function balance(sizes: Int32Array, quotas: readonly number[], draw: Draw): Int32Array {
  const shuffled = [...draw.shuffle(Int32Array.from(sizes.keys()))];
  const smallest = Math.min(...quotas);
  const large = shuffled.filter((unit) => sizes[unit]! > smallest).sort((a, b) => sizes[b]! - sizes[a]!);
  const order = [...large, ...shuffled.filter((unit) => sizes[unit]! <= smallest)];
  const filled = quotas.map(() => 0);
  const counts = quotas.map(() => 0);
  const binOf = new Int32Array(sizes.length);
  order.forEach((unit, place) => {
    const lacks = (bin: number): number =>
      place < large.length ? quotas[bin]! - filled[bin]! : 1 - filled[bin]! / quotas[bin]!;
    const empty = counts.flatMap((count, bin) => (count === 0 ? [bin] : []));
    const bins = empty.length >= order.length - place ? empty : [...quotas.keys()];
    const bin = bins.reduce((best, one) => (lacks(one) > lacks(best) ? one : best));
    filled[bin]! += sizes[unit]!;
    counts[bin]!++;
    binOf[unit] = bin;
  });
  return binOf;
}
