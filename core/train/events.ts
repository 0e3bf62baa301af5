import type { Evaluation } from '../evaluate/evaluate.js';
import type { HealthSignal } from './health/signal.js';

/** What happens during training, for the progress bar, metrics.jsonl and the trackers. */
export type TrainingEvent =
  /** `from`: steps that are done already. */
  | { readonly kind: 'begin'; readonly steps: number; readonly epochs: number; readonly from: number }
  | {
      readonly kind: 'step';
      readonly step: number;
      readonly epoch: number;
      readonly loss: number;
      readonly learningRate: number;
      readonly monitors: Readonly<Record<string, number>>;
    }
  /** A batch changed nothing, since its loss or gradient was no number. */
  | { readonly kind: 'skip'; readonly step: number; readonly epoch: number; readonly message: string }
  | {
      readonly kind: 'epoch';
      readonly step: number;
      readonly epoch: number;
      /** Mean loss of the epoch's steps. */
      readonly loss: number;
      readonly seconds: number;
      readonly stepsPerSecond: number;
    }
  | {
      readonly kind: 'evaluation';
      readonly step: number;
      readonly epoch: number;
      readonly evaluation: Evaluation;
      /** The monitored metric, and whether it is the best so far. */
      readonly monitored: number | null;
      readonly best: boolean;
    }
  | ({ readonly kind: 'health'; readonly step: number; readonly epoch: number } & HealthSignal)
  | {
      readonly kind: 'stop';
      readonly step: number;
      readonly reason: 'early-stopping' | 'interrupted';
      readonly message: string;
    };
