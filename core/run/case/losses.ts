import type { Tensor } from '@tensorflow/tfjs-core';
import * as tfc from '@tensorflow/tfjs-core';
import type { BoundDistance, LossNeeds, Step, Term } from '../../contract/index.js';
import { stepRandom } from '../../engine/step-random.js';
import type { AnyLoss } from '../../plugin/view.js';
import { labelledBatchOf } from '../../train/masks.js';
import { shaped } from '../../train/shape.js';
import type { Form, Given } from './inputs.js';

/** A loss and what its methods get beside the inputs. */
export interface LossAtWork {
  readonly instance: AnyLoss;
  readonly weights: Readonly<Record<string, Tensor>>;
  readonly distance: BoundDistance;
  readonly step: Step;
}

/** Inputs that a loss can be evaluated on, and how. */
export interface LossForm extends Form {
  readonly terms: (loss: LossAtWork, given: Given) => readonly Term[];
}

/** The forms of a loss by what it reads, the preferred first. */
export function lossForms(needs: LossNeeds): readonly LossForm[] {
  if ('score' in needs) return [needs.score].flat().includes('distance') ? [onScore, onDistance] : [onScore];
  const { embeddings } = needs;
  if (embeddings === 'pairs') return [onPairs];
  if (embeddings === 'triplets') return [onTriplets];
  return embeddings === 'labelled-batch' ? [onBatch] : [onBatch, onTriplets];
}

/** The first step of a training. */
export function openStep(): Step {
  const index = tfc.scalar(0, 'int32'); // []
  return { training: true, random: stepRandom(0, 'evaluate', index), index, progress: tfc.scalar(0) };
}

function perPair({ instance, weights, step }: LossAtWork, score: Tensor, target: Tensor): readonly Term[] {
  return [{ values: shaped(instance.perPair!(score, target, weights, step), target.shape, 'perPair') }]; // [pairs]
}

const onScore: LossForm = {
  inputs: ['score', 'target'],
  terms: (loss, { score, target }) => perPair(loss, score!, target!),
};

const onDistance: LossForm = {
  inputs: ['left', 'right', 'target'],
  terms: (loss, { left, right, target }) => perPair(loss, loss.distance.between(left!, right!), target!),
};

/** Each left item matches its own right item, where a target does not say otherwise, and no other is known to match. */
const onPairs: LossForm = {
  inputs: ['left', 'right'],
  optional: ['target'],
  terms: ({ instance, weights, step }, { left, right, target }) => {
    const pairs = left!.shape[0]!;
    const same = target ?? tfc.ones([pairs]); // [pairs]
    const known = tfc.mul(tfc.eye(pairs), tfc.expandDims(same, 1)); // [pairs, pairs]
    const batch = { left: left!, right: right!, target: same, known, logFrequency: tfc.zeros([pairs]) };
    return instance.perPairBatch!(batch, weights, step).terms;
  },
};

const onTriplets: LossForm = {
  inputs: ['anchor', 'positive', 'negative'],
  terms: ({ instance, weights, step }, { anchor, positive, negative }) =>
    instance.perTriplet!({ anchor: anchor!, positive: positive!, negative: negative! }, weights, step).terms,
};

const onBatch: LossForm = {
  inputs: ['embeddings', 'labels'],
  terms: ({ instance, weights, step }, { embeddings, labels }) =>
    instance.perBatch!(labelledBatchOf(embeddings!, labels!), weights, step).terms,
};
