import '@tensorflow/tfjs-backend-cpu';
import type { Tensor } from '@tensorflow/tfjs-core';
import * as tfc from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import type { LabelledBatch, LossResult, Step } from '../../../core/contract/index.js';
import { registerUniform, stepRandom } from '../../../core/engine/step-random.js';
import type { Plugin } from '../../../core/plugin/define.js';
import { type AnyLoss, type Options, view } from '../../../core/plugin/view.js';
import { labelledBatchOf } from '../../../core/train/masks.js';
import { total } from '../../../core/train/reduce.js';
import { euclidean } from '../../../plugins/distances/euclidean.js';
import { openDistance } from '../distances/properties.js';
import { drawnRows, expectClose, type Matrix, matrix, numericGradient, type Vector } from '../numeric.js';

registerUniform('cpu');

export type WeightRows = Readonly<Record<string, Matrix | Vector>>;
export interface Setting {
  readonly plugin: Plugin<'loss'>;
  readonly options: Options;
  /** Default: euclidean. */
  readonly distance?: Plugin<'distance'>;
  readonly weights?: WeightRows;
}
export interface BatchLossCase extends Setting {
  /** The formula in float64, by loops; `labels` -1 = no group. */
  readonly oracle: (embeddings: Matrix, labels: Vector, weights: WeightRows) => number;
}

export function openLoss({ plugin, options, distance = euclidean }: Setting): AnyLoss {
  return view(plugin).create(options, { distance: openDistance(distance) });
}

export function firstStep(seed = 0): Step {
  const index = tfc.scalar(0, 'int32'); // []
  return { training: true, random: stepRandom(seed, 'test', index), index, progress: tfc.scalar(0) };
}

const tensors = (rows: WeightRows): Record<string, Tensor> =>
  Object.fromEntries(Object.entries(rows).map(([name, values]) => [name, tfc.tensor(values as number[][])])); // as given

export interface Measured {
  readonly value: number;
  /** By the embeddings, row after row. */
  readonly gradient: number[];
  readonly byWeights: Readonly<Record<string, number[]>>;
  readonly monitors: Readonly<Record<string, number>>;
}

/** Value and gradients of the loss of a batch. */
export function onBatch(
  setting: Setting,
  {
    embeddings,
    labels,
    impostorOf,
    mostPositives = null,
    seed = 0,
  }: { embeddings: Matrix; labels: Vector; impostorOf?: Vector; mostPositives?: number | null; seed?: number },
): Measured {
  const dimensions = embeddings[0]?.length ?? 3;
  return measure(
    setting,
    [tfc.tensor2d(embeddings as number[][], [embeddings.length, dimensions])],
    ([rows], weights) => {
      const ids = tfc.tensor1d(labels as number[], 'int32'); // [a]
      const known = impostorOf ? { impostorOf: tfc.tensor1d(impostorOf as number[], 'int32') } : {};
      const batch: LabelledBatch = labelledBatchOf(rows!, ids, { ...known, mostPositives });
      return openLoss(setting).perBatch!(batch, weights as never, firstStep(seed));
    },
  );
}

export function onTriplets(setting: Setting, anchor: Matrix, positive: Matrix, negative: Matrix): Measured {
  return measure(setting, [anchor, positive, negative].map(matrix), ([a, p, n], weights) =>
    openLoss(setting).perTriplet!({ anchor: a!, positive: p!, negative: n! }, weights as never, firstStep()),
  );
}

/** The loss of given pairs; `known` and `logFrequency` as where nothing is known but the pairs. */
export function onPairs(
  setting: Setting,
  pairs: { left: Matrix; right: Matrix; target: Vector; known?: Matrix; logFrequency?: Vector },
): Measured {
  const { left, right, target } = pairs;
  const known = pairs.known ?? target.map((same, i) => target.map((_, j) => (i === j ? same : 0)));
  const logFrequency = pairs.logFrequency ?? target.map(() => 0);
  return measure(setting, [left, right].map(matrix), ([l, r], weights) =>
    openLoss(setting).perPairBatch!(
      {
        left: l!,
        right: r!,
        target: tfc.tensor1d(target as number[]),
        known: matrix(known),
        logFrequency: tfc.tensor1d(logFrequency as number[]),
      },
      weights as never,
      firstStep(),
    ),
  );
}

function measure(
  { weights = {} }: Setting,
  inputs: readonly Tensor[],
  apply: (inputs: readonly Tensor[], weights: Record<string, Tensor>) => LossResult<Record<string, never>>,
): Measured {
  return tfc.tidy(() => {
    const held = tensors(weights);
    const names = Object.keys(held);
    let monitors: Record<string, number> = {};
    const all = [...inputs, ...Object.values(held)];
    const compute = (): Tensor => {
      const result = apply(inputs, held);
      monitors = Object.fromEntries(
        Object.entries(result.monitors ?? {}).map(([name, one]) => [name, one.dataSync()[0]!]),
      );
      return total(result.terms); // []
    };
    const { value, grads } = tfc.engine().gradients(compute, all, undefined, true);
    const found = (grads as readonly (Tensor | null)[]).map((one, i) =>
      Array.from((one ?? tfc.zerosLike(all[i]!)).dataSync()),
    );
    return {
      value: value.dataSync()[0]!,
      gradient: found.slice(0, inputs.length).flat(),
      byWeights: Object.fromEntries(names.map((name, i) => [name, found[inputs.length + i]!])),
      monitors,
    };
  });
}

const rowsOf = (flat: Vector, columns: number): Matrix =>
  Array.from({ length: flat.length / columns }, (_, i) => flat.slice(i * columns, (i + 1) * columns));

/** Gradient of the oracle by the embeddings, by central differences. */
const oracleGradient = ({ oracle, weights = {} }: BatchLossCase, embeddings: Matrix, labels: Vector): number[] =>
  numericGradient((flat) => oracle(rowsOf(flat, embeddings[0]!.length), labels, weights), embeddings.flat());

const batches: Readonly<Record<string, Vector>> = {
  'groups of three': [0, 1, 2, 0, 1, 2, 0, 1, 2],
  'groups of any size, one of them alone': [0, 0, 0, 0, 1, 1, 2, 1, 0],
  'items without a group': [0, -1, 1, 0, 1, -1, 2, 2, 0],
};
const finite = ({ value, gradient, byWeights }: Measured): boolean =>
  [value, ...gradient, ...Object.values(byWeights).flat()].every(Number.isFinite);

/** What every loss on labelled batches must hold, beside its own hand-computed cases. Its weights are for three groups in five dimensions. */
export function batchLossProperties(one: BatchLossCase): void {
  const { oracle, weights = {} } = one;
  const embeddings = drawnRows(9, 5, 11);

  describe('as every loss on labelled batches', () => {
    it.each(Object.entries(batches))(
      'agrees with its formula written as loops, and with its gradient: %s',
      (_, labels) => {
        const found = onBatch(one, { embeddings, labels });
        expectClose([found.value], [oracle(embeddings, labels, weights)], 1e-5);
        expectClose(found.gradient, oracleGradient(one, embeddings, labels), 1e-4);
      },
    );

    it('has the gradient of its formula by its weights', () => {
      const labels = batches['groups of three']!;
      const { byWeights } = onBatch(one, { embeddings, labels });
      for (const [name, values] of Object.entries(weights)) {
        const columns = (values[0] as Vector).length ?? 1;
        const nested = typeof values[0] !== 'number';
        const of = (flat: Vector): number =>
          oracle(embeddings, labels, { ...weights, [name]: nested ? rowsOf(flat, columns) : flat });
        expectClose(byWeights[name]!, numericGradient(of, (values as Matrix).flat()), 1e-4);
      }
    });

    it('does not depend on the order of the batch', () => {
      const labels = batches['groups of any size, one of them alone']!;
      const order = [3, 7, 0, 8, 2, 5, 1, 6, 4];
      const found = onBatch(one, { embeddings, labels });
      const moved = onBatch(one, {
        embeddings: order.map((i) => embeddings[i]!),
        labels: order.map((i) => labels[i]!),
      });
      expectClose([moved.value], [found.value], 2e-6);
      const gradient = rowsOf(found.gradient, 5);
      expectClose(
        moved.gradient,
        order.flatMap((i) => gradient[i]!),
        1e-5,
      );
    });

    it('is finite, with finite gradients, where there is little or nothing to compare', () => {
      const some = embeddings.slice(0, 4);
      const cases: readonly (readonly [Matrix, Vector])[] = [
        [some, [1, 1, 1, 1]],
        [some, [0, 1, 2, -1]],
        [some, [-1, -1, -1, -1]],
        [some.slice(0, 1), [2]],
        [some.map(() => some[0]!), [0, 0, 1, 1]],
        [some.map(() => [0, 0, 0, 0, 0]), [0, 0, 1, 1]],
        [some.map((row) => row.map((x) => x * 1e-12)), [0, 0, 1, 1]],
        [some.map((row) => row.map((x) => x * 1e3)), [0, 0, 1, 1]],
      ];
      for (const [rows, labels] of cases) {
        const found = onBatch(one, { embeddings: rows, labels });
        expect(finite(found), JSON.stringify([rows, labels, found])).toBe(true);
      }
    });

    it('is 0, with gradient 0, where no item has a group', () => {
      const found = onBatch(
        { ...one, options: { ...one.options, regularization: 0 } },
        { embeddings, labels: embeddings.map(() => -1) },
      );
      if (!('proxies' in weights)) expect(found.value).toBe(0);
      expect(found.gradient.map(Math.abs)).toEqual(found.gradient.map(() => 0));
    });
  });
}

// ---- what the oracles are written with
export const dot = (a: Vector, b: Vector): number => a.reduce((sum, x, k) => sum + x * b[k]!, 0);
export const cos = (a: Vector, b: Vector): number => dot(a, b) / Math.hypot(...a) / Math.hypot(...b);
export const apart = (a: Vector, b: Vector): number => Math.hypot(...a.map((x, k) => x - b[k]!));
export const mean = (values: Vector): number =>
  values.length === 0 ? 0 : values.reduce((a, b) => a + b, 0) / values.length;
export const sum = (values: Vector): number => values.reduce((a, b) => a + b, 0);
export const lse = (values: Vector): number => (values.length === 0 ? 0 : Math.log(sum(values.map(Math.exp))));

export interface Anchor {
  readonly anchor: number;
  readonly positives: readonly number[];
  readonly negatives: readonly number[];
}
/** Who meets whom, by comparing labels. */
export function anchorsOf(labels: Vector): readonly Anchor[] {
  const grouped = labels.flatMap((label, i) => (label >= 0 ? [i] : []));
  return grouped.map((anchor) => ({
    anchor,
    positives: grouped.filter((other) => other !== anchor && labels[other] === labels[anchor]),
    negatives: grouped.filter((other) => labels[other] !== labels[anchor]),
  }));
}
/** Three proxies in five dimensions. */
export const threeProxies: WeightRows = { proxies: drawnRows(3, 5, 29) };
