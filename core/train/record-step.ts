import type { Tensor, Variable } from '@tensorflow/tfjs-core';
import * as tfc from '@tensorflow/tfjs-core';
import type { Json } from '../contract/index.js';
import { isFused } from '../engine/fused.js';
import type { NativeBackend } from '../engine/native-backend.js';
import { rewritten } from '../engine/rewrite.js';
import type { FusedWeight } from '../engine/step-spec.js';
import { difference, type Trace, trace } from '../engine/trace.js';
import { rateOf, type StepFeed, type StepValue, tensorsOf } from './batch-values.js';
import { computeStep, kindOf } from './compute.js';
import { trainableWeights } from './network.js';
import type { OptimizerState } from './optimizer.js';
import type { StepSettings } from './step.js';

export interface Recording {
  readonly settings: StepSettings & {
    readonly backend: NativeBackend;
    /** The fused operation of the optimizer, with its attributes; null: it has none. */
    readonly fused: { readonly op: string; readonly attributes: Readonly<Record<string, Json>> } | null;
  };
  readonly state: OptimizerState;
  /** Weights and slots. */
  readonly variables: readonly Variable[];
}

export interface Recorded {
  readonly trace: Trace;
  /** Names of the loss's monitors. */
  readonly monitors: readonly string[];
  readonly fused: readonly FusedWeight[];
}

/**
 * A step, recorded: once to warm up (a first pass of batch normalisation differs from later ones), then twice, which must
 * agree. What it changes is set back each time.
 */
export function recordStep(recording: Recording, feed: StepFeed, values: readonly StepValue[]): Recorded {
  const { settings, state, variables } = recording;
  const { network, optimizer } = settings;
  const inputs = tensorsOf(values); // each its shape
  const weights = trainableWeights(network);
  // a fused operation would change weights before it is known whether they may be
  const { adds, ...how } = kindOf(feed);
  const isNative = settings.fused !== null && !settings.skipNotFinite && !adds && isFused(settings.fused.op);
  let monitors: readonly string[] = [];
  const compute = (): Record<string, Tensor> => {
    const computation = { ...settings, ...how, adds, values: inputs, weights, state };
    const made = computeStep({ ...computation, optimizer: isNative ? null : optimizer });
    monitors = Object.keys(made.monitors);
    const gradients = isNative ? made.gradients : []; // shape of each weight
    return { loss: made.loss, ...named('monitor', made.monitors), ...named('gradient', gradients) };
  };
  const record = (): Trace => keeping(variables, () => trace(settings.backend, { inputs, variables, compute }));
  try {
    const first = record();
    if (first.refusal) return { trace: first, monitors, fused: [] };
    const [second, third] = [record(), record()];
    const recorded = { ...rewritten(third), refusal: second.refusal ?? difference(second, third) };
    return { trace: recorded, monitors, fused: isNative ? fusedWeights(recording, recorded) : [] };
  } finally {
    tfc.dispose(inputs);
  }
}

const named = (prefix: string, tensors: readonly Tensor[] | Readonly<Record<string, Tensor>>): Record<string, Tensor> =>
  Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [`${prefix}.${name}`, tensor]));

/** Runs, and sets the variables back. */
function keeping<T>(variables: readonly Variable[], run: () => T): T {
  const kept = variables.map((variable) => tfc.clone(variable)); // each its shape
  try {
    return run();
  } finally {
    variables.forEach((variable, i) => {
      variable.assign(kept[i]!);
      kept[i]!.dispose();
    });
  }
}

function fusedWeights({ settings, state, variables }: Recording, { outputs }: Trace): FusedWeight[] {
  const { op, attributes } = settings.fused!;
  return trainableWeights(settings.network).map(({ name, variable, scale }, i) => {
    const slots = Object.entries(state.slots.get(name)!);
    return {
      op,
      attributes: attributes as Readonly<Record<string, number | boolean>>,
      weight: variables.indexOf(variable),
      slots: Object.fromEntries(slots.map(([slot, of]) => [slot, variables.indexOf(of)])),
      gradient: outputs[`gradient.${i}`]!,
      learningRate: rateOf(scale),
      step: 'step.number',
    };
  });
}
