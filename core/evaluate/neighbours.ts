import * as tfc from '@tensorflow/tfjs-core';
import type { BoundDistance, NeighbourBlock } from '../contract/index.js';
import type { ItemSet } from '../data/item-set.js';
import { withPairwiseValues } from '../engine/pairwise-values.js';
import { type Asked, type Asking, askingOf, mark } from './asking.js';
import { type EmbeddedItems, gatherVectors, type Vectors } from './embed.js';
import type { Pause } from './pause.js';
import { Ranking } from './ranking.js';
import { nearest, ranksByCounting, ranksInOrder } from './ranks.js';
import { copiesOf } from './vector-copies.js';

/** Most numbers that the distance may hold between [asked, part] and [asked, part, dimensions]: bounds its memory. */
const NUMBERS = 2 ** 25;
/** Most queries at a time, and distances [asked, gallery] held for them. */
const QUERIES = 256;
const CELLS = 2 ** 22;

interface NeighbourSettings {
  readonly distance: BoundDistance;
  /** Per query; Infinity: the whole gallery, ranked. */
  readonly count: number;
  /** Absent: the plain question. */
  readonly asked?: Asked;
  /** Default `NUMBERS`. */
  readonly numbers?: number;
  /** Awaited between blocks of queries. */
  readonly pause?: Pause;
}

/**
 * For every query its nearest gallery items, ties by item number. Groups: each item asks among all others. Given pairs:
 * each left item of a positive pair asks among the right items.
 */
export async function* neighbourBlocks(
  items: ItemSet,
  embedded: EmbeddedItems,
  how: NeighbourSettings,
): AsyncGenerator<NeighbourBlock> {
  const asking = askingOf(items, how.asked);
  const { queries, gallery } = asking;
  if (queries.length === 0 || gallery.length === 0) return;
  const asked = askedAtOnce(gallery.length);
  const measured = new Measured(embedded, gallery, { ...how, asked });
  const ranked: Ranked = {
    asking,
    ranking: new Ranking(gallery.length),
    marks: new Uint8Array(gallery.length),
    count: Math.min(how.count, gallery.length),
  };
  try {
    for (let start = 0; start < queries.length; start += asked) {
      await how.pause?.();
      const now = queries.subarray(start, start + asked);
      yield rank(now, measured.distances(now), ranked);
    }
  } finally {
    measured.dispose();
  }
}

/** Queries at a time, so that no [asked, gallery] grows too large. */
export const askedAtOnce = (gallery: number): number => Math.max(1, Math.min(QUERIES, Math.floor(CELLS / gallery)));

interface MeasuredSettings extends Pick<NeighbourSettings, 'distance' | 'numbers'> {
  readonly asked: number;
}

/** The gallery as tensors, in parts so that no [asked, gallery, dimensions] stands in memory. */
export class Measured {
  readonly #embedded: EmbeddedItems;
  readonly #distance: BoundDistance;
  readonly #size: number;
  readonly #parts: readonly { readonly start: number; readonly vectors: tfc.Tensor2D }[];
  readonly #copies: ReturnType<typeof copiesOf>;
  constructor(embedded: EmbeddedItems, gallery: Int32Array, how: MeasuredSettings) {
    this.#embedded = embedded;
    this.#distance = how.distance;
    this.#size = gallery.length;
    this.#copies = copiesOf(embedded.right, gallery);
    this.#parts = partsOf(embedded.right, gallery, (how.numbers ?? NUMBERS) / how.asked);
  }

  /** [asked, gallery], equal for equal vectors. */
  distances(asked: Int32Array): Float32Array {
    const size = this.#size;
    const result = new Float32Array(asked.length * size);
    const queries = gatherVectors(this.#embedded.left, asked); // [asked, dimensions]
    for (const { start, vectors } of this.#parts) {
      const block = tfc.tidy(() => withPairwiseValues(() => this.#distance.matrix(queries, vectors))); // [asked, part]
      const values = block.dataSync<'float32'>();
      block.dispose();
      const width = vectors.shape[0];
      for (let q = 0; q < asked.length; q++) {
        result.set(values.subarray(q * width, (q + 1) * width), q * size + start);
      }
    }
    queries.dispose();
    for (let from = 0; from < result.length; from += size) {
      for (const { place, first } of this.#copies) result[from + place] = result[from + first]!;
    }
    return result;
  }

  dispose(): void {
    for (const { vectors } of this.#parts) vectors.dispose();
  }
}

/** `numbers`: most that a part may hold. */
function partsOf(vectors: Vectors, gallery: Int32Array, numbers: number): { start: number; vectors: tfc.Tensor2D }[] {
  const size = Math.max(1, Math.floor(numbers / Math.max(1, vectors.dimensions)));
  const parts: { start: number; vectors: tfc.Tensor2D }[] = [];
  for (let start = 0; start < gallery.length; start += size) {
    parts.push({ start, vectors: gatherVectors(vectors, gallery.subarray(start, start + size)) }); // [part, dimensions]
  }
  return parts;
}

interface Ranked {
  readonly asking: Asking;
  readonly ranking: Ranking;
  /** Scratch, 0 between queries. */
  readonly marks: Uint8Array;
  readonly count: number;
}

/** From so many relevant items, or so large a share of the gallery to be listed, on a sort is faster than a look at each. */
const MANY_RELEVANT = 24;
const MANY_LISTED = 1 / 50;

/**
 * What a query leaves out is not in its list, which may so end early: those places have gallery -1 and relevance 0.
 */
function rank(queries: Int32Array, distances: Float32Array, ranked: Ranked): NeighbourBlock {
  const { count, asking, marks } = ranked;
  const size = asking.gallery.length;
  const ranks: (readonly number[])[] = [];
  const block: NeighbourBlock = {
    queries,
    count,
    gallery: new Int32Array(queries.length * count).fill(-1),
    distances: new Float32Array(queries.length * count).fill(Number.POSITIVE_INFINITY),
    relevance: new Float32Array(queries.length * count),
    relevantTotal: new Int32Array(queries.length),
    ranks: (query) => ranks[query]!,
    weight: new Float32Array(queries.length).fill(1),
  };
  for (let q = 0; q < queries.length; q++) {
    block.relevantTotal[q] = asking.mark(queries[q]!, marks);
    const row = distances.subarray(q * size, (q + 1) * size);
    ranks.push(rankOne(block, q, { ...ranked, row, relevant: block.relevantTotal[q]! }));
    marks.fill(0);
  }
  return block;
}

/** Lists the nearest of one query; the ranks of its relevant items. */
function rankOne(
  block: NeighbourBlock,
  q: number,
  { asking, ranking, marks, count, row, relevant }: Ranked & { readonly row: Float32Array; readonly relevant: number },
): readonly number[] {
  const few = relevant <= MANY_RELEVANT && count <= MANY_LISTED * row.length;
  const counted = few ? ranksByCounting(row, marks, relevant) : null;
  const listed = counted && nearest(row, marks, count);
  const order = listed ?? ranking.order(row);
  const [start, end] = [q * count, (q + 1) * count];
  for (let i = 0, to = start; i < order.length && to < end; i++) {
    const place = order[i]!;
    if (marks[place] === mark.leftOut) continue;
    block.gallery[to] = asking.gallery[place]!;
    block.distances[to] = row[place]!;
    block.relevance[to++] = Number(marks[place] === mark.relevant);
  }
  return listed ? counted! : ranksInOrder(order, marks, relevant);
}
