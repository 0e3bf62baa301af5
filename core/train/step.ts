import type { Tensor } from '@tensorflow/tfjs-core';
import * as tfc from '@tensorflow/tfjs-core';
import type { OptimizerInstance, SlotFills, Step } from '../contract/index.js';
import type { Batch } from '../data/batch.js';
import { stopGradient } from '../engine/ops.js';
import { stepRandom } from '../engine/step-random.js';
import { guarded } from '../problem/index.js';
import type { NetworkAugmentation } from './augment.js';
import { embedBatch, type Forward } from './embed-batch.js';
import type { KnownMatches } from './known.js';
import { applyLoss, updatesOf } from './loss.js';
import { type Network, type NetworkWeight, trainableWeights } from './network.js';
import {
  applyGradients,
  assignAll,
  clipByNorm,
  createOptimizerState,
  type OptimizerState,
  type VariableUpdate,
} from './optimizer.js';
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
  const optimizerState = createOptimizerState(trainable, settings.slots);
  return {
    optimizerState,
    dispose: () => optimizerState.dispose(),
    run: (batch, known, at) =>
      tfc.tidy(() => {
        const step = openStep(settings.seed, at);
        const { loss, gradients, monitors, updates } = differentiate({ ...settings, batch, known, step }, trainable);
        applyGradients(settings.optimizer, optimizerState, {
          weights: trainable,
          gradients: settings.clipNorm === null ? gradients : clipByNorm(gradients, settings.clipNorm),
          learningRate: at.learningRate,
          step: at.index + 1,
        });
        assignAll(updates);
        const result = { loss: loss.dataSync()[0]!, monitors: readScalars(monitors) };
        tfc.dispose([...Object.values(monitors), ...updates.map(({ next }) => next)]);
        return result;
      }),
  };
}

function openStep(seed: number, at: StepPosition): Step {
  const index = tfc.scalar(at.index, 'int32'); // []
  return { training: true, random: stepRandom(seed, 'step', index), index, progress: tfc.scalar(at.progress) };
}

interface LossValue {
  /** [] */
  readonly loss: Tensor;
  readonly monitors: Readonly<Record<string, Tensor>>;
  readonly updates: readonly VariableUpdate[];
}

/** tfjs frees what is made while it differentiates: a copy that outlives it, until it is disposed of. */
const outliving = (tensor: Tensor): Tensor => tfc.keep(stopGradient(tensor)); // shape of the tensor

/**
 * The loss, and its gradient by each weight, of the weight's shape. Monitors and updates stay allocated: the caller
 * disposes of them.
 */
function differentiate(
  forward: Forward,
  weights: readonly NetworkWeight[],
): LossValue & { readonly gradients: readonly Tensor[] } {
  let result: LossValue | null = null;
  const compute = (): tfc.Scalar => {
    const { loss, monitors, updates } = lossOf(forward);
    result = {
      loss,
      monitors: Object.fromEntries(Object.entries(monitors).map(([name, monitor]) => [name, outliving(monitor)])),
      updates: updates.map(({ variable, next }) => ({ variable, next: outliving(next) })),
    };
    return loss as tfc.Scalar; // []
  };
  const variables = weights.map(({ variable }) => variable);
  const { value, grads } = tfc.variableGrads(compute, variables); // [], shape of each weight
  // tfjs leaves out a weight that the loss does not reach
  const gradientOf = (variable: tfc.Variable): Tensor => grads[variable.name] ?? tfc.zerosLike(variable); // its shape
  return { ...(result as LossValue | null)!, loss: value, gradients: variables.map(gradientOf) };
}

/** The weighted sum of the losses and the encoders' regularizers. */
export function lossOf(forward: Forward): LossValue {
  const { network, seed, step } = forward;
  const embedded = embedBatch(forward);
  const monitors: Record<string, Tensor> = {};
  const updates: VariableUpdate[] = [];
  const parts = network.losses.map((loss, i) => {
    const own = { ...step, random: stepRandom(seed, `loss.${i}`, step.index) };
    const result = guarded(`loss ${loss.name}`, () => applyLoss(loss, embedded, own));
    Object.assign(monitors, result.monitors);
    updates.push(...updatesOf(loss, result));
    return tfc.mul(total(result.terms), loss.weight); // []
  });
  const towers = new Set([network.left, network.right, ...(network.projection ? [network.projection] : [])]);
  const penalties = [...towers].flatMap((tower) => tower.regularization() ?? []); // [] each
  return { loss: tfc.addN([...parts, ...penalties]), monitors, updates }; // []
}

const readScalars = (tensors: Readonly<Record<string, Tensor>>): Record<string, number> =>
  Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, tensor.dataSync()[0]!]));
