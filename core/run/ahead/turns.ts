import type { ToThread } from './messages.js';

/** When the thread may go on: a buffer is made for every one that is asked for, so that its memory is bounded. */
export class Turns {
  #from: number | null = null;
  #wanted = 0;
  #wake: (() => void) | null = null;
  readonly #signal: AbortSignal;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
    signal.addEventListener('abort', () => this.#wake?.(), { once: true });
  }

  tell(message: Exclude<ToThread, { readonly kind: 'close' }>): void {
    if (message.kind === 'begin') this.#from = message.from;
    this.#wanted++;
    this.#wake?.();
  }

  /** The buffer to begin with, once it is known. Errors: the signal's own. */
  async begun(): Promise<number> {
    await this.#until(() => this.#from !== null);
    return this.#from!;
  }

  /** Waits until a buffer is asked for. Errors: the signal's own. */
  async next(): Promise<void> {
    await this.#until(() => this.#wanted > 0);
    this.#wanted--;
  }

  /** What was asked for is not there in this pass: it is the first one of the next. */
  back(): void {
    this.#wanted++;
  }

  async #until(isTrue: () => boolean): Promise<void> {
    while (!this.#signal.aborted && !isTrue()) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    this.#signal.throwIfAborted();
  }
}
