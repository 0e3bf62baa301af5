import * as tfc from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { OptimizerInstance, SlotFills, Step } from '../contract/index.js';
import type { Batch } from '../data/batch.js';
import { stepRandom } from '../engine/step-random.js';
import { augmentPair, augmentSide, type NetworkAugmentation } from './augment.js';
import { applyLoss, type Embedded } from './loss.js';
import { labelledBatchOf } from './masks.js';
import { inputTensors, type Network, type NetworkWeight, scorePairs, trainableWeights } from './network.js';
import { applyGradients, clipByNorm, createOptimizerState, type OptimizerState } from './optimizer.js';
import { type KnownMatches, matchMatrix } from './known.js';
import { total } from './reduce.js';

export interface StepSettings {
  readonly network: Network;
  readonly optimizer: OptimizerInstance<Record<string, number>>;
  readonly slots: SlotFills;
  readonly augmentations: readonly NetworkAugmentation[];
  readonly clipNorm: number | null;
  readonly seed: number;
}

/** Where the step stands: `index` from 0, `progress` 0..1, the learning rate after the schedule. */
export interface StepPosition {
  readonly index: number;
  readonly progress: number;
  readonly learningRate: number;
}

export interface StepResult {
  readonly loss: number;
  readonly monitors: Readonly<Record<string, number>>;
}

/** One step of training: forward, gradients, update. Nothing stays allocated but weights and slots. */
export interface TrainingStep {
  run(batch: Batch, known: KnownMatches, at: StepPosition): StepResult;
  readonly optimizerState: OptimizerState;
  dispose(): void;
}

/** A step that runs operation by operation. */
export function createEagerStep(settings: StepSettings): TrainingStep {
  const trainable = trainableWeights(settings.network);
  const state = createOptimizerState(trainable, settings.slots);
  const variables = trainable.map((weight) => weight.variable);
  return {
    optimizerState: state,
    dispose: () => state.dispose(),
    run: (batch, known, at) =>
      tfc.tidy(() => {
        const step = openStep(settings.seed, at);
        const monitors: Record<string, Tensor> = {};
        const updates: [tfc.Variable, Tensor][] = [];
        const forward = (): tfc.Scalar => {
          const result = lossOf({ settings, batch, known, step });
          Object.assign(monitors, result.monitors);
          updates.push(...result.updates);
          return result.loss as tfc.Scalar; // []
        };
        const { value, grads } = tfc.variableGrads(forward, variables); // [], shape of each weight
        const raw = trainable.map((weight) => gradientOf(grads, weight));
        const gradients = settings.clipNorm === null ? raw : clipByNorm(raw, settings.clipNorm);
        applyGradients(settings.optimizer, state, {
          weights: trainable,
          gradients,
          learningRate: at.learningRate,
          step: at.index + 1,
        });
        for (const [variable, next] of updates) variable.assign(next as never);
        return { loss: value.dataSync()[0]!, monitors: readScalars(monitors) };
      }),
  };
}

function openStep(seed: number, at: StepPosition): Step {
  const index = tfc.scalar(at.index, 'int32'); // []
  return { training: true, random: stepRandom(seed, 'step', index), index, progress: tfc.scalar(at.progress) };
}

/** A weight that the loss does not reach has gradient 0: tfjs leaves it out. */
function gradientOf(gradients: tfc.NamedTensorMap, weight: NetworkWeight): Tensor {
  return gradients[weight.variable.name] ?? tfc.zerosLike(weight.variable); // shape of the weight
}

const readScalars = (tensors: Readonly<Record<string, Tensor>>): Record<string, number> =>
  Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, tensor.dataSync()[0]!]));

interface LossValue {
  readonly loss: Tensor;
  readonly monitors: Readonly<Record<string, Tensor>>;
  readonly updates: readonly [tfc.Variable, Tensor][];
}

interface ForwardInput {
  readonly settings: StepSettings;
  readonly batch: Batch;
  readonly known: KnownMatches;
  readonly step: Step;
}

/** The weighted sum of the losses and the encoders' regularizers. -> [] */
export function lossOf({ settings, batch, known, step }: ForwardInput): LossValue {
  const { network, seed } = settings;
  const embedded = embedBatch({ settings, batch, known, step });
  const monitors: Record<string, Tensor> = {};
  const updates: [tfc.Variable, Tensor][] = [];
  const parts = network.losses.map((loss, i) => {
    const own = { ...step, random: stepRandom(seed, `loss.${i}`, step.index) };
    const result = applyLoss(loss, embedded, own);
    Object.assign(monitors, result.monitors);
    for (const [name, next] of Object.entries(result.updates ?? {})) updates.push([loss.variables[name]!, next as Tensor]);
    return tfc.mul(total(result.terms), loss.weight); // []
  });
  const towers = network.left === network.right ? [network.left] : [network.left, network.right];
  const penalties = towers.flatMap((tower) => tower.regularization() ?? []); // [] each
  return { loss: tfc.addN([...parts, ...penalties]), monitors, updates }; // []
}

function embedBatch({ settings, batch, known: matches, step }: ForwardInput): Embedded {
  const { network, augmentations, seed } = settings;
  const { left, right } = network;
  const tensors = (values: Parameters<typeof inputTensors>[1], side: typeof left): Tensor[] =>
    inputTensors(side.inputs, values, batch.count);
  if (batch.kind === 'labelled-batch') {
    const items = augmentSide(tensors(batch.items, left), left.inputs, { augmentations, seed, step, side: 'each' });
    const ids = (values: Int32Array): Tensor => tfc.tensor1d(values, 'int32'); // [batch]
    const known = { items: ids(batch.rows.items), ...(batch.impostorOf ? { impostorOf: ids(batch.impostorOf) } : {}) };
    return { kind: batch.kind, batch: labelledBatchOf(left.apply(items, step), ids(batch.labels), known) };
  }
  if (batch.kind === 'triplets') {
    const one = (values: typeof batch.anchor): Tensor =>
      left.apply(augmentSide(tensors(values, left), left.inputs, { augmentations, seed, step, side: 'each' }), step); // [triplets, dimensions]
    return { kind: batch.kind, anchor: one(batch.anchor), positive: one(batch.positive), negative: one(batch.negative) };
  }
  const inputs = augmentPair(
    { left: tensors(batch.left, left), right: tensors(batch.right, right) },
    { left: left.inputs, right: right.inputs },
    { augmentations, seed, step },
  );
  const a = left.apply(inputs.left, step); // [pairs, dimensions]
  const b = right.apply(inputs.right, step); // [pairs, dimensions]
  const needsMatches = network.losses.some((loss) => loss.instance.perPairBatch);
  return {
    kind: 'pairs',
    pairs: { left: a, right: b, target: tfc.tensor1d(batch.target), ...matchMatrix(batch.rows, matches, needsMatches) },
    score: () => scorePairs(network, a, b, { ...step, random: stepRandom(seed, 'head', step.index) }),
    weight: batch.weight === null ? null : tfc.tensor1d(batch.weight), // [pairs]
  };
}
