import type { Draw, Pool } from '../../core/contract/index.js';
import { fail } from '../../core/problem/index.js';

/**
 * Draws right rows that are no known match of a left row, uniformly and without trial and error; different ones where
 * there are enough. Known matches: given positives (in both directions where left and right are one table), members of
 * its group, and the item itself.
 * Errors: SAMPLER, where every right row matches.
 */
export function openNegatives(pool: Pool): (left: number, count: number, random: Draw) => Int32Array {
  const given = givenMatches(pool);
  const { rightSize } = pool;
  return (left, count, random) => {
    const matches = withGroup(left, given(left), pool);
    const free = rightSize - matches.length;
    if (free === 0) {
      fail('SAMPLER', `random-negatives: a left item matches all ${rightSize} right items, so that it has no negative`);
    }
    const drawn =
      count <= free ? random.sample(count, free) : Int32Array.from({ length: count }, () => random.below(free));
    return drawn.map((number) => skip(number, matches));
  };
}

/** Right rows that each left row is given to match, itself among them in a shared table: ascending, each once. */
function givenMatches(pool: Pool): (left: number) => Int32Array {
  const { rightSize, size } = pool;
  const keys = matchKeys(pool);
  const rights = new Int32Array(keys.length);
  const offsets = new Int32Array(size + 1);
  let [count, last] = [0, -1];
  for (const key of keys) {
    if (key === last) continue;
    last = key;
    const right = key % rightSize;
    rights[count++] = right;
    offsets[(key - right) / rightSize + 1] = count;
  }
  // Rows without a match are still 0: they end where the row before them does.
  for (let row = 0; row < size; row++) offsets[row + 1] = Math.max(offsets[row + 1]!, offsets[row]!);
  return (left) => rights.subarray(offsets[left]!, offsets[left + 1]!);
}

/** left * rightSize + right of every given match, sorted. */
function matchKeys({ pairs, rightSize, size, shared }: Pool): Float64Array {
  const keys: number[] = [];
  pairs?.left.forEach((left, pair) => {
    if (pairs.target[pair]! < (pairs.positiveFrom ?? 0.5)) return;
    const right = pairs.right[pair]!;
    keys.push(left * rightSize + right);
    if (shared) keys.push(right * rightSize + left);
  });
  if (shared) for (let row = 0; row < size; row++) keys.push(row * rightSize + row);
  return Float64Array.from(keys).sort();
}

function withGroup(left: number, given: Int32Array, pool: Pool): Int32Array {
  const { shared, groups, offsets, members } = pool;
  const group = shared ? groups[left]! : -1;
  if (group < 0) return given;
  return Int32Array.from(new Set([...given, ...members.subarray(offsets[group]!, offsets[group + 1]!)])).sort();
}

/** The number-th of the whole numbers that are not among `taken`, which ascend. */
function skip(number: number, taken: Int32Array): number {
  let [low, high] = [0, taken.length]; // how many of `taken` lie below it
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (taken[middle]! - middle <= number) low = middle + 1;
    else high = middle;
  }
  return number + low;
}
