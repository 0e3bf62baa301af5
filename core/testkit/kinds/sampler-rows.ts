/** What is wrong with one batch of a sampler, in words; null where nothing is. */
import type { ItemRows, PairRows, Pool, TripletTable, Yields } from '../../contract/index.js';

export type AnyRows = PairRows | ItemRows | TripletTable;

/** Rows of the pool as lists by side. */
export function sidesOf(rows: AnyRows): Readonly<Record<string, Int32Array>> {
  if ('items' in rows) return { items: rows.items };
  if ('anchor' in rows) return { anchor: rows.anchor, positive: rows.positive, negative: rows.negative };
  return { left: rows.left, right: rows.right };
}

export const countOf = (rows: AnyRows): number => Object.values(sidesOf(rows))[0]!.length;

/** Typed arrays of one length, of what the sampler says it yields. */
export function wrongForm(rows: AnyRows, yields: Yields): string | null {
  const wanted = {
    pairs: ['left', 'right'],
    triplets: ['anchor', 'positive', 'negative'],
    'labelled-batch': ['items'],
  }[yields];
  const missing = wanted.find((side) => !((rows as unknown as Record<string, unknown>)[side] instanceof Int32Array));
  if (missing !== undefined) return `its ${yields} have no Int32Array ${missing}`;
  const lengths = Object.values(sidesOf(rows)).map((side) => side.length);
  if (yields === 'pairs') {
    const { target, weight } = rows as PairRows;
    if (target) lengths.push(target.length);
    if (weight) lengths.push(weight.length);
    if (target?.some((value) => !Number.isFinite(value))) return 'a target is not finite';
  }
  return new Set(lengths).size === 1 ? null : `its rows differ in number: ${lengths.join(', ')}`;
}

export function outOfRange(rows: AnyRows, pool: Pool): string | null {
  for (const [side, values] of Object.entries(sidesOf(rows))) {
    const size = side === 'right' ? pool.rightSize : pool.size;
    const wrong = values.find((row) => row < 0 || row >= size);
    if (wrong !== undefined) return `${side} is ${wrong}; the pool has the rows 0 to ${size - 1}`;
  }
  return null;
}

export function withItself(rows: AnyRows, pool: Pool): string | null {
  if ('items' in rows || !pool.shared) return null;
  const [a, b] = 'anchor' in rows ? [rows.anchor, rows.positive] : [rows.left, rows.right];
  const at = a.findIndex((row, i) => row === b[i]);
  return at < 0 ? null : `row ${a[at]} of the pool is paired with itself`;
}

/** What is known of a pair: 1 the same, 0 different, null not known. */
function truth(pool: Pool, left: number, right: number): number | null {
  const { pairs, groups, impostorOf, shared } = pool;
  if (pairs) {
    const at = pairs.left.findIndex(
      (row, i) => (row === left && pairs.right[i] === right) || (shared && row === right && pairs.right[i] === left),
    );
    return at < 0 ? 0 : pairs.target[at]!; // what was not given is taken for different
  }
  const [a, b] = [groups[left]!, groups[right]!];
  if (
    impostorOf &&
    ((impostorOf[left]! >= 0 && impostorOf[left] === b) || (impostorOf[right]! >= 0 && impostorOf[right] === a))
  )
    return 0;
  return a < 0 || b < 0 ? null : Number(a === b);
}

export function untrue(rows: AnyRows, pool: Pool): string | null {
  if ('items' in rows) return null;
  if ('anchor' in rows) return untrueTriplet(rows, pool);
  const { target } = rows;
  if (!target) return pool.pairs ? 'it gives no targets for pairs of data without groups' : null;
  for (const [i, left] of rows.left.entries()) {
    const known = truth(pool, left, rows.right[i]!);
    if (known !== null && known !== target[i])
      return `the target of rows ${left} and ${rows.right[i]} is ${target[i]}, the data says ${known}`;
  }
  return null;
}

function untrueTriplet({ anchor, positive, negative }: TripletTable, pool: Pool): string | null {
  const { triplets } = pool;
  for (const [i, row] of anchor.entries()) {
    if (triplets) {
      const given = triplets.anchor.some(
        (one, k) => one === row && triplets.positive[k] === positive[i] && triplets.negative[k] === negative[i],
      );
      if (!given) return `the triplet ${row}, ${positive[i]}, ${negative[i]} was not given`;
      continue;
    }
    if (truth(pool, row, positive[i]!) === 0) return `rows ${row} and ${positive[i]} are no positive pair`;
    if (truth(pool, row, negative[i]!) === 1) return `rows ${row} and ${negative[i]} are no negative pair`;
  }
  return null;
}
