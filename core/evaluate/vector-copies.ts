import type { Vectors } from './embed.js';

/** A place whose vector stands at an earlier place already. */
export interface Copy {
  readonly place: number;
  readonly first: number;
}

/**
 * Places of `rows` whose vectors are equal to earlier ones. A distance that is computed in blocks may round equal
 * vectors differently, and ties would then not be broken by their number.
 */
export function copiesOf(vectors: Vectors, rows: Int32Array): readonly Copy[] {
  const words = new Int32Array(vectors.values.buffer, vectors.values.byteOffset, vectors.values.length);
  const byHash = new Map<number, number[]>();
  const copies: Copy[] = [];
  rows.forEach((row, place) => {
    const hash = hashOf(words, row, vectors.dimensions);
    const alike = byHash.get(hash);
    const first = alike?.find((other) => areEqual(vectors, rows[other]!, row));
    if (first !== undefined) copies.push({ place, first });
    else if (alike) alike.push(place);
    else byHash.set(hash, [place]);
  });
  return copies;
}

/** FNV-1a over words. -0 is hashed as 0: they are equal. */
function hashOf(words: Int32Array, row: number, width: number): number {
  let hash = 0x811c9dc5;
  for (let i = row * width; i < (row + 1) * width; i++) {
    const word = words[i]!;
    hash = Math.imul(hash ^ (word === -0x80000000 ? 0 : word), 0x01000193);
    hash ^= hash >>> 15; // words differ in their high bits, which a product alone never carries down
  }
  return hash;
}

function areEqual({ values, dimensions }: Vectors, a: number, b: number): boolean {
  for (let i = 0; i < dimensions; i++) if (values[a * dimensions + i] !== values[b * dimensions + i]) return false;
  return true;
}
