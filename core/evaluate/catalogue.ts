import type { ItemSet, Side } from '../data/item-set.js';
import { isSame } from '../data/same.js';
import type { Asked } from './asking.js';
import { type EmbeddedItems, type Embedder, embedSide, type Vectors } from './embed.js';

/** Right items that training alone knows, behind those of the part; and whom training knew to match. */
export interface Catalogue {
  readonly embedded: EmbeddedItems;
  readonly asked: Omit<Asked, 'question'>;
}

/**
 * What a part may be asked beyond itself. Items of two parts are the same where their keys are; of one table, and
 * without given pairs, the part is all there is.
 */
export async function openCatalogue(
  items: ItemSet,
  embedded: EmbeddedItems,
  known: { readonly training: ItemSet; readonly right: Embedder },
): Promise<Catalogue> {
  const { training } = known;
  const beyond = rowsBeyond(items, training);
  const rows = rowsByKey(items.right);
  beyond.forEach((row, i) => {
    rows.set(training.right.key(row), items.right.size + i);
  });
  const others = await embedSide(selectedRows(training.right, beyond), known.right);
  return {
    embedded: beyond.length === 0 ? embedded : { left: embedded.left, right: joined(embedded.right, others) },
    asked: { beyond: beyond.length, trainedWith: matchesOf(items, training, rows) },
  };
}

/** Right rows of training, by the key of which the part has none: of two tables with given pairs. */
export function rowsBeyond(items: ItemSet, training: ItemSet): readonly number[] {
  if (items.left === items.right || !items.pairs) return [];
  const known = new Set(rowsByKey(items.right).keys());
  return Array.from({ length: training.right.size }, (_, row) => row).filter((row) => {
    const key = training.right.key(row);
    return !known.has(key) && known.add(key);
  });
}

const rowsByKey = (side: Side): Map<string, number> =>
  new Map(Array.from({ length: side.size }, (_, row) => [side.key(row), row]));

/** Some rows of a side, by themselves. */
export const selectedRows = (side: Side, rows: ArrayLike<number>): Side => ({
  size: rows.length,
  gather: (wanted) => side.gather(wanted.map((row) => rows[row]!)),
  key: (row) => side.key(rows[row]!),
});

function joined(first: Vectors, second: Vectors): Vectors {
  const values = new Float32Array(first.values.length + second.values.length);
  values.set(first.values);
  values.set(second.values, first.values.length);
  return { values, size: first.size + second.size, dimensions: first.dimensions };
}

/** Of a left row the right rows that training has as its positives, by keys. */
function matchesOf(items: ItemSet, training: ItemSet, rows: ReadonlyMap<string, number>): Asked['trainedWith'] {
  const { pairs } = training;
  const matches = new Map<string, number[]>();
  pairs?.left.forEach((left, i) => {
    const row = rows.get(training.right.key(pairs.right[i]!));
    if (row === undefined || !isSame(pairs, i)) return;
    const key = training.left.key(left);
    const known = matches.get(key);
    if (known) known.push(row);
    else matches.set(key, [row]);
  });
  return (query) => matches.get(items.left.key(query)) ?? [];
}
