import { status } from './exit.js';
import { err } from './terminal.js';

/** npm and npx pass on a Ctrl-C that the terminal has sent already: two within this time are one. */
const TOGETHER_MS = 300;

/** First Ctrl-C or SIGTERM: finish the step, write a checkpoint, stop. Second: stop now. */
export function watchSignals(): { readonly signal: AbortSignal; stop(): void } {
  const controller = new AbortController();
  let last = Number.NEGATIVE_INFINITY;
  const onSignal = (): void => {
    const before = last;
    last = performance.now();
    if (last - before < TOGETHER_MS) return;
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
