import * as tfc from '@tensorflow/tfjs-core';
import type { Input, Step } from '../contract/index.js';
import type { ItemSet, Side } from '../data/item-set.js';
import { stepRandom } from '../engine/step-random.js';
import { inputTensors } from '../train/network.js';
import type { Pause } from './pause.js';

/** Vectors on the host, row after row. */
export interface Vectors {
  readonly values: Float32Array;
  readonly size: number;
  readonly dimensions: number;
}

/** What turns items into vectors: a trained encoder, an untrained one, or nothing at all (the raw input). */
export interface Embedder {
  readonly inputs: readonly Input[];
  readonly dimensions: number;
  apply(inputs: tfc.Tensor[], step: Step): tfc.Tensor;
  /** In place of `apply`: vectors that depend on which item it is, not on its values. [size, dimensions] */
  readonly known?: (side: Side) => Float32Array;
  /** In place of `apply`, of as many items as a batch has: one native call. null: it cannot be had. -> [BATCH, dimensions] */
  readonly batch?: (inputs: readonly tfc.Tensor[]) => Float32Array | null;
}

/** Both sides of a set, embedded; the same vectors where it has one table. */
export interface EmbeddedItems {
  readonly left: Vectors;
  readonly right: Vectors;
}

/** Items embedded at a time. */
export const BATCH = 512;

/** A step outside training: no dropout, and nothing that is drawn. */
export function evaluationStep(seed: number): Step {
  const index = tfc.scalar(0, 'int32'); // []
  return { training: false, random: stepRandom(seed, 'evaluate', index), index, progress: tfc.scalar(1) };
}

/** What embeds each side, and what is awaited between batches. */
export interface Embedding {
  readonly left: Embedder;
  readonly right: Embedder;
  readonly pause?: Pause;
}

export async function embedItems(items: ItemSet, { left, right, pause }: Embedding): Promise<EmbeddedItems> {
  const first = await embedSide(items.left, left, pause);
  return {
    left: first,
    right: items.left === items.right && left === right ? first : await embedSide(items.right, right, pause),
  };
}

/**
 * Embeds every item of a side, `BATCH` at a time. Where there is a call for a batch, it takes the last one too, filled up
 * with its last item, unless that is the only one. -> [size, dimensions]
 */
export async function embedSide(side: Side, embedder: Embedder, pause?: Pause): Promise<Vectors> {
  const { size } = side;
  const { dimensions } = embedder;
  if (embedder.known) return { values: embedder.known(side), size, dimensions };
  const values = new Float32Array(size * dimensions);
  const isFilled = size >= BATCH && embedder.batch !== undefined;
  for (let start = 0; start < size; start += BATCH) {
    const count = Math.min(BATCH, size - start);
    const rows = Int32Array.from({ length: isFilled ? BATCH : count }, (_, i) => Math.min(start + i, size - 1));
    const embedded = await embedRows(side, embedder, rows);
    values.set(embedded.subarray(0, count * dimensions), start * dimensions);
    await pause?.();
  }
  return { values, size, dimensions };
}

/** -> [rows, dimensions] */
async function embedRows(side: Side, embedder: Embedder, rows: Int32Array): Promise<Float32Array> {
  const inputs = inputTensors(embedder.inputs, side.gather(rows), rows.length); // [rows, ...shape] each
  try {
    const known = rows.length === BATCH ? embedder.batch?.(inputs) : null;
    if (known) return known;
    const embedded = tfc.tidy(() => embedder.apply(inputs, evaluationStep(0))); // [rows, dimensions]
    const values = await embedded.data<'float32'>();
    if (!inputs.includes(embedded)) embedded.dispose();
    return values;
  } finally {
    tfc.dispose(inputs);
  }
}

/** Some rows of the vectors. -> [rows, dimensions] */
export function gatherVectors(vectors: Vectors, rows: Int32Array): tfc.Tensor2D {
  const { dimensions } = vectors;
  const values = new Float32Array(rows.length * dimensions);
  rows.forEach((row, i) => {
    values.set(vectors.values.subarray(row * dimensions, (row + 1) * dimensions), i * dimensions);
  });
  return tfc.tensor2d(values, [rows.length, dimensions]); // [rows, dimensions]
}
