/** What one step reads, as named values: those of its batch, and where it stands. */
import * as tfc from '@tensorflow/tfjs-core';
import type { Input, Shape } from '../contract/index.js';
import type { Batch } from '../data/batch.js';
import type { InputValues, Side } from '../data/item-set.js';
import type { KnownMatches } from './known.js';
import type { Network } from './network.js';

/** Where the step stands: `index` of the batch from 0, `progress` 0..1, the learning rate after the schedule. */
export interface StepPosition {
  readonly index: number;
  readonly progress: number;
  readonly learningRate: number;
  /** Of a batch that is one of several of a step: the step's number from 0, and whether the batch ends it. */
  readonly within?: { readonly step: number; readonly ends: boolean };
}

export interface StepValue {
  /** `left.pixels`, `target`, `step.index`. */
  readonly name: string;
  readonly shape: Shape;
  readonly dtype: 'float32' | 'int32';
  values(): Float32Array | Int32Array;
  /** The rows of a table that these values are, as they lie there; null: they are made for this batch. */
  readonly rows: { readonly name: string; readonly side: Side; readonly input: Input; readonly of: Int32Array } | null;
}

export interface StepFeed {
  readonly batch: Batch;
  readonly known: KnownMatches;
  readonly at: StepPosition;
}

/** Everything that a step reads, always in the same order. */
export function stepValues({ batch, known, at }: StepFeed, network: Network): StepValue[] {
  return [...inputValues(batch, network), ...relationValues(batch, known, network), ...positionValues(at, network)];
}

/** The values as tensors, by name. */
export const tensorsOf = (values: readonly StepValue[]): Record<string, tfc.Tensor> =>
  Object.fromEntries(values.map(({ name, shape, dtype, values: of }) => [name, tfc.tensor(of(), [...shape], dtype)])); // each its shape

interface RolePlan {
  readonly role: string;
  readonly inputs: readonly Input[];
  readonly side: Side | null;
  readonly of: Int32Array;
  readonly values: () => InputValues;
}

/** The items of each role. */
function inputValues(batch: Batch, network: Network): StepValue[] {
  return rolesOf(batch, network).flatMap(({ role, inputs, side, of, values }) =>
    inputs.map((input) => ({
      name: `${role}.${input.name}`,
      shape: [batch.count, ...input.shape],
      dtype: input.dtype,
      values: () => values()[input.name]!,
      rows: side && { name: `${role}#rows`, side, input, of },
    })),
  );
}

function rolesOf(batch: Batch, { left, right }: Network): RolePlan[] {
  const from = batch.from;
  const plan = (role: string, of: Int32Array, values: () => InputValues): RolePlan => {
    const isRight = role === 'right';
    const side = from && (isRight ? from.right : from.left);
    return { role, inputs: (isRight ? right : left).inputs, side, of, values };
  };
  if (batch.kind === 'labelled-batch') return [plan('item', batch.rows.items, () => batch.items)];
  if (batch.kind === 'pairs') {
    const { rows } = batch;
    return [plan('left', rows.left, () => batch.left), plan('right', rows.right, () => batch.right)];
  }
  const { rows } = batch;
  return [
    plan('anchor', rows.anchor, () => batch.anchor),
    plan('positive', rows.positive, () => batch.positive),
    plan('negative', rows.negative, () => batch.negative),
  ];
}

const made = (name: string, shape: Shape, dtype: StepValue['dtype'], values: StepValue['values']): StepValue => ({
  name,
  shape,
  dtype,
  values,
  rows: null,
});

/** How the items are related: targets, weights, labels, and what is known to match. */
function relationValues(batch: Batch, known: KnownMatches, network: Network): StepValue[] {
  const { count } = batch;
  if (batch.kind === 'triplets') return [];
  if (batch.kind === 'labelled-batch') {
    const { labels, rows, impostorOf } = batch;
    return [
      made('labels', [count], 'int32', () => labels),
      made('items', [count], 'int32', () => rows.items),
      ...(impostorOf ? [made('impostorOf', [count], 'int32', () => impostorOf)] : []),
    ];
  }
  const { target, weight, rows } = batch;
  const readsMatches = network.losses.some(({ instance }) => instance.perPairBatch);
  return [
    made('target', [count], 'float32', () => target),
    ...(weight ? [made('weight', [count], 'float32', () => weight)] : []),
    ...(readsMatches
      ? [
          made('known', [count, count], 'float32', () => known.matrix(rows)),
          made('logFrequency', [count], 'float32', () => known.logFrequency(rows)),
        ]
      : []),
  ];
}

/** Name of the learning rate of weights with this factor. */
export const rateOf = (scale: number): string => `step.rate.${scale}`;

function positionValues({ index, progress, learningRate, within }: StepPosition, network: Network): StepValue[] {
  const number = (within?.step ?? index) + 1;
  const scales = [...new Set(network.weights.map(({ scale }) => scale))];
  return [
    made('step.index', [], 'int32', () => Int32Array.of(index)),
    made('step.number', [], 'float32', () => Float32Array.of(number)),
    made('step.progress', [], 'float32', () => Float32Array.of(progress)),
    ...scales.map((scale) => made(rateOf(scale), [], 'float32', () => Float32Array.of(learningRate * scale))),
  ];
}
