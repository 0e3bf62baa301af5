import * as tfc from '@tensorflow/tfjs-core';
import type { BoundDistance, NeighbourBlock } from '../contract/index.js';
import type { ItemSet } from '../data/item-set.js';
import type { EmbeddedItems, Vectors } from './embed.js';
import { Ranking } from './ranking.js';

/** Numbers that one block of distances may hold before it is reduced: bounds the memory of `matrix`. */
const CELLS = 1 << 22;

/** What counts as relevant for a query, and which gallery item is the query itself (-1: none). */
interface Relevance {
  relevant(query: number, item: number): boolean;
  total(query: number): number;
  itself(query: number): number;
}

/**
 * For every query its nearest gallery items. Groups: each item asks among all others. Given pairs: each left item of a
 * positive pair asks among the right items.
 */
export async function* neighbourBlocks(
  items: ItemSet,
  embedded: EmbeddedItems,
  how: { readonly distance: BoundDistance; readonly count: number },
): AsyncGenerator<NeighbourBlock> {
  const { queries, gallery, relevance } = askers(items);
  if (queries.length === 0 || gallery.length === 0) return;
  const count = Math.min(how.count, gallery.length);
  const block = Math.max(1, Math.min(256, Math.floor(CELLS / gallery.length)));
  const ranking = new Ranking(gallery.length);
  for (let start = 0; start < queries.length; start += block) {
    const asked = queries.subarray(start, start + block);
    const distances = await distancesTo(embedded, asked, gallery, how.distance);
    yield rank({ asked, gallery, relevance, distances, count, ranking });
  }
}

interface Ranked {
  readonly asked: Int32Array;
  readonly gallery: Int32Array;
  readonly relevance: Relevance;
  readonly distances: Float32Array;
  readonly count: number;
  readonly ranking: Ranking;
}

/** The query itself is left out, so a list may end one place early: that place has gallery -1 and relevance 0. */
function rank({ asked, gallery, relevance, distances, count, ranking }: Ranked): NeighbourBlock {
  const found = new Int32Array(asked.length * count).fill(-1);
  const near = new Float32Array(asked.length * count).fill(Number.POSITIVE_INFINITY);
  const relevant = new Float32Array(asked.length * count);
  asked.forEach((query, q) => {
    const row = distances.subarray(q * gallery.length, (q + 1) * gallery.length);
    const order = ranking.order(row);
    const itself = relevance.itself(query);
    let place = q * count;
    for (let i = 0; i < order.length && place < (q + 1) * count; i++) {
      const item = gallery[order[i]!]!;
      if (item === itself) continue;
      found[place] = item;
      near[place] = row[order[i]!]!;
      relevant[place++] = Number(relevance.relevant(query, item));
    }
  });
  return {
    queries: asked,
    count,
    gallery: found,
    distances: near,
    relevance: relevant,
    relevantTotal: Int32Array.from(asked, (query) => relevance.total(query)),
    weight: new Float32Array(asked.length).fill(1),
  };
}

/** Exact distances [asked, gallery], the gallery in pieces so that no [asked, gallery, dimensions] stands in memory. */
async function distancesTo(embedded: EmbeddedItems, asked: Int32Array, gallery: Int32Array, distance: BoundDistance): Promise<Float32Array> {
  const result = new Float32Array(asked.length * gallery.length);
  const piece = Math.max(1, Math.floor(CELLS / (asked.length * embedded.left.dimensions)));
  const queries = rowsTensor(embedded.left, asked); // [asked, dimensions]
  for (let start = 0; start < gallery.length; start += piece) {
    const part = gallery.subarray(start, start + piece);
    const block = tfc.tidy(() => distance.matrix(queries, rowsTensor(embedded.right, part))); // [asked, part]
    const values = (await block.data()) as Float32Array;
    block.dispose();
    for (let q = 0; q < asked.length; q++) result.set(values.subarray(q * part.length, (q + 1) * part.length), q * gallery.length + start);
  }
  queries.dispose();
  return result;
}

function rowsTensor(vectors: Vectors, rows: Int32Array): tfc.Tensor2D {
  const { dimensions, values } = vectors;
  const consecutive = rows.length > 0 && rows.at(-1)! - rows[0]! === rows.length - 1;
  if (consecutive) return tfc.tensor2d(values.slice(rows[0]! * dimensions, (rows.at(-1)! + 1) * dimensions), [rows.length, dimensions]); // [rows, dimensions]
  const picked = new Float32Array(rows.length * dimensions);
  rows.forEach((row, i) => {
    picked.set(values.subarray(row * dimensions, (row + 1) * dimensions), i * dimensions);
  });
  return tfc.tensor2d(picked, [rows.length, dimensions]); // [rows, dimensions]
}

function askers(items: ItemSet): { readonly queries: Int32Array; readonly gallery: Int32Array; readonly relevance: Relevance } {
  if (items.groups && !items.pairs) return groupAskers(items.groups);
  return pairAskers(items);
}

/** Items whose group has another member ask; all items are in the gallery. */
function groupAskers(groups: Int32Array): ReturnType<typeof askers> {
  const sizes = new Map<number, number>();
  for (const group of groups) sizes.set(group, (sizes.get(group) ?? 0) + 1);
  const rows = Int32Array.from(groups, (_, row) => row);
  const asks = (row: number): boolean => groups[row]! >= 0 && sizes.get(groups[row]!)! > 1;
  return {
    queries: rows.filter(asks),
    gallery: rows,
    relevance: {
      relevant: (query, item) => groups[query] === groups[item],
      total: (query) => sizes.get(groups[query]!)! - 1,
      itself: (query) => query,
    },
  };
}

function pairAskers(items: ItemSet): ReturnType<typeof askers> {
  const matches = new Map<number, Set<number>>();
  items.pairs?.left.forEach((left, i) => {
    if (items.pairs!.target[i]! < 0.5) return;
    matches.set(left, (matches.get(left) ?? new Set<number>()).add(items.pairs!.right[i]!));
  });
  const shared = items.left === items.right;
  return {
    queries: Int32Array.from(matches.keys()).sort(),
    gallery: Int32Array.from(new Set(items.pairs?.right ?? [])).sort(),
    relevance: {
      relevant: (query, item) => matches.get(query)!.has(item),
      total: (query) => matches.get(query)!.size - Number(shared && matches.get(query)!.has(query)),
      itself: (query) => (shared ? query : -1),
    },
  };
}
