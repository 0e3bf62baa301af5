import type { Tensor } from '@tensorflow/tfjs-core';
import * as tfc from '@tensorflow/tfjs-core';
import type { Step } from '../contract/index.js';
import type { Batch } from '../data/batch.js';
import type { Role } from '../data/roles.js';
import { stepRandom } from '../engine/step-random.js';
import { guarded } from '../problem/index.js';
import { augmentInputs, type NetworkAugmentation } from './augment.js';
import { embedPieces } from './embed-pieces.js';
import type { BuiltEncoder } from './encoder.js';
import type { Embedded } from './loss.js';
import { labelledBatchOf } from './masks.js';
import { remember, withMemory } from './memory.js';
import { type Network, scorePairs, trainableWeights } from './network.js';
import type { OptimizerState } from './optimizer.js';

/** What the forward pass of one step reads. */
export interface Forward {
  readonly network: Network;
  readonly augmentations: readonly NetworkAugmentation[];
  readonly seed: number;
  /** Rows that are embedded at a time. Absent: all at once. */
  readonly microBatch?: number | null;
  readonly kind: Batch['kind'];
  /** Of a labelled batch; null: not known. */
  readonly mostPositives: number | null;
  /** What the step reads, by the names of `stepValues`. */
  readonly values: Readonly<Record<string, Tensor>>;
  readonly step: Step;
  /** null: none. */
  readonly memory: OptimizerState['memory'];
}

/** A batch through the encoders: pairs through both, everything else through the left one. */
export function embedBatch(forward: Forward): Embedded {
  if (forward.kind === 'pairs') return embedPairs(forward);
  if (forward.kind === 'triplets') return embedTriplets(forward);
  return embedLabelled(forward);
}

/** Augments and encodes the items of one role. -> [items, dimensions] */
function encode(forward: Forward, tower: BuiltEncoder, role: Role): Tensor {
  const { augmentations, seed, step, values } = forward;
  const tensors = tower.inputs.map(({ name }) => values[`${role}.${name}`]!); // each [items, ...shape]
  const how = { augmentations, seed, step, role };
  const augmented = augmentInputs(tensors, tower.inputs, how); // each [items, ...shape]
  const { microBatch, network } = forward;
  if (!microBatch || microBatch >= augmented[0]!.shape[0]!) return apply(network, tower, augmented, step); // [items, projected]
  const own = new Set(
    [tower, network.projection].flatMap((part) => part?.weights.map(({ variable }) => variable) ?? []),
  );
  return embedPieces(augmented, {
    size: microBatch,
    embed: (piece, number) => apply(network, tower, piece, { ...step, piece: `${role}.${number}` }), // [piece, projected]
    variables: trainableWeights(network).flatMap(({ variable }) => (own.has(variable) ? [variable] : [])),
  }); // [items, projected]
}

/** each [items, ...shape] -> [items, projected] */
function apply(
  { projection }: Network,
  tower: BuiltEncoder,
  inputs: readonly Tensor[],
  step: Parameters<BuiltEncoder['apply']>[1],
): Tensor {
  const embedded = guarded('the encoder', () => tower.apply(inputs, step)); // [items, dimensions]
  return projection ? guarded('the projection', () => projection.apply([embedded], step)) : embedded; // [items, projected]
}

/** Left first: where the encoder keeps moving averages, the order counts. */
function embedPairs(forward: Forward): Embedded {
  const { network, seed, step, values } = forward;
  const left = encode(forward, network.left, 'left'); // [pairs, dimensions]
  const right = encode(forward, network.right, 'right'); // [pairs, dimensions]
  const known = values['known'] ?? tfc.zeros([0, 0]); // [pairs, pairs], empty where no loss reads it
  const logFrequency = values['logFrequency'] ?? tfc.zeros([0]); // [pairs]
  let score: Tensor | null = null;
  return {
    kind: 'pairs',
    pairs: { left, right, target: values['target']!, known, logFrequency },
    weight: values['weight'] ?? null, // [pairs]
    score() {
      const own = { ...step, random: stepRandom(seed, 'head', step.index) };
      score ??= scorePairs(network, left, right, own); // [pairs]
      return score;
    },
  };
}

function embedTriplets(forward: Forward): Embedded {
  const embed = (role: 'anchor' | 'positive' | 'negative'): Tensor => encode(forward, forward.network.left, role); // [triplets, dimensions]
  return { kind: 'triplets', anchor: embed('anchor'), positive: embed('positive'), negative: embed('negative') };
}

function embedLabelled(forward: Forward): Embedded {
  const { network, values, memory, mostPositives } = forward;
  const embeddings = encode(forward, network.left, 'item'); // [items, dimensions]
  const impostorOf = values['impostorOf']; // [items]
  const rows = { labels: values['labels']!, items: values['items']!, ...(impostorOf ? { impostorOf } : {}) };
  const batch = labelledBatchOf(embeddings, rows.labels, { ...rows, mostPositives });
  if (!memory) return { kind: 'labelled-batch', batch, remembering: batch, updates: [] };
  const read = { memory: memory.slots, warmup: memory.warmup, index: forward.step.index };
  return {
    kind: 'labelled-batch',
    batch,
    remembering: withMemory(embeddings, rows, read),
    updates: remember(memory.slots, embeddings, rows),
  };
}
