import type { Log } from '../contract/index.js';
import type { Registry } from '../plugin/registry.js';
import type { Planned } from '../recipe/types.js';
import type { TrainingEvent } from '../train/events.js';
import type { SeenData } from './carried.js';

/**
 * What a run tells while it goes on; it narrows by its `kind`.
 *
 * - `folder` the run folder is there; `fold` one of several runs begins; `stage` what is done before and after training,
 *   `note` something that the user should know
 * - `begin` training begins; `step`, `epoch` one is done; `skip` a batch changed nothing, since its loss was no number
 * - `evaluation` the validation part was measured; `health` something usually means that a training goes wrong
 * - `stop` it ends before its last step, by early stopping or an interrupt
 */
export type RunEvent =
  | TrainingEvent
  | { readonly kind: 'note'; readonly message: string }
  | { readonly kind: 'stage'; readonly message: string }
  /** `folds`: there are so many runs in it, each of which is told of by `fold`; absent: one. */
  | { readonly kind: 'folder'; readonly path: string; readonly folds?: number }
  /** The run of a fold begins; `fold` from 1. */
  | { readonly kind: 'fold'; readonly fold: number; readonly folds: number; readonly path: string };

/** Where a plan came from: it can be planned again. */
export interface RecipeSource {
  /** Its absolute path. */
  readonly file: string;
  readonly set: readonly string[];
}

export interface RunRequest {
  readonly planned: Planned;
  /** null: from no file. */
  readonly recipe?: RecipeSource | null;
  /** Interrupted after this step, as by a signal. */
  readonly stopAt?: number | null;
  /** Number of runs that the folder is to hold; absent: it is one. */
  readonly folds?: number;
  /** The fold that is run, from 0. Absent: the first. */
  readonly fold?: number;
  /** What an earlier fold was trained on: this one must be of the same data. */
  readonly earlierFold?: { readonly folder: string; readonly files: SeenData['files'] } | null;
  /** A try on a share of the data, which need not be measurable. Absent: no. */
  readonly isSample?: boolean;
  readonly registry: Registry;
  /** The run folder itself; null: `runs/<name>/<time>`. */
  readonly out: string | null;
  readonly signal: AbortSignal;
  readonly report: (event: RunEvent) => void;
  readonly log: Log;
}
