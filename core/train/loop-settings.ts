import type { Json, ScheduleInstance, State } from '../contract/index.js';
import type { Evaluation } from '../evaluate/evaluate.js';
import type { Monitor, Watched } from './best.js';
import type { TrainingEvent } from './events.js';
import { type FeedPosition, type FeedSettings, feedStart } from './feed.js';
import { keptState } from './kept-state.js';
import type { MinedNetwork } from './mining.js';
import type { TrainingStep } from './step.js';
import type { NamedArrays } from './weights.js';

export interface LoopSettings {
  readonly step: TrainingStep;
  readonly feed: Omit<FeedSettings, 'progress' | 'mining'>;
  /** What samplers that mine look at. */
  readonly network: MinedNetwork;
  readonly schedule: ScheduleInstance;
  readonly learningRate: number;
  /** Batches of a step. Absent: one. */
  readonly accumulate?: number;
  /** One of the two is given. */
  readonly epochs: number | null;
  readonly steps: number | null;
  /** null: an epoch is a pass over the training part. */
  readonly stepsPerEpoch: number | null;
  /**
   * Steps of a pass as the sampler's plan gives them; for a stream an estimate, used for the schedule and the progress
   * bar alone.
   */
  readonly stepsPerPass: number;
  /** Beside it the end of training is evaluated. */
  readonly evaluateEvery: 'epoch' | number;
  readonly checkpointEvery: 'epoch' | number;
  /** null: no validation data, the last model is kept. */
  readonly validate: (() => Promise<Evaluation>) | null;
  readonly monitor: Monitor | null;
  readonly earlyStopping: { readonly patience: number; readonly minimumDelta: number } | null;
  /** Whether a batch whose loss is no number is passed over, as the step does. Absent: it ends the training. */
  readonly skipNotFinite?: boolean;
  readonly snapshot: () => NamedArrays;
  readonly checkpoint: (state: LoopState) => Promise<void>;
  /** Told of the last good step where training fails: what is worth keeping can be kept. */
  readonly lost?: (state: LoopState) => Promise<void>;
  readonly report: (event: TrainingEvent) => void;
  readonly signal: AbortSignal;
  /** Where an interrupted run stood; its weights and slots are set already. */
  readonly from?: LoopState | null;
  /** Interrupted after this step, as by a signal. */
  readonly stopAt?: number | null;
}

export interface Planned {
  readonly steps: number;
  readonly epochs: number;
  readonly stepsPerEpoch: number;
}

/** How long the training is, unless it stops early; of a stream an estimate. */
export function planned({ epochs, stepsPerPass, ...settings }: LoopSettings): Planned {
  const stepsPerEpoch = settings.stepsPerEpoch ?? stepsPerPass;
  const steps = settings.steps ?? (epochs ?? 1) * stepsPerEpoch;
  return { stepsPerEpoch, steps, epochs: epochs ?? Math.ceil(steps / stepsPerEpoch) };
}

/** What ends with a step. */
export interface Ends {
  readonly epoch: boolean;
  readonly training: boolean;
}

/** All that the loop carries from one step to the next, beside weights and slots. */
export interface LoopState extends Watched {
  readonly step: number;
  readonly epoch: number;
  /** Steps of this epoch, and the sum of their losses. */
  readonly inEpoch: number;
  readonly lossSum: number;
  readonly feed: FeedPosition;
  readonly schedule: Json;
  /** What the sampler mined last. */
  readonly mined: State | null;
  /** What ended with the last step, where its evaluation was interrupted: it comes first when the run goes on. */
  readonly due: Ends | null;
  /** Rows (pairs, triplets, items) so far, and the seconds that training took, over all processes of the run. */
  readonly rows: number;
  readonly seconds: number;
  /** What was skipped: batches of the training, whole steps of this epoch, and batches in a row until now. */
  readonly skipped: { readonly all: number; readonly inEpoch: number; readonly inRow: number };
}

export const loopStart = (schedule: ScheduleInstance): LoopState => ({
  step: 0,
  epoch: 0,
  inEpoch: 0,
  lossSum: 0,
  feed: feedStart,
  schedule: keptState('the schedule', schedule.initial ?? null),
  mined: null,
  best: null,
  waited: 0,
  reference: null,
  due: null,
  rows: 0,
  seconds: 0,
  skipped: { all: 0, inEpoch: 0, inRow: 0 },
});
