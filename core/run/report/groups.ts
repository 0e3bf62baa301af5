import type { PairBlock } from '../../contract/index.js';
import type { Nearest } from './observe.js';

/** How one group fares. */
export interface GroupFigures {
  readonly group: number;
  readonly name?: string;
  /** Items that asked for their neighbours. */
  readonly queries: number;
  /** Share of them whose nearest item is right; null: there are none. */
  readonly right: number | null;
  /** Share of its same pairs that the threshold rejects; null: no such pairs, or no threshold. Absent in older runs. */
  readonly rejected?: number | null;
  /** Share of the different pairs with an item of it that the threshold accepts; null as above. */
  readonly accepted?: number | null;
}

interface Seen {
  readonly nearest: readonly Nearest[];
  readonly pairs: readonly PairBlock[];
  /** Of each row. */
  readonly groups: Int32Array;
  readonly names: readonly string[] | null;
  /** On closeness: what reaches it is accepted. */
  readonly threshold: number | null;
}

const SHOWN = 20;

interface Counts {
  queries: number;
  right: number;
  readonly same: [all: number, rejected: number];
  readonly different: [all: number, accepted: number];
}

/** The groups that do worst first: by neighbours, then by rejected pairs. Pairs count by weight. */
export function worstGroups({ nearest, pairs, groups, names, threshold }: Seen): readonly GroupFigures[] {
  const counted = new Map<number, Counts>();
  const of = (group: number): Counts => {
    const known = counted.get(group) ?? { queries: 0, right: 0, same: [0, 0], different: [0, 0] };
    counted.set(group, known);
    return known;
  };
  for (const { query, right } of nearest) {
    const counts = of(groups[query]!);
    counts.queries++;
    counts.right += Number(right);
  }
  if (threshold !== null) for (const block of pairs) countPairs(block, { groups, threshold, of });
  const share = (part: number, all: number): number | null => (all > 0 ? part / all : null);
  const all = [...counted].flatMap(([group, { queries, right, same, different }]): GroupFigures[] => {
    const name = names?.[group];
    const judged = { rejected: share(same[1], same[0]), accepted: share(different[1], different[0]) };
    return group < 0
      ? []
      : [{ group, ...(name === undefined ? {} : { name }), queries, right: share(right, queries), ...judged }];
  });
  return all.sort(worse).slice(0, SHOWN);
}

function countPairs(
  { closeness, target, weight, left, right }: PairBlock,
  {
    groups,
    threshold,
    of,
  }: Pick<Seen, 'groups'> & { readonly threshold: number; readonly of: (group: number) => Counts },
): void {
  for (let i = 0; i < target.length; i++) {
    const accepted = closeness[i]! >= threshold;
    const [a, b] = [groups[left[i]!]!, groups[right[i]!]!];
    const isSame = target[i]! >= 0.5;
    for (const group of a === b ? [a] : [a, b]) {
      const counts = isSame ? of(group).same : of(group).different;
      counts[0] += weight[i]!;
      counts[1] += weight[i]! * Number(isSame ? !accepted : accepted);
    }
  }
}

const worse = (a: GroupFigures, b: GroupFigures): number =>
  (a.right ?? 1) - (b.right ?? 1) || (b.rejected ?? 0) - (a.rejected ?? 0) || b.queries - a.queries;
