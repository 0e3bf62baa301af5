import type { Json } from './data.js';

export interface Position {
  /** From 0. */
  readonly step: number;
  readonly steps: number;
  readonly epoch: number;
  readonly epochs: number;
  readonly stepsPerEpoch: number;
}
/** A factor on the optimizer's learning rate, computed on the host and fed. */
export interface ScheduleInstance {
  factor(at: Position, state: Json): number;
  readonly initial?: Json;
  /** After each validation, for plateaus: the next state. */
  observe?(
    state: Json,
    event: { readonly epoch: number; readonly monitored: number; readonly better: 'higher' | 'lower' },
  ): Json;
}
