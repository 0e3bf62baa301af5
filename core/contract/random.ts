/**
 * Chance and the place in a training, as plugins see them.
 * @module random
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { StatelessRandom } from '../engine/step-random.js';
import type { Drawing } from '../random/index.js';
import type { Json } from './data.js';

/**
 * Randomness inside the step: stateless, keyed by (seed, the plugin's stream, number of the call within the step, step).
 * The same numbers on both engines, eager and compiled.
 */
export type StepRandom = StatelessRandom;
/**
 * Randomness on the host: a fresh generator per call, keyed by (seed, stream, epoch, batch). Two calls with one key draw
 * the same.
 */
export type Draw = Drawing;

/** What a function inside the step may know about where it is. */
export interface Step {
  /** false while embeddings are measured: nothing is dropped, added or drawn then. */
  readonly training: boolean;
  /** Random tensors of this step. */
  readonly random: StepRandom;
  /** Number of the batch, int32 [], from 0; fed. Where a step is of several batches, each counts. */
  readonly index: Tensor;
  /** float32 [], share of the training done, 0..1; fed. */
  readonly progress: Tensor;
}

/** Where a plugin may say something: to the log of the run, never to stdout. */
export interface Log {
  /** What only someone looking for a mistake wants to read. */
  debug(message: string, data?: Json): void;
  /** What happens. */
  info(message: string, data?: Json): void;
  /** What the user should know. */
  warn(message: string, data?: Json): void;
}
