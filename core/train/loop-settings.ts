import type { Json, ScheduleInstance, State } from '../contract/index.js';
import type { Evaluation } from '../evaluate/evaluate.js';
import type { Monitor, Watched } from './best.js';
import type { TrainingEvent } from './events.js';
import type { FeedPosition, FeedSettings } from './feed.js';
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
  readonly snapshot: () => NamedArrays;
  readonly checkpoint: (state: LoopState) => Promise<void>;
  readonly report: (event: TrainingEvent) => void;
  readonly signal: AbortSignal;
  /** Where an interrupted run stood; its weights and slots are set already. */
  readonly from?: LoopState | null;
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
}
