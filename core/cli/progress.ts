import { metricAt } from '../evaluate/evaluate.js';
import { shownFile } from '../problem/render.js';
import type { RunEvent } from '../run/request.js';
import { epochLine, type Monitored, monitoredText } from './epoch-line.js';
import { progressLine } from './progress-line.js';
import { colours, erasable, err, showLowest } from './terminal.js';

/** Follows a run on stderr: a bar on a terminal, a plain line per epoch elsewhere. */
export interface Progress {
  report(event: RunEvent): void;
  stop(): void;
}

export function createProgress(monitor: string | null): Progress {
  return erasable ? new Bar(monitor) : new Lines(monitor);
}

type Epoch = Extract<RunEvent, { kind: 'epoch' }>;
type Evaluated = Extract<RunEvent, { kind: 'evaluation' }>;

/** One line per epoch, with its evaluation where there is one. */
class Lines implements Progress {
  #epochs = 0;
  #pending: Epoch | null = null;
  readonly #monitor: string | null;
  constructor(monitor: string | null) {
    this.#monitor = monitor;
  }

  report(event: RunEvent): void {
    if (event.kind === 'begin') this.#epochs = event.epochs;
    if (event.kind === 'step') return;
    if (event.kind === 'evaluation') {
      this.#evaluated(event);
      return;
    }
    this.#flush(null);
    if (event.kind === 'epoch') this.#pending = event;
    if (event.kind === 'note' || event.kind === 'stop' || event.kind === 'stage') err(event.message);
    if (event.kind === 'folder') err(`run folder ${shownFile(event.path)}`);
    if (event.kind === 'fold') err(`fold ${event.fold}/${event.folds}  ${shownFile(event.path)}`);
    if (event.kind === 'skip') err(colours.yellow(`warning: ${event.message}`));
    if (event.kind === 'health') err(colours.yellow(`warning: ${event.name}: ${event.message}`));
  }

  stop(): void {
    this.#flush(null);
  }

  /** Of the terminal. */
  protected width(): number {
    return Number.POSITIVE_INFINITY;
  }

  #evaluated(event: Evaluated): void {
    if (this.#pending) this.#flush(event);
    else if (this.#monitor !== null) err(`step ${event.step}  ${monitoredText(this.#monitored(event)!)}`);
  }

  #flush(evaluated: Evaluated | null): void {
    const epoch = this.#pending;
    this.#pending = null;
    if (!epoch) return;
    const monitored = evaluated && this.#monitored(evaluated);
    err(epochLine({ ...epoch, epochs: this.#epochs, monitored }, this.width(), colours.green));
  }

  #monitored({ evaluation, best }: Evaluated): Monitored | null {
    return this.#monitor === null ? null : { name: this.#monitor, value: metricAt(evaluation, this.#monitor), best };
  }
}

const REDRAWN_MS = 100;

/** The same lines above a bar that shows the step, the loss and the time left. */
class Bar extends Lines {
  #steps = 0;
  #began = 0;
  #first = 0;
  #drawn = Number.NEGATIVE_INFINITY;

  override report(event: RunEvent): void {
    super.report(event);
    if (event.kind === 'begin') this.#begin(event);
    if (event.kind === 'step') this.#step(event);
    if (event.kind === 'stage') showLowest('');
  }

  override stop(): void {
    super.stop();
    showLowest('');
  }

  protected override width(): number {
    return process.stderr.columns || 80;
  }

  #begin({ steps, from }: Extract<RunEvent, { kind: 'begin' }>): void {
    this.#steps = steps;
    [this.#began, this.#drawn] = [0, Number.NEGATIVE_INFINITY];
    showLowest(progressLine({ step: from, steps, loss: Number.NaN, seconds: null }, this.width()));
  }

  /** The first step, which is slow, is no measure of what is left. */
  #step({ step, loss }: Extract<RunEvent, { kind: 'step' }>): void {
    const now = performance.now();
    if (this.#began === 0) [this.#began, this.#first] = [now, step];
    if (now - this.#drawn < REDRAWN_MS && step < this.#steps) return;
    this.#drawn = now;
    const each = step > this.#first ? (now - this.#began) / (step - this.#first) / 1000 : null;
    const seconds = each === null ? null : each * Math.max(0, this.#steps - step);
    showLowest(progressLine({ step, steps: this.#steps, loss, seconds }, this.width()));
  }
}
