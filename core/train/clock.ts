/** Times the steps of training, and leaves out what happens between them. Seconds. */
export class Clock {
  #mark = 0;
  #total = { seconds: 0, steps: 0 };
  #epoch = { seconds: 0, steps: 0 };

  /** From now on time counts as training. */
  start(): void {
    this.#mark = performance.now();
  }

  /** So many steps are done. */
  tick(steps: number): void {
    const now = performance.now();
    for (const one of [this.#total, this.#epoch]) {
      one.seconds += (now - this.#mark) / 1000;
      one.steps += steps;
    }
    this.#mark = now;
  }

  /** Since the start of this process. */
  get total(): { readonly seconds: number; readonly steps: number } {
    return { ...this.#total };
  }

  /** Since the last call. */
  endEpoch(): { readonly seconds: number; readonly stepsPerSecond: number } {
    const { seconds, steps } = this.#epoch;
    this.#epoch = { seconds: 0, steps: 0 };
    return { seconds, stepsPerSecond: seconds > 0 ? steps / seconds : 0 };
  }
}
