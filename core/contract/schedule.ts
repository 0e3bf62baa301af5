/**
 * What a schedule is: a factor on the learning rate, step by step.
 * @module schedule
 */
import type { Json } from './data.js';

/** Where a training stands; all from 0. */
export interface Position {
  /** From 0. */
  readonly step: number;
  /** Steps of the whole training. */
  readonly steps: number;
  /** Passes that are done. */
  readonly epoch: number;
  /** Passes of the whole training. */
  readonly epochs: number;
  /** Steps of one pass. */
  readonly stepsPerEpoch: number;
}
/** A factor on the optimizer's learning rate, computed on the host and fed. */
export interface ScheduleInstance {
  /** The factor at this step. */
  factor(at: Position, state: Json): number;
  /** The state that it begins with; absent: it keeps none. */
  readonly initial?: Json;
  /** After each validation, for plateaus: the next state. */
  observe?(
    state: Json,
    event: { readonly epoch: number; readonly monitored: number; readonly better: 'higher' | 'lower' },
  ): Json;
}
