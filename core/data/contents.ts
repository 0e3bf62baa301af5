import { createHash } from 'node:crypto';
import { type ItemSet, type Side, sidesOf } from './item-set.js';

/** What a part holds: one hash for each item's values, with its group (-1: none), and one over all keys and values. */
export interface Contents {
  readonly total: string;
  readonly items: readonly { readonly key: string; readonly digest: string; readonly group: number }[];
}

/** Items gathered at a time. */
const BLOCK = 1024;

export function hashContents(items: ItemSet): Contents {
  const total = createHash('sha256');
  const each: { readonly key: string; readonly digest: string; readonly group: number }[] = [];
  for (const { name, side } of sidesOf(items)) {
    for (let start = 0; start < side.size; start += BLOCK) {
      const rows = Int32Array.from({ length: Math.min(BLOCK, side.size - start) }, (_, i) => start + i);
      for (const [i, digest] of hashBlock(side, rows).entries()) {
        const key = name + side.key(rows[i]!);
        const group = side === items.left ? (items.groups?.[rows[i]!] ?? -1) : -1;
        each.push({ key, digest: name + digest, group }); // equal values on two sides are not one item
        total.update(`${key}\n${digest}\n`);
      }
    }
  }
  return { total: total.digest('hex'), items: each };
}

function hashBlock(side: Side, rows: Int32Array): readonly string[] {
  const values = Object.values(side.gather(rows));
  return Array.from(rows, (_, i) => {
    const hash = createHash('sha1');
    for (const array of values) {
      const bytes = (array.length / rows.length) * array.BYTES_PER_ELEMENT;
      hash.update(new Uint8Array(array.buffer, array.byteOffset + i * bytes, bytes));
    }
    return hash.digest('base64');
  });
}
