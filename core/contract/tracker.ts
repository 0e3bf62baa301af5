/**
 * What a tracker is: it sends what happens in a run elsewhere.
 * @module tracker
 */
import type { Json } from './data.js';

/** What a tracker is told of the run. */
export interface RunInfo {
  /** Unique name of the run. */
  readonly id: string;
  /** The recipe's name. */
  readonly name: string;
  /** Absolute path of the run folder. */
  readonly folder: string;
  /** The plan, as plan.json has it. */
  readonly plan: Json;
  /** Whether the run is gone on with. */
  readonly resumed: boolean;
}
/** Something that happened in the run. */
export type TrackerEvent = {
  /** What it was. */
  readonly kind: 'step' | 'epoch' | 'evaluation' | 'health' | 'artefact';
  /** Steps done. */
  readonly step: number;
  /** Epochs done. */
  readonly epoch: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Figures, by path (`verification.rocAuc`). */
  readonly values: Readonly<Record<string, number>>;
  /** A sentence about it. */
  readonly message?: string;
  /** Of an artefact: its file. */
  readonly path?: string;
};
/** Never awaited by training; a throw is logged once and the tracker is dropped. */
export interface OpenTracker {
  /** Takes the event in. */
  record(event: TrackerEvent): void | Promise<void>;
  /** Kept in checkpoints (an MLflow run id), given back on resume. */
  position(): Json;
  /** The run has ended: what is not sent yet is sent now. */
  close(status: 'completed' | 'interrupted' | 'failed'): Promise<void>;
}
/** What the factory of a tracker returns. */
export interface TrackerInstance {
  /** Begins to follow a run; `position` is what an earlier part of it left, else null. */
  open(run: RunInfo, position: Json): Promise<OpenTracker>;
}
