import type { Json } from './data.js';

export interface RunInfo {
  readonly id: string;
  readonly name: string;
  readonly folder: string;
  readonly plan: Json;
  readonly resumed: boolean;
}
export type TrackerEvent = {
  readonly kind: 'step' | 'epoch' | 'evaluation' | 'health' | 'artefact';
  readonly step: number;
  readonly epoch: number;
  readonly at: number;
  readonly values: Readonly<Record<string, number>>;
  readonly message?: string;
  readonly path?: string;
};
/** Never awaited by training; a throw is logged once and the tracker is dropped. */
export interface OpenTracker {
  record(event: TrackerEvent): void | Promise<void>;
  /** Kept in checkpoints (an MLflow run id), given back on resume. */
  position(): Json;
  close(status: 'completed' | 'interrupted' | 'failed'): Promise<void>;
}
export interface TrackerInstance {
  open(run: RunInfo, position: Json): Promise<OpenTracker>;
}
