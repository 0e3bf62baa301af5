import { closeSync, existsSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { inRun } from '../folder.js';
import type { MetricsLine } from '../report/sources.js';

/** What a run folder tells while the run goes on. */
export interface Followed {
  readonly recipe: string;
  readonly seed: number | null;
  readonly epochs: number | null;
  /** Steps of the whole training, where the plan names them. */
  readonly steps: number | null;
  readonly stepsPerEpoch: number | null;
  readonly monitor: string | null;
  readonly lines: readonly MetricsLine[];
  /** Of result.json: `running` where there is none. */
  readonly status: string;
  readonly hasReport: boolean;
}

/** Reads what has come since it was last asked, from metrics.jsonl; a file that was cut back is read anew. */
export class Follower {
  readonly #folder: string;
  #offset = 0;
  #rest: Buffer = Buffer.alloc(0);
  #lines: MetricsLine[] = [];
  /** Lines of steps grow by thousands: of more than this every second is let go. */
  readonly #most: number;
  constructor(folder: string, most = 4000) {
    this.#folder = folder;
    this.#most = most;
  }

  now(): Followed {
    this.#read();
    const stored = this.#json(inRun.plan) as { plan?: Plan } | null;
    const plan = stored?.plan;
    const result = this.#json(inRun.result) as { status?: string } | null;
    return {
      recipe: plan?.name ?? 'a run that begins',
      seed: plan?.seed ?? null,
      epochs: plan?.train.epochs ?? null,
      steps: plan?.train.steps ?? null,
      stepsPerEpoch: plan?.train.stepsPerEpoch ?? null,
      monitor: plan?.train.monitor ?? null,
      lines: this.#lines,
      status: result?.status ?? 'running',
      hasReport: existsSync(join(this.#folder, inRun.report)),
    };
  }

  #read(): void {
    const path = join(this.#folder, inRun.metrics);
    if (!existsSync(path)) return;
    const file = openSync(path, 'r');
    try {
      const { size } = fstatSync(file);
      if (size < this.#offset) [this.#offset, this.#rest, this.#lines] = [0, Buffer.alloc(0), []];
      const fresh = Buffer.alloc(size - this.#offset);
      const read = readSync(file, fresh, 0, fresh.length, this.#offset);
      this.#offset += read;
      this.#take(Buffer.concat([this.#rest, fresh.subarray(0, read)]));
    } finally {
      closeSync(file);
    }
  }

  /** Whole lines; what stands behind the last is not whole yet. */
  #take(bytes: Buffer): void {
    const end = bytes.lastIndexOf(10) + 1;
    this.#rest = bytes.subarray(end);
    for (const line of bytes.subarray(0, end).toString().split('\n')) {
      try {
        const value = JSON.parse(line) as MetricsLine | null;
        if (typeof value?.kind === 'string') this.#lines.push(value);
      } catch {} // an empty last part, or a line that a crash tore
    }
    if (this.#lines.length > this.#most) {
      this.#lines = this.#lines.filter(({ kind }, i) => kind !== 'step' || i % 2 === 0 || i > this.#lines.length - 100);
    }
  }

  /** null where the file is not there, or is being written. */
  #json(name: string): unknown {
    try {
      return JSON.parse(readFileSync(join(this.#folder, name), 'utf8'));
    } catch {
      return null;
    }
  }
}

interface Plan {
  readonly name: string;
  readonly seed: number;
  readonly train: {
    readonly epochs: number | null;
    readonly steps: number | null;
    readonly stepsPerEpoch: number | null;
    readonly monitor: string | null;
  };
}
