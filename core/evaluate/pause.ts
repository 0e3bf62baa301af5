import { setImmediate } from 'node:timers/promises';

/** Awaited between two pieces of long work. Errors: the signal's reason, where it was aborted. */
export type Pause = () => Promise<void>;

/** How long such work may go on before it lets signals and the progress bar have their turn. */
const BREATH_MS = 50;

/** `signal` null: the work is not ended, but a second signal still ends the process. */
export function pauses(signal: AbortSignal | null): Pause {
  let last = performance.now();
  return async () => {
    if (performance.now() - last > BREATH_MS) {
      await setImmediate(); // the engine answers without leaving this turn of the event loop, so that no signal would come in
      last = performance.now();
    }
    signal?.throwIfAborted();
  };
}
