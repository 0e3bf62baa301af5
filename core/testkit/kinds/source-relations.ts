/** What is wrong with how a source relates its items, in words; null where nothing is. */
import { type PairTable, parts, type RandomAccessData, type Table, type TripletTable } from '../../contract/index.js';

export function wrongRelations({
  tables,
  groups,
  groupNames,
  pairs,
  triplets,
  given,
}: RandomAccessData): string | null {
  const [left, right] = 'items' in tables ? [tables.items, tables.items] : [tables.left, tables.right];
  const rows = (pairs?.left ?? triplets?.anchor)?.length ?? left.size;
  return (
    (groups && wrongGroups(groups, groupNames, left.size)) ??
    (pairs && wrongPairs(pairs, left, right)) ??
    (triplets && wrongTriplets(triplets, left)) ??
    (given && wrongParts(given, [left.size, rows]))
  );
}

function wrongGroups(groups: Int32Array, names: readonly string[] | null, size: number): string | null {
  if (groups.length !== size) return `${size} items have ${groups.length} groups`;
  const wrong = groups.find((group) => group < -1 || (names !== null && group >= names.length));
  if (wrong === undefined) return null;
  return wrong < -1
    ? `an item is of group ${wrong}; -1 is for none`
    : `group ${wrong} has no name: ${names!.length} have`;
}

function wrongPairs({ left, right, target, weight }: PairTable, leftTable: Table, rightTable: Table): string | null {
  const lengths = [left, right, target, ...(weight ? [weight] : [])].map((one) => one.length);
  if (new Set(lengths).size > 1) return `its lists of lefts, rights, targets and weights differ: ${lengths.join(', ')}`;
  if (target.some((one) => !Number.isFinite(one))) return 'a target is not finite';
  if (weight?.some((one) => !(one >= 0 && one < Infinity))) return 'a weight is negative or not finite';
  return outside(left, leftTable, 'a left') ?? outside(right, rightTable, 'a right');
}

function wrongTriplets({ anchor, positive, negative }: TripletTable, table: Table): string | null {
  const lengths = [anchor.length, positive.length, negative.length];
  if (new Set(lengths).size > 1) return `its lists of anchors, positives and negatives differ: ${lengths.join(', ')}`;
  return (
    outside(anchor, table, 'an anchor') ??
    outside(positive, table, 'a positive') ??
    outside(negative, table, 'a negative')
  );
}

/** A part for each item, or for each given pair or triplet. */
function wrongParts(given: Uint8Array, sizes: readonly number[]): string | null {
  if (!sizes.includes(given.length)) return `it brings ${given.length} parts for ${sizes[0]} items`;
  const wrong = given.find((part) => part >= parts.length);
  return wrong === undefined ? null : `it brings the part ${wrong}; a part is 0 train, 1 validation, 2 test`;
}

function outside(rows: Int32Array, { size }: Table, what: string): string | null {
  const wrong = rows.find((row) => row < 0 || row >= size);
  return wrong === undefined ? null : `${what} names row ${wrong} of ${size}`;
}
