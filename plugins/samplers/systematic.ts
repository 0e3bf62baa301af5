import type { Draw } from '../../core/contract/index.js';

/**
 * Whole numbers whose expected values are `shares`: each is its share rounded down or up, and their sum is that of the
 * shares, which must be whole. In random order of the shares, so that no two are tied to each other.
 * Source: Madow 1949, "On the theory of systematic sampling, II".
 */
export function roundAtRandom(shares: Float64Array, random: Draw): Int32Array {
  const order = random.shuffle(Int32Array.from(shares.keys()));
  const start = random.uniform();
  const total = Math.round(shares.reduce((sum, share) => sum + share, 0));
  const counts = new Int32Array(shares.length);
  let [sum, given] = [0, 0];
  for (const [i, one] of order.entries()) {
    sum += shares[one]!;
    const until = i === order.length - 1 ? total : Math.floor(sum + start + 1e-9); // sums of whole shares stay whole
    counts[one] = Math.max(0, until - given);
    given += counts[one]!;
  }
  return counts;
}
