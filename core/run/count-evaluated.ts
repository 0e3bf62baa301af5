import type { PartCounts } from '../data/counts.js';
import type { PairChoice } from '../evaluate/pairs.js';
import { pairCount } from '../random/index.js';

/** Pairs that verification counts of a part, from counts alone. */
export function countEvaluated({ type, count }: PairChoice, part: PartCounts): number {
  if (type === 'given') return part.pairs + part.triplets;
  const { sizes, impostorPairs } = part.groups;
  const all = pairCount(sizes.reduce((a, b) => a + b, 0)) + impostorPairs;
  if (type === 'all') return all;
  const same = sizes.reduce((sum, size) => sum + pairCount(size), 0);
  return 2 * Math.min(Math.floor(count / 2), same, all - same);
}
