import { status } from './exit.js';
import { err } from './terminal.js';

/** First Ctrl-C or SIGTERM: finish the step, write a checkpoint, stop. Second: stop now. */
export function watchSignals(): { readonly signal: AbortSignal; stop(): void } {
  const controller = new AbortController();
  const onSignal = (): void => {
    if (controller.signal.aborted) process.exit(status.interrupted);
    err('stopping after this step; again to stop at once');
    controller.abort(new Error('interrupted'));
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return {
    signal: controller.signal,
    stop: () => {
      process.off('SIGINT', onSignal);
      process.off('SIGTERM', onSignal);
    },
  };
}
