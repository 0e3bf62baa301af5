import * as tfc from '@tensorflow/tfjs-core';
import type { OptimizerInstance, SlotFills } from '../contract/index.js';
import type { NetworkAugmentation } from './augment.js';
import { type StepFeed, stepValues, tensorsOf } from './batch-values.js';
import { computeStep, kindOf } from './compute.js';
import { createMemory, type MemorySettings } from './memory.js';
import { type Network, trainableWeights } from './network.js';
import { createOptimizerState, type OptimizerState } from './optimizer.js';

export type { StepFeed, StepPosition } from './batch-values.js';

export interface StepSettings {
  readonly network: Network;
  readonly optimizer: OptimizerInstance<Record<string, number>>;
  readonly slots: SlotFills;
  readonly augmentations: readonly NetworkAugmentation[];
  readonly clipNorm: number | null;
  /** Rows that are embedded at a time. Absent: all of a batch. */
  readonly microBatch?: number | null;
  /** Whether a batch whose loss or gradient is no number changes nothing; its loss is then NaN. Absent: it is taken as it is. */
  readonly skipNotFinite?: boolean;
  readonly seed: number;
  /** Whether a step may be of several batches, whose gradients are averaged. Absent: each batch is a step. */
  readonly accumulates?: boolean;
  /** For the losses that take one; null: none. */
  readonly memory: MemorySettings | null;
}

export interface StepResult {
  readonly loss: number;
  readonly monitors: Readonly<Record<string, number>>;
}

/** What a resumed run must know to take its steps alike: two ways to compute one step differ in roundings. */
export interface StepsTaken {
  readonly compiled: boolean;
  /** Forms of batches that are compiled; others, once these are as many as there may be, run eagerly. */
  readonly forms: readonly string[];
}

/** Steps of training: forward, gradients, update. Nothing stays allocated but weights and slots. */
export interface TrainingStep {
  /** The most batches that one call takes; it may change from call to call. */
  readonly capacity: number;
  /** Whether steps run as one native call. */
  readonly compiled: boolean;
  readonly optimizerState: OptimizerState;
  /** How steps were taken so far. */
  readonly taken: StepsTaken;
  /** One batch after another, each a step unless its position says that it is one of several. */
  run(feeds: readonly StepFeed[]): readonly StepResult[];
  /** Brings weights and slots up to date: to be called before anyone else reads them. */
  settle(): void;
  dispose(): void;
}

/** Steps that run operation by operation. */
export function createEagerStep(settings: StepSettings): TrainingStep {
  const weights = trainableWeights(settings.network);
  const state = createOptimizerState(weights, settings.slots, {
    memory: memoryOf(settings),
    accumulates: settings.accumulates ?? false,
  });
  const runOne = (feed: StepFeed): StepResult =>
    tfc.tidy(() => {
      const values = tensorsOf(stepValues(feed, settings.network)); // each its shape
      const { loss, monitors } = computeStep({ ...settings, ...kindOf(feed), values, weights, state });
      const result = { loss: loss.dataSync()[0]!, monitors: readScalars(monitors) };
      tfc.dispose(monitors);
      return result;
    });
  return {
    capacity: 1,
    compiled: false,
    optimizerState: state,
    taken: { compiled: false, forms: [] },
    run: (feeds) => feeds.map(runOne),
    settle: () => {},
    dispose: () => state.dispose(),
  };
}

/** An empty memory of embeddings as the losses see them. */
function memoryOf({ network: { left, projection }, memory }: StepSettings): OptimizerState['memory'] {
  if (!memory) return null;
  return { ...memory, slots: createMemory(memory.size, (projection ?? left).dimensions) };
}

const readScalars = (tensors: Readonly<Record<string, tfc.Tensor>>): Record<string, number> =>
  Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, tensor.dataSync()[0]!]));
