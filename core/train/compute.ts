/** One step of training as a computation on tensors: the same for the eager step and for the recorder. */
import type { Tensor } from '@tensorflow/tfjs-core';
import * as tfc from '@tensorflow/tfjs-core';
import type { OptimizerInstance, Step } from '../contract/index.js';
import { stopGradient } from '../engine/ops.js';
import { stepRandom } from '../engine/step-random.js';
import { guarded } from '../problem/index.js';
import { addBatch, emptied, meanGradients } from './accumulate.js';
import { rateOf, type StepFeed } from './batch-values.js';
import { embedBatch, type Forward } from './embed-batch.js';
import { guardUpdates, heldBack, unlessNumbers } from './guard-updates.js';
import { applyLoss, updatesOf } from './loss.js';
import type { Network, NetworkWeight } from './network.js';
import { assignAll, clipByNorm, type OptimizerState, optimizerUpdates, type VariableUpdate } from './optimizer.js';
import { total } from './reduce.js';

export interface StepComputation extends Omit<Forward, 'step' | 'memory'> {
  readonly weights: readonly NetworkWeight[];
  readonly clipNorm: number | null;
  /** Whether a batch whose loss or gradient is no number changes nothing. */
  readonly skipNotFinite?: boolean;
  /** null: gradients are left to a fused operation of the engine. */
  readonly optimizer: OptimizerInstance<Record<string, number>> | null;
  readonly state: OptimizerState;
  /** Whether the batch only adds to the gradient of a step that goes on. */
  readonly adds: boolean;
}

/** What of a batch decides how it is computed. */
export const kindOf = ({ batch, at }: StepFeed): Pick<StepComputation, 'kind' | 'adds' | 'mostPositives'> => ({
  kind: batch.kind,
  mostPositives: batch.kind === 'labelled-batch' ? batch.mostPositives : null,
  adds: at.within?.ends === false,
});

export interface StepTensors {
  /** [] */
  readonly loss: Tensor;
  /** [] each */
  readonly monitors: Readonly<Record<string, Tensor>>;
  /** By which the weights are to move, clipped; shape of each. */
  readonly gradients: readonly Tensor[];
}

/** Forward, gradients and update: assigns what changes. Monitors stay allocated where the caller keeps no scope. */
export function computeStep(computation: StepComputation): StepTensors {
  const { weights, clipNorm, state } = computation;
  const step = openStep(computation);
  const guard = computation.skipNotFinite ? guardUpdates(computation.network, weights) : null;
  const { loss, gradients, monitors, updates } = differentiate({ ...computation, step, memory: state.memory }, weights);
  const judged = guard ? guard.judged(loss, gradients) : loss; // []
  const whole = stepGradients(computation, gradients, guard && judged);
  const clipped = clipNorm === null ? whole.gradients : clipByNorm(whole.gradients, clipNorm); // shape of each weight
  const moved = moves(computation, clipped);
  const kept = guard ? guard.held(updates, judged) : updates;
  assignAll([...(whole.judged ? heldBack(moved, whole.judged) : moved), ...kept, ...whole.updates]);
  tfc.dispose(updates.map(({ next }) => next));
  return { loss: judged, monitors, gradients: clipped };
}

/** The gradients that a step goes by. */
interface StepGradients {
  /** Empty while the step goes on; shape of each weight. */
  readonly gradients: readonly Tensor[];
  /** NaN where nothing is to move by them; null: that is not asked. */
  readonly judged: Tensor | null;
  readonly updates: readonly VariableUpdate[];
}

/** Those of the batch, or the mean of all batches of the step. */
function stepGradients(
  { state: { accumulated }, adds }: StepComputation,
  gradients: readonly Tensor[],
  judged: Tensor | null,
): StepGradients {
  if (!accumulated) return { gradients, judged, updates: [] };
  const added = addBatch(accumulated, gradients);
  const sums = judged ? heldBack(added, judged) : added;
  if (adds) return { gradients: [], judged, updates: sums };
  const mean = meanGradients(sums); // shape of each weight
  return { gradients: mean, judged: judged && unlessNumbers(mean), updates: emptied(accumulated) };
}

/** What the optimizer makes of the weights; nothing while the step goes on, or where a fused operation does it. */
function moves({ weights, optimizer, values, state }: StepComputation, gradients: readonly Tensor[]): VariableUpdate[] {
  if (!optimizer || gradients.length === 0) return [];
  const learningRate = (scale: number): Tensor => values[rateOf(scale)]!; // []
  return optimizerUpdates(optimizer, state, { weights, gradients, learningRate, step: values['step.number']! });
}

function openStep({ seed, values }: Pick<Forward, 'seed' | 'values'>): Step {
  const index = values['step.index']!; // []
  return { training: true, random: stepRandom(seed, 'step', index), index, progress: values['step.progress']! };
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

/** Of several losses each monitor says whose it is: by the loss's name, and its number where two have one name. */
function monitorsOf(
  monitors: Readonly<Record<string, Tensor>> = {},
  losses: Network['losses'],
  i: number,
): Readonly<Record<string, Tensor>> {
  if (losses.length === 1) return monitors;
  const { name } = losses[i]!;
  const owner = losses.filter((other) => other.name === name).length === 1 ? name : `${name}.${i}`;
  return Object.fromEntries(Object.entries(monitors).map(([monitor, value]) => [`${owner}.${monitor}`, value]));
}

/** The weighted sum of the losses and the encoders' regularizers. */
export function lossOf(forward: Forward): LossValue {
  const { network, seed, step } = forward;
  const embedded = embedBatch(forward);
  const monitors: Record<string, Tensor> = {};
  const updates: VariableUpdate[] = embedded.kind === 'labelled-batch' ? [...embedded.updates] : [];
  const parts = network.losses.map((loss, i) => {
    const own = { ...step, random: stepRandom(seed, `loss.${i}`, step.index) };
    const result = guarded(`loss ${loss.name}`, () => applyLoss(loss, embedded, own));
    Object.assign(monitors, monitorsOf(result.monitors, network.losses, i));
    updates.push(...updatesOf(loss, result));
    return tfc.mul(total(result.terms), loss.weight); // []
  });
  const towers = new Set([network.left, network.right, ...(network.projection ? [network.projection] : [])]);
  const penalties = [...towers].flatMap((tower) => tower.regularization() ?? []); // [] each
  return { loss: tfc.addN([...parts, ...penalties]), monitors, updates }; // []
}
