/**
 * Values of one query, from the ranks of the relevant items among its neighbours: from 1, ascending. `total`: how many
 * relevant items there are, also among those that were not asked for.
 */

/** 1 where one of the first k is relevant. */
export const recall = (ranks: readonly number[], k: number): number => Number(ranks.length > 0 && ranks[0]! <= k);

export const reciprocalRank = (ranks: readonly number[]): number => (ranks.length > 0 ? 1 / ranks[0]! : 0);

export function rPrecision(ranks: readonly number[], total: number): number {
  let found = 0;
  while (found < ranks.length && ranks[found]! <= total) found++;
  return found / total;
}

/** Sum over the relevant ranks up to `last` of the precision there, over `total`. */
export function averagePrecision(ranks: readonly number[], total: number, last = Number.POSITIVE_INFINITY): number {
  let sum = 0;
  for (let found = 0; found < ranks.length && ranks[found]! <= last; found++) sum += (found + 1) / ranks[found]!;
  return sum / total;
}

/** Discounted gain of the relevant ranks up to k, over that of the best order. */
export function ndcg(ranks: readonly number[], total: number, k: number): number {
  let [gained, best] = [0, 0];
  for (let found = 0; found < ranks.length && ranks[found]! <= k; found++) gained += 1 / Math.log2(ranks[found]! + 1);
  for (let rank = 1; rank <= Math.min(k, total); rank++) best += 1 / Math.log2(rank + 1);
  return gained / best;
}
