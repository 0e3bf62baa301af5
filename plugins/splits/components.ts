import type { SplitView } from '../../core/contract/index.js';

/** Items that are linked, directly or by others, are of one component. */
export interface Components {
  /** Component of the left item of each row, by code. */
  readonly ofRow: Int32Array;
  /** Of the right item (of a triplet's last): another one where the row is no link. */
  readonly ofRight: Int32Array;
  /** Items of each component. */
  readonly sizes: Int32Array;
}

/**
 * Connected components of the items that given pairs (or triplets) name, by union-find with path halving. `links`: which
 * pairs tie their items together.
 * Source: Tarjan 1975.
 */
export function componentsOf(view: SplitView, links: 'all' | 'same'): Components {
  const rows = endsOf(view);
  const parent = new Map<number, number>();
  const rootOf = (item: number): number => {
    let at = item;
    for (let above = parent.get(at)!; above !== at; above = parent.get(at)!) {
      parent.set(at, parent.get(above)!);
      at = above;
    }
    return at;
  };
  for (const items of rows) for (const item of items) parent.set(item, item);
  for (const [row, items] of rows.entries()) {
    if (links === 'same' && isDifferent(view, row)) continue;
    for (const item of items) parent.set(rootOf(item), rootOf(items[0]!));
  }
  return numbered(rows, { rootOf, items: [...parent.keys()] });
}

const isDifferent = ({ pairs }: SplitView, row: number): boolean =>
  pairs !== null && pairs.target[row]! < (pairs.positiveFrom ?? 0.5);

/** Items of each row as numbers: those of a right table after those of the left. */
function endsOf({ size, pairs, triplets, shared = false }: SplitView): readonly (readonly number[])[] {
  const all = Array.from({ length: size }, (_, row) => row);
  if (!pairs) return all.map((row) => [triplets!.anchor[row]!, triplets!.positive[row]!, triplets!.negative[row]!]);
  const first = shared ? 0 : pairs.left.reduce((largest, row) => Math.max(largest, row), 0) + 1;
  return all.map((row) => [pairs.left[row]!, first + pairs.right[row]!]);
}

function numbered(
  rows: readonly (readonly number[])[],
  { rootOf, items }: { readonly rootOf: (item: number) => number; readonly items: readonly number[] },
): Components {
  const codes = new Map<number, number>();
  const counts: number[] = [];
  const codeOf = (item: number): number => {
    const root = rootOf(item);
    const code = codes.get(root) ?? codes.size;
    codes.set(root, code);
    return code;
  };
  const ofRow = Int32Array.from(rows, (own) => codeOf(own[0]!));
  const ofRight = Int32Array.from(rows, (own) => codeOf(own.at(-1)!));
  for (const item of items) counts[codeOf(item)] = (counts[codeOf(item)] ?? 0) + 1;
  return { ofRow, ofRight, sizes: Int32Array.from(counts) };
}
