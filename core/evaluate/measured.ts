import * as tfc from '@tensorflow/tfjs-core';
import type { BoundDistance } from '../contract/index.js';
import { withPairwiseValues } from '../engine/pairwise-values.js';
import { type EmbeddedItems, gatherVectors, type Vectors } from './embed.js';
import { copiesOf } from './vector-copies.js';

/** Most numbers that the distance may hold between [asked, part] and [asked, part, dimensions]: bounds its memory. */
const NUMBERS = 2 ** 25;
/** Most queries at a time, and distances [asked, gallery] held for them. */
const QUERIES = 256;
const CELLS = 2 ** 22;

/** Queries at a time, so that no [asked, gallery] grows too large. */
export const askedAtOnce = (gallery: number): number => Math.max(1, Math.min(QUERIES, Math.floor(CELLS / gallery)));

export interface MeasuredSettings {
  readonly distance: BoundDistance;
  readonly asked: number;
  /** Default `NUMBERS`. */
  readonly numbers?: number;
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
