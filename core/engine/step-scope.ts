/**
 * The step that is running, for layers that draw: tfjs-layers hands them a training flag and nothing else.
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import { type StatelessRandom, stepRandom } from './step-random.js';

/** What of the contract's `Step` is needed. One object per step: call numbers are counted on it, left pass and right. */
export interface StepPosition {
  /** int32 [] */
  readonly index: Tensor;
  /** Of a step that goes through the layers piece by piece: which one, so that each draws its own numbers. */
  readonly piece?: string;
}

type OpenStream = (name: string) => StatelessRandom;
const opened = new WeakMap<StepPosition, Map<string, StatelessRandom>>();
let current: OpenStream | null = null;

/** Runs `compute` inside the step: layers then draw by (seed, their own stream, number of the call in this step, step). */
export function withStep<T>(step: StepPosition, seed: number, compute: () => T): T {
  const streams = opened.get(step) ?? new Map<string, StatelessRandom>();
  opened.set(step, streams);
  const before = current;
  current = (name) => {
    const key = `${seed} ${name}`;
    const stream = streams.get(key) ?? stepRandom(seed, step.piece ? `${name}@${step.piece}` : name, step.index);
    streams.set(key, stream);
    return stream;
  };
  try {
    return compute();
  } finally {
    current = before;
  }
}

/** The running step's stream of this name. Errors: no step is running. */
export function stepStream(name: string): StatelessRandom {
  if (!current) throw new Error(`"${name}" draws random numbers in training, and no step is running: use withStep`);
  return current(name);
}
