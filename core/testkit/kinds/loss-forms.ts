/** The four forms of losses as one: from tensors that have a gradient to the terms of the loss. */
import type { Tensor } from '@tensorflow/tfjs-core';
import * as tfc from '@tensorflow/tfjs-core';
import type { BoundDistance, Facts, LossNeeds, LossResult, Step } from '../../contract/index.js';
import { bindDistance } from '../../train/bind.js';
import { labelledBatchOf } from '../../train/masks.js';
import { total } from '../../train/reduce.js';
import { shaped } from '../../train/shape.js';
import { declared } from '../declared.js';
import { boundDistances } from '../stand-ins.js';
import { stepAt } from '../step-use.js';
import { openSubject, type Subject } from '../subject.js';

export const WIDTH = 6;
export const GROUPS = 4;
const facts: Facts = { groups: GROUPS, dimensions: WIDTH, items: 12, batchSize: 12 };

type NoWeights = Record<string, never>;
export type FormName = 'pair scores' | 'pairs' | 'triplets' | 'labelled-batch';

/** `mostPositives`: what a labelled batch says of itself; absent, that nothing is known. */
type Given = [inputs: readonly Tensor[], labels: readonly number[], step?: Step, mostPositives?: number];

/** A loss that is ready to be called, in one of its forms. */
export interface OpenLoss {
  readonly form: FormName;
  /** `inputs`: see `rowsOf`; `labels`: the target of each pair, or the group of each item. */
  readonly result: (...given: Given) => LossResult<NoWeights>;
  readonly value: (...given: Given) => Tensor;
  readonly trainable: readonly tfc.Variable[];
  readonly weights: Readonly<Record<string, tfc.Variable>>;
}

/** The forms that the loss has a method for. */
export function formsOf(needs: LossNeeds): readonly FormName[] {
  if ('score' in needs) return ['pair scores'];
  return [needs.embeddings].flat() as FormName[];
}

/** Number of tensors that a form reads: a score each; left and right; anchor, positive and negative; embeddings. */
export const arity: Readonly<Record<FormName, number>> = {
  'pair scores': 1,
  pairs: 2,
  triplets: 3,
  'labelled-batch': 1,
};

export function openLoss(subject: Subject<'loss'>, form: FormName): OpenLoss {
  const distance = distanceOf(subject);
  const given = Object.keys(subject.definition.inject ?? {}).map((name) => [name, distance]);
  const instance = subject.create(Object.fromEntries(given));
  const { weights, trainable } = declared(subject, facts);
  const own = weights as never;
  const call: Readonly<Record<FormName, (...given: Required<Given>) => LossResult<NoWeights>>> = {
    'pair scores': ([score], labels, step) => {
      const values = instance.perPair!(score!, tfc.tensor1d([...labels], 'float32'), own, step); // [pairs]
      return { terms: [{ values: shaped(values, [labels.length], 'perPair') }] };
    },
    pairs: ([left, right], labels, step) => instance.perPairBatch!(pairBatch(left!, right!, labels), own, step),
    triplets: ([anchor, positive, negative], _, step) =>
      instance.perTriplet!({ anchor: anchor!, positive: positive!, negative: negative! }, own, step),
    'labelled-batch': ([embeddings], labels, step, mostPositives) => {
      const batch = labelledBatchOf(embeddings!, tfc.tensor1d([...labels], 'int32'), { mostPositives });
      return instance.perBatch!(batch, own, step);
    },
  };
  const result: OpenLoss['result'] = (inputs, labels, step = stepAt(0), mostPositives = labels.length) =>
    call[form](inputs, labels, step, mostPositives);
  return { form, weights, trainable, result, value: (...with_) => total(result(...with_).terms) }; // []
}

/** Left i matches right i where its target says so, and no other is known to match. */
function pairBatch(left: Tensor, right: Tensor, labels: readonly number[]) {
  const pairs = labels.length;
  const target = tfc.tensor1d([...labels], 'float32'); // [pairs]
  const known = tfc.mul(tfc.eye(pairs), tfc.expandDims(target, 1)); // [pairs, pairs]
  return { left, right, target, known, logFrequency: tfc.fill([pairs], -Math.log(Math.max(1, pairs))) }; // [pairs]
}

/** The distance that the loss presumes, among the plugins at hand or the stand-ins; else the euclidean one. */
function distanceOf({ definition, settings }: Subject<'loss'>): BoundDistance {
  const { distance = 'euclidean' } = definition.needs;
  const names = [distance].flat();
  const plugin = settings.plugins?.find(({ kind, name }) => kind === 'distance' && names.includes(name));
  if (!plugin) {
    const known = names.find((name): name is keyof typeof boundDistances => name in boundDistances);
    return boundDistances[known ?? 'euclidean']();
  }
  const other = openSubject(plugin as never, {}, settings) as Subject<'distance'>;
  const { range, metric = false } = other.definition;
  const bounds = typeof range === 'function' ? range(other.options) : range;
  return bindDistance({
    instance: other.create(),
    range: bounds,
    metric,
    weights: declared(other, facts).weights as never,
  });
}
