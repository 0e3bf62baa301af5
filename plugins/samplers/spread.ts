import type { Draw } from '../../core/contract/index.js';

/**
 * Deals pairs out to batches so that none holds an item twice: pairs of one item stand side by side, and are dealt
 * round in turn; as they are no more than the batches, no batch gets two. Sizes of batches differ by at most one.
 * `order`: pairs, shuffled; `items`: the item of each pair. Returns the pairs of batch `index`.
 */
export function spreadPairs(
  order: Int32Array,
  items: Int32Array,
  { batches, random }: { readonly batches: number; readonly random: Draw },
): (index: number) => Int32Array {
  const dealt = gatherByItem(order, items, batches);
  // Without this shuffle the batches that hold an item would be neighbours in time.
  const turns = random.shuffle(Int32Array.from({ length: batches }, (_, turn) => turn));
  return (index) => {
    const turn = turns[index]!;
    const size = Math.max(0, Math.ceil((dealt.length - turn) / batches));
    return Int32Array.from({ length: size }, (_, row) => dealt[turn + row * batches]!);
  };
}

/** Pairs of one item side by side, at most `most` of each; items in the order in which `order` first names them. */
function gatherByItem(order: Int32Array, items: Int32Array, most: number): Int32Array {
  const ranks = new Map<number, number>();
  for (const pair of order) if (!ranks.has(items[pair]!)) ranks.set(items[pair]!, ranks.size);
  const starts = new Int32Array(ranks.size + 1);
  const after = (pair: number): number => ranks.get(items[pair]!)! + 1;
  for (const pair of order) starts[after(pair)] = Math.min(most, starts[after(pair)]! + 1);
  for (let rank = 0; rank < ranks.size; rank++) starts[rank + 1] = starts[rank + 1]! + starts[rank]!;
  const gathered = new Int32Array(starts[ranks.size]!);
  const next = starts.slice();
  for (const pair of order) {
    const rank = ranks.get(items[pair]!)!;
    if (next[rank] === starts[rank + 1]) continue;
    gathered[next[rank]!] = pair;
    next[rank] = next[rank]! + 1;
  }
  return gathered;
}
