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
}

/** Both sides of a set, embedded; the same vectors where it has one table. */
export interface EmbeddedItems {
  readonly left: Vectors;
  readonly right: Vectors;
}

const BATCH = 512;

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

/** Embeds every item of a side, `BATCH` at a time. -> [size, dimensions] */
export async function embedSide(side: Side, embedder: Embedder, pause?: Pause): Promise<Vectors> {
  const { dimensions } = embedder;
  if (embedder.known) return { values: embedder.known(side), size: side.size, dimensions };
  const values = new Float32Array(side.size * dimensions);
  for (let start = 0; start < side.size; start += BATCH) {
    const rows = Int32Array.from({ length: Math.min(BATCH, side.size - start) }, (_, i) => start + i);
    const embedded = tfc.tidy(() => {
      const inputs = inputTensors(embedder.inputs, side.gather(rows), rows.length); // [rows, ...shape] each
      return embedder.apply(inputs, evaluationStep(0)); // [rows, dimensions]
    });
    values.set(await embedded.data<'float32'>(), start * embedder.dimensions);
    embedded.dispose();
    await pause?.();
  }
  return { values, size: side.size, dimensions: embedder.dimensions };
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
