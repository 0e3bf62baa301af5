import { pairCount, pairOf } from '../random/index.js';

/** All pairs of a kind, numbered from 0, so that some can be drawn without listing them: there may be billions. */
export interface PairSpace {
  readonly size: number;
  at(number: number): readonly [left: number, right: number];
}

/**
 * Unordered pairs of items that are the same (of one group) and different (of two groups, or a member and an impostor
 * of its group). `groups`, `impostorOf`: codes from 0, -1 = none.
 */
export function pairSpaces(
  groups: Int32Array,
  impostorOf: Int32Array | null,
): { readonly same: PairSpace; readonly different: PairSpace } {
  const members = gather(groups);
  const forged = gather(impostorOf ?? new Int32Array());
  const codes = [...members.keys()];
  const rowsOf = (code: number): readonly number[] => members.get(code)!;
  const rows = codes.flatMap(rowsOf);
  const before = cumulated(codes.map((code) => rowsOf(code).length));
  const same = joined(
    codes.map((code) => pairCount(rowsOf(code).length)),
    (g, number) => {
      const [larger, smaller] = pairOf(number);
      return [rowsOf(codes[g]!)[larger]!, rowsOf(codes[g]!)[smaller]!];
    },
  );
  // each member of a group beside each of those that stand before the group
  const across = codes.map((code, g) => rowsOf(code).length * before[g]!);
  const apart = joined(across, (g, number) => {
    const smaller = number % before[g]!;
    return [rowsOf(codes[g]!)[(number - smaller) / before[g]!]!, rows[smaller]!];
  });
  const told = codes.filter((code) => forged.has(code));
  const forgeries = joined(
    told.map((code) => rowsOf(code).length * forged.get(code)!.length),
    (g, number) => {
      const impostors = forged.get(told[g]!)!;
      const place = number % impostors.length;
      return [rowsOf(told[g]!)[(number - place) / impostors.length]!, impostors[place]!];
    },
  );
  return { same, different: joined([apart.size, forgeries.size], (i, number) => [apart, forgeries][i]!.at(number)) };
}

/** Rows by code, in order of the first row. */
function gather(codes: Int32Array): ReadonlyMap<number, readonly number[]> {
  const found = new Map<number, number[]>();
  codes.forEach((code, row) => {
    if (code < 0) return;
    const rows = found.get(code);
    if (rows) rows.push(row);
    else found.set(code, [row]);
  });
  return found;
}

/** Spaces of these sizes one after another. */
function joined(
  sizes: readonly number[],
  at: (space: number, number: number) => readonly [left: number, right: number],
): PairSpace {
  const starts = cumulated(sizes);
  return {
    size: starts.at(-1)!,
    at(number) {
      const space = lastAtMost(starts, number);
      return at(space, number - starts[space]!);
    },
  };
}

/** Sums of all before: one more than there are sizes. */
function cumulated(sizes: readonly number[]): Float64Array {
  const sums = new Float64Array(sizes.length + 1);
  for (const [i, size] of sizes.entries()) sums[i + 1] = sums[i]! + size;
  return sums;
}

/** Place of the last of the ascending numbers that is at most `number`, the final one apart. */
function lastAtMost(ascending: Float64Array, number: number): number {
  let [low, high] = [0, ascending.length - 2];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (ascending[middle]! <= number) low = middle;
    else high = middle - 1;
  }
  return low;
}
