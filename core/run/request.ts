import type { Log } from '../contract/index.js';
import type { Registry } from '../plugin/registry.js';
import type { Planned } from '../recipe/types.js';
import type { TrainingEvent } from '../train/events.js';

/** What a run tells while it goes on. */
export type RunEvent =
  | TrainingEvent
  | { readonly kind: 'note'; readonly message: string }
  | { readonly kind: 'stage'; readonly message: string }
  | { readonly kind: 'folder'; readonly path: string };

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
  readonly registry: Registry;
  /** The run folder itself; null: `runs/<name>/<time>`. */
  readonly out: string | null;
  readonly signal: AbortSignal;
  readonly report: (event: RunEvent) => void;
  readonly log: Log;
}
