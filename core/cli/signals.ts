import { leave } from './ending.js';
import { status } from './exit.js';
import { err } from './terminal.js';

/** npm and npx pass on a Ctrl-C that the terminal has sent already: two within this time are one. */
const TOGETHER_MS = 300;

/** First Ctrl-C or SIGTERM: tell, and stop where nothing is lost. Second: stop now. */
function watchSignals(message: string): { readonly signal: AbortSignal; stop(): void } {
  const controller = new AbortController();
  let last = Number.NEGATIVE_INFINITY;
  const onSignal = (): void => {
    const before = last;
    last = performance.now();
    if (last - before < TOGETHER_MS) return;
    if (controller.signal.aborted) leave(status.interrupted);
    err(`${message}; again to stop at once`);
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

/** A command that a signal may end: status 130, and a line instead of an error. */
export async function interruptible(
  run: (signal: AbortSignal) => Promise<number>,
  told: { readonly stopping: string; readonly stopped: string } = { stopping: 'stopping', stopped: 'interrupted' },
): Promise<number> {
  const { signal, stop } = watchSignals(told.stopping);
  try {
    return await run(signal);
  } catch (error) {
    if (!signal.aborted || error !== signal.reason) throw error;
    err(told.stopped);
    return status.interrupted;
  } finally {
    stop();
  }
}
