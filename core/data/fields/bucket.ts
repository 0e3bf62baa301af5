/**
 * Place of a token among `buckets`, the same on every machine: FNV-1a over its UTF-16 code units, mixed by MurmurHash3's
 * finalizer, since the low bits of FNV alone are too regular. -> 0 .. buckets - 1
 * Source: Fowler, Noll, Vo 1991; Appleby 2011.
 */
export function bucketOf(token: string, buckets: number): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < token.length; i++) hash = Math.imul(hash ^ token.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) % buckets;
}
