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

export interface RunRequest {
  readonly planned: Planned;
  readonly registry: Registry;
  /** The run folder itself; null: `runs/<name>/<time>`. */
  readonly out: string | null;
  readonly signal: AbortSignal;
  readonly report: (event: RunEvent) => void;
  readonly log: Log;
}
