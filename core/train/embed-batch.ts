import type { Tensor } from '@tensorflow/tfjs-core';
import * as tfc from '@tensorflow/tfjs-core';
import type { Step } from '../contract/index.js';
import type { Batch } from '../data/batch.js';
import type { InputValues } from '../data/item-set.js';
import type { Role } from '../data/roles.js';
import { stepRandom } from '../engine/step-random.js';
import { guarded } from '../problem/index.js';
import { augmentInputs, type NetworkAugmentation } from './augment.js';
import type { BuiltEncoder } from './encoder.js';
import { type KnownMatches, matchMatrix } from './known.js';
import type { Embedded } from './loss.js';
import { labelledBatchOf } from './masks.js';
import { inputTensors, type Network, scorePairs } from './network.js';

/** What the forward pass of one step reads. */
export interface Forward {
  readonly network: Network;
  readonly augmentations: readonly NetworkAugmentation[];
  readonly seed: number;
  readonly batch: Batch;
  readonly known: KnownMatches;
  readonly step: Step;
}

type BatchOf<K extends Batch['kind']> = Extract<Batch, { kind: K }>;

/** A batch through the encoders: pairs through both, everything else through the left one. */
export function embedBatch(forward: Forward): Embedded {
  const { batch } = forward;
  if (batch.kind === 'pairs') return embedPairs(forward, batch);
  if (batch.kind === 'triplets') return embedTriplets(forward, batch);
  return embedLabelled(forward, batch);
}

/** Augments and encodes the items of one role. -> [items, dimensions] */
function encode(forward: Forward, tower: BuiltEncoder, { role, values }: { role: Role; values: InputValues }): Tensor {
  const { augmentations, seed, step } = forward;
  const tensors = inputTensors(tower.inputs, values, forward.batch.count); // each [items, ...shape]
  const how = { augmentations, seed, step, role };
  const augmented = guarded('an augmentation', () => augmentInputs(tensors, tower.inputs, how)); // each [items, ...shape]
  const embedded = guarded('the encoder', () => tower.apply(augmented, step)); // [items, dimensions]
  const { projection } = forward.network;
  return projection ? guarded('the projection', () => projection.apply([embedded], step)) : embedded; // [items, projected]
}

/** Left first: where the encoder keeps moving averages, the order counts. */
function embedPairs(forward: Forward, batch: BatchOf<'pairs'>): Embedded {
  const { network, seed, step } = forward;
  const left = encode(forward, network.left, { role: 'left', values: batch.left }); // [pairs, dimensions]
  const right = encode(forward, network.right, { role: 'right', values: batch.right }); // [pairs, dimensions]
  const needsMatches = network.losses.some((loss) => loss.instance.perPairBatch);
  const matches = matchMatrix(batch.rows, forward.known, needsMatches);
  let score: Tensor | null = null;
  return {
    kind: 'pairs',
    pairs: { left, right, target: tfc.tensor1d(batch.target), ...matches },
    weight: batch.weight && tfc.tensor1d(batch.weight), // [pairs]
    score() {
      const own = { ...step, random: stepRandom(seed, 'head', step.index) };
      score ??= guarded('the head or the distance', () => scorePairs(network, left, right, own)); // [pairs]
      return score;
    },
  };
}

function embedTriplets(forward: Forward, batch: BatchOf<'triplets'>): Embedded {
  const embed = (role: 'anchor' | 'positive' | 'negative'): Tensor =>
    encode(forward, forward.network.left, { role, values: batch[role] }); // [triplets, dimensions]
  return { kind: 'triplets', anchor: embed('anchor'), positive: embed('positive'), negative: embed('negative') };
}

function embedLabelled(forward: Forward, batch: BatchOf<'labelled-batch'>): Embedded {
  const { left } = forward.network;
  const embeddings = encode(forward, left, { role: 'item', values: batch.items }); // [items, dimensions]
  const ids = (values: Int32Array): Tensor => tfc.tensor1d(values, 'int32'); // [items]
  const known = { items: ids(batch.rows.items), ...(batch.impostorOf ? { impostorOf: ids(batch.impostorOf) } : {}) };
  return { kind: 'labelled-batch', batch: labelledBatchOf(embeddings, ids(batch.labels), known) };
}
