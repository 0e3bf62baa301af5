import { SingleBar } from 'cli-progress';
import { metricAt } from '../evaluate/evaluate.js';
import type { RunEvent } from '../run/request.js';
import { colours, err } from './terminal.js';

/** Follows a run on stderr: a bar on a terminal, a plain line per epoch elsewhere. */
export interface Progress {
  report(event: RunEvent): void;
  stop(): void;
}

export function createProgress(monitor: string | null): Progress {
  return process.stderr.isTTY === true ? new Bar(monitor) : new Lines(monitor);
}

type Epoch = Extract<RunEvent, { kind: 'epoch' }>;
type Evaluated = Extract<RunEvent, { kind: 'evaluation' }>;

/** One line per epoch, with its evaluation where there is one. */
class Lines implements Progress {
  protected epochs = 0;
  #pending: Epoch | null = null;
  readonly #monitor: string | null;
  constructor(monitor: string | null) {
    this.#monitor = monitor;
  }

  report(event: RunEvent): void {
    if (event.kind === 'begin') this.epochs = event.epochs;
    if (event.kind === 'step') return;
    if (event.kind === 'evaluation') {
      this.#evaluated(event);
      return;
    }
    this.#flush(null);
    if (event.kind === 'epoch') this.#pending = event;
    if (event.kind === 'note' || event.kind === 'stop') this.print(event.message);
    if (event.kind === 'health') this.print(colours.yellow(`warning: ${event.name}: ${event.message}`));
    if (event.kind === 'folder') this.print(`run folder ${event.path}`);
    if (event.kind === 'stage') this.stage(event.message);
  }

  stop(): void {
    this.#flush(null);
  }

  protected print(line: string): void {
    err(line);
  }
  protected stage(message: string): void {
    err(message);
  }

  #evaluated(event: Evaluated): void {
    if (this.#pending) this.#flush(event);
    else this.print(`step ${event.step}  ${this.#figures(event)}`);
  }

  #flush(evaluated: Evaluated | null): void {
    const epoch = this.#pending;
    this.#pending = null;
    if (!epoch) return;
    const parts = [
      `epoch ${epoch.epoch}/${this.epochs}`,
      `loss ${epoch.loss.toPrecision(4)}`,
      ...(evaluated ? [this.#figures(evaluated)] : []),
      `${epoch.stepsPerSecond.toPrecision(3)} steps/s`,
    ];
    this.print(parts.join('  '));
  }

  #figures(event: Evaluated): string {
    if (this.#monitor === null) return '';
    const value = metricAt(event.evaluation, this.#monitor);
    return `${this.#monitor} ${value === null ? 'not measured' : value.toFixed(4)}${event.best ? colours.green(' best') : ''}`;
  }
}

/** The same lines above a bar that shows the step, the loss and the time left. */
class Bar extends Lines {
  #bar: SingleBar | null = null;
  #loss = '';

  override report(event: RunEvent): void {
    if (event.kind === 'begin') this.#begin(event.steps);
    if (event.kind === 'step') {
      this.#loss = event.loss.toPrecision(4);
      this.#bar?.update(event.step, { loss: this.#loss });
    }
    super.report(event);
  }

  override stop(): void {
    this.#bar?.stop();
    this.#bar = null;
    super.stop();
  }

  /** A line above the bar: the bar's line is cleared, and drawn again by its next update. */
  protected override print(line: string): void {
    if (this.#bar) process.stderr.write('\r\x1b[K');
    err(line);
  }

  protected override stage(message: string): void {
    this.stop();
    err(message);
  }

  #begin(steps: number): void {
    this.#bar = new SingleBar({
      stream: process.stderr,
      format: '{bar} {value}/{total} steps  loss {loss}  {eta_formatted} left',
      barCompleteChar: '█',
      barIncompleteChar: '░',
      barsize: 30,
      fps: 10,
      clearOnComplete: true,
      hideCursor: false,
      gracefulExit: false, // signals are the run's: the first one writes a checkpoint
    });
    this.#bar.start(steps, 0, { loss: '...' });
  }
}
