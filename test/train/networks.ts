import * as tfc from '@tensorflow/tfjs-core';
import type { Head, Input, OptimizerInstance, PairRows, Weights } from '../../core/contract/index.js';
import { type Batch, labelledBatch, pairBatch, tripletBatch } from '../../core/data/batch.js';
import type { ItemSet } from '../../core/data/item-set.js';
import type { Plugin } from '../../core/plugin/define.js';
import { type Options, view } from '../../core/plugin/view.js';
import type { BuiltEncoder } from '../../core/train/encoder.js';
import type { AnyLoss, NetworkLoss } from '../../core/train/loss.js';
import type { Network, NetworkWeight } from '../../core/train/network.js';
import { createEagerStep, type StepPosition, type StepSettings } from '../../core/train/step.js';
import { euclidean } from '../../plugins/distances/euclidean.js';
import { mlp } from '../../plugins/encoders/mlp.js';
import { none } from '../../plugins/heads/none.js';
import { bound } from '../evaluate/distances.js';
import { build, input } from '../plugins/encoders/building.js';

const log = { debug: () => {}, info: () => {}, warn: () => {} };
type NoWeights = Record<string, never>;

export const inputs: readonly Input[] = [input('vector', [3], 'x')];
export const smallEncoder = (options: Options = {}, path = 'encoder'): BuiltEncoder =>
  build(mlp, inputs, { options: { hidden: [4], dimensions: 2, activation: 'tanh', ...options }, path });

/** `variables`: the weights that the loss declares. */
export function lossOf(
  instance: AnyLoss,
  { weight = 1, variables = {} }: { readonly weight?: number; readonly variables?: Record<string, tfc.Variable> } = {},
): NetworkLoss {
  const needs = { score: 'distance' } as const;
  return { name: 'tested', instance, needs, weight, weights: variables as unknown as Weights<NoWeights>, variables };
}

export const lossPlugin = (plugin: Plugin<'loss'>, options: Options): AnyLoss =>
  view(plugin).create(options, { log }) as AnyLoss;

export interface NetworkSpec {
  readonly left?: BuiltEncoder;
  /** Absent: one encoder for both. */
  readonly right?: BuiltEncoder;
  readonly losses: readonly NetworkLoss[];
  readonly head?: Plugin<'head'>;
  /** By the name of the weight, else 1. */
  readonly scales?: Readonly<Record<string, number>>;
  readonly extra?: readonly NetworkWeight[];
}

export function networkOf({
  left = smallEncoder(),
  right = left,
  losses,
  head = none,
  scales = {},
  extra = [],
}: NetworkSpec): Network {
  // biome-ignore format: one case
  const towers = left === right ? ([['encoder', left]] as const) : ([['encoder.left', left], ['encoder.right', right]] as const); // biome-ignore format: one case
  const weights = towers.flatMap(([path, tower]) =>
    tower.weights.map(({ name, variable, trainable, decay }) => {
      const full = `${path}/${name}`;
      return { name: full, variable, trainable, decay, scale: scales[full] ?? 1 };
    }),
  );
  const instance = view(head).create({}, { log }) as Network['head']['instance'];
  return {
    left,
    right,
    projection: null,
    distance: bound(euclidean),
    head: { instance, produces: 'distance', weights: {} as Weights<NoWeights> },
    losses,
    weights: [...weights, ...extra],
  };
}

/** Gradient descent whose one slot counts the updates. */
export const descent: OptimizerInstance<Record<string, number>> = {
  update: ({ weight, gradient, slots, learningRate }) => ({
    weight: tfc.sub(weight, tfc.mul(gradient, learningRate)),
    slots: { count: tfc.add(slots.count!, 1) },
  }),
};

/** What an optimizer is given of one weight in one step. */
export interface Seen {
  readonly gradient: number[];
  readonly learningRate: number;
  readonly step: number;
  readonly decay: boolean;
}
/** Changes nothing, and remembers what it is given: by weight in order, step after step. */
export function watching(seen: Seen[]): OptimizerInstance<Record<string, number>> {
  return {
    update({ weight, gradient, slots, learningRate, step, decay }) {
      seen.push({ gradient: [...gradient.dataSync()], learningRate: learningRate.dataSync()[0]!, step: step.dataSync()[0]!, decay }); // biome-ignore format: one case
      return { weight, slots };
    },
  };
}

export const stepSettings = (network: Network, more: Partial<StepSettings> = {}): StepSettings => ({
  network,
  optimizer: descent,
  slots: { count: 0 },
  augmentations: [],
  clipNorm: null,
  seed: 5,
  memory: null,
  ...more,
});

export const start: StepPosition = { index: 0, progress: 0, learningRate: 0.1 };
export const nothingKnown = {
  matrix: ({ left }: PairRows) => new Float32Array(left.length ** 2),
  logFrequency: ({ left }: PairRows) => new Float32Array(left.length),
};

/** Rows of three numbers each, with their groups. */
export function itemsOf(rows: readonly (readonly number[])[], groups: readonly number[] = rows.map(() => 0)): ItemSet {
  const side = {
    size: rows.length,
    key: String,
    gather: (wanted: Int32Array) => ({ x: Float32Array.from([...wanted].flatMap((row) => rows[row]!)) }),
  };
  return {
    left: side,
    right: side,
    groups: Int32Array.from(groups),
    impostorOf: null,
    pairs: null,
    triplets: null,
    column: () => new Int32Array(),
  };
}

type Pair = readonly [left: number, right: number, target: number, weight?: number];
export const pairsOf = (items: ItemSet, pairs: readonly Pair[]): Batch =>
  pairBatch(items, {
    left: Int32Array.from(pairs, ([left]) => left),
    right: Int32Array.from(pairs, ([, right]) => right),
    target: Float32Array.from(pairs, ([, , target]) => target),
    weight: pairs.some((pair) => pair.length > 3) ? Float32Array.from(pairs, ([, , , weight = 1]) => weight) : null,
  });
export const tripletsOf = (items: ItemSet, triplets: readonly (readonly [number, number, number])[]): Batch => {
  const column = (place: 0 | 1 | 2): Int32Array => Int32Array.from(triplets, (row) => row[place]);
  return tripletBatch(items, { anchor: column(0), positive: column(1), negative: column(2) });
};
export const labelledOf = (items: ItemSet, rows: readonly number[]): Batch =>
  labelledBatch(items, { items: Int32Array.from(rows) });

/** One step that changes nothing: its loss, and what the optimizer saw of each trainable weight. */
export function look(
  network: Network,
  batch: Batch,
  more: Partial<StepSettings> & { readonly at?: StepPosition } = {},
) {
  const seen: Seen[] = [];
  const { at = start, ...settings } = more;
  const step = createEagerStep(stepSettings(network, { optimizer: watching(seen), slots: {}, ...settings }));
  const [result] = step.run([{ batch, known: nothingKnown, at }]);
  const { loss, monitors } = result!;
  step.dispose();
  return { loss, monitors, seen, gradients: seen.map(({ gradient }) => gradient) };
}

export const valuesOf = (network: Network): Record<string, number[]> =>
  Object.fromEntries(network.weights.map(({ name, variable }) => [name, [...variable.dataSync()]]));

export type { Head };
