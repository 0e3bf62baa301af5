import { fail } from '../problem/index.js';
import type { RunRequest } from './request.js';

/** Errors: USAGE, where a run is to stop at a step that it has passed: it would train to its end. */
export function requireAhead({ stopAt }: Pick<RunRequest, 'stopAt'>, step: number): void {
  if (typeof stopAt === 'number' && stopAt <= step)
    fail('USAGE', `--stop-at ${stopAt}: the run stands at step ${step} already, name a later one`);
}
