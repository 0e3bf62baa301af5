import type { Json, ScheduleInstance } from '../contract/index.js';
import { type Evaluation, metricAt } from '../evaluate/evaluate.js';
import { ProblemError, problem } from '../problem/index.js';
import { type Best, isBetter, type Monitor } from './best.js';
import type { TrainingEvent } from './events.js';
import { type Fed, type FeedPosition, type FeedSettings, feed } from './feed.js';
import type { TrainingStep } from './step.js';
import type { NamedArrays } from './weights.js';

export interface LoopSettings {
  readonly step: TrainingStep;
  readonly feed: Omit<FeedSettings, 'progress' | 'mined'>;
  readonly schedule: ScheduleInstance;
  readonly learningRate: number;
  readonly epochs: number | null;
  readonly steps: number | null;
  /** null: an epoch is a pass over the training part. */
  readonly stepsPerEpoch: number | null;
  /** Steps of a pass as the sampler's plan gives them; for a stream an estimate, used for the schedule and the progress bar alone. */
  readonly stepsPerPass: number;
  readonly evaluateEvery: 'epoch' | number;
  readonly checkpointEvery: 'epoch' | number;
  /** null: no validation data, the last model is kept. */
  readonly validate: (() => Promise<Evaluation>) | null;
  readonly monitor: Monitor | null;
  readonly earlyStopping: { readonly patience: number; readonly minimumDelta: number } | null;
  readonly snapshot: () => NamedArrays;
  readonly checkpoint: (state: LoopState) => Promise<void>;
  readonly report: (event: TrainingEvent) => void;
  readonly signal: AbortSignal;
}

/** All that the loop carries from one step to the next, beside weights and slots. */
export interface LoopState {
  readonly step: number;
  readonly epoch: number;
  readonly feed: FeedPosition;
  readonly schedule: Json;
  readonly best: Best | null;
  /** Evaluations since the last improvement. */
  readonly waited: number;
}

export interface LoopResult {
  readonly status: 'completed' | 'interrupted';
  readonly state: LoopState;
  readonly seconds: number;
  /** From the start of the process to the end of the first step. */
  readonly firstStepSeconds: number;
  readonly pairs: number;
  readonly lastLoss: number;
}

/** How long the loop may run before it lets signals and the progress bar have their turn. */
const BREATH_MS = 50;

/** Trains until epochs or steps are done, the monitored metric stalls, or the signal comes. */
export async function train(settings: LoopSettings): Promise<LoopResult> {
  const loop = new Loop(settings);
  return loop.run();
}

class Loop {
  #state: LoopState;
  #seconds = 0;
  /** Since when training time runs: set anew after evaluations and checkpoints, which do not count as training. */
  #mark = 0;
  #pairs = 0;
  #firstStep = 0;
  #losses = { sum: 0, count: 0, last: Number.NaN };
  #epochSeconds = 0;
  #stopping = false;
  readonly #settings: LoopSettings;
  readonly #plannedSteps: number;
  readonly #logEvery: number;
  constructor(settings: LoopSettings) {
    this.#settings = settings;
    const perEpoch = settings.stepsPerEpoch ?? settings.stepsPerPass;
    this.#plannedSteps = settings.steps ?? (settings.epochs ?? 1) * perEpoch;
    this.#logEvery = Math.max(1, Math.floor(perEpoch / 20));
    this.#state = {
      step: 0,
      epoch: 0,
      feed: { pass: 0, pool: 0, batch: 0 },
      schedule: settings.schedule.initial ?? null,
      best: null,
      waited: 0,
    };
  }

  async run(): Promise<LoopResult> {
    const { settings } = this;
    settings.report({ kind: 'begin', steps: this.#plannedSteps, epochs: this.#epochs });
    let breath = performance.now();
    this.#mark = breath;
    let inEpoch = 0;
    for await (const fed of feed({ ...settings.feed, mined: null, progress: () => this.#progress }, this.#state.feed)) {
      if (settings.signal.aborted) return await this.#interrupt();
      this.#runStep(fed);
      inEpoch++;
      const endsEpoch = settings.stepsPerEpoch === null ? fed.last : inEpoch === settings.stepsPerEpoch;
      const done = settings.steps !== null && this.#state.step >= settings.steps;
      const epochEnds = endsEpoch || done;
      if (epochEnds) inEpoch = 0;
      await this.#besideTraining(epochEnds);
      if (done || this.#stopping || (settings.steps === null && this.#state.epoch >= settings.epochs!)) break;
      if (performance.now() - breath > BREATH_MS) {
        await new Promise((resolve) => setImmediate(resolve));
        breath = performance.now();
      }
    }
    return this.#result('completed');
  }

  get settings(): LoopSettings {
    return this.#settings;
  }
  get #epochs(): number {
    const perEpoch = this.#settings.stepsPerEpoch ?? this.#settings.stepsPerPass;
    return this.#settings.epochs ?? Math.ceil(this.#settings.steps! / perEpoch);
  }
  get #progress(): number {
    return Math.min(1, this.#state.step / this.#plannedSteps);
  }

  #runStep(fed: Fed): void {
    const { settings } = this;
    const at = { index: this.#state.step, progress: this.#progress, learningRate: this.#learningRate() };
    const { loss, monitors } = settings.step.run(fed.batch, fed.known, at);
    if (!Number.isFinite(loss)) throw notFinite(loss, at);
    if (this.#state.step === 0) this.#firstStep = process.uptime();
    const now = performance.now();
    this.#seconds += (now - this.#mark) / 1000;
    this.#epochSeconds += (now - this.#mark) / 1000;
    this.#mark = now;
    this.#pairs += fed.batch.count;
    this.#losses = { sum: this.#losses.sum + loss, count: this.#losses.count + 1, last: loss };
    this.#state = { ...this.#state, step: this.#state.step + 1, feed: fed.next };
    const logged = this.#state.step === 1 || this.#state.step % this.#logEvery === 0;
    if (logged) settings.report({ kind: 'step', step: this.#state.step, epoch: this.#state.epoch, loss, learningRate: at.learningRate, monitors });
  }

  #learningRate(): number {
    const { schedule, learningRate, stepsPerEpoch, stepsPerPass } = this.#settings;
    const perEpoch = stepsPerEpoch ?? stepsPerPass;
    const at = { step: this.#state.step, steps: this.#plannedSteps, epoch: this.#state.epoch, epochs: this.#epochs, stepsPerEpoch: perEpoch };
    return learningRate * schedule.factor(at, this.#state.schedule);
  }

  /** Evaluations and checkpoints that are due. */
  async #besideTraining(epochEnds: boolean): Promise<void> {
    const { evaluateEvery, checkpointEvery } = this.#settings;
    const due = (every: 'epoch' | number): boolean => (every === 'epoch' ? epochEnds : this.#state.step % every === 0);
    if (!epochEnds && !due(evaluateEvery) && !due(checkpointEvery)) return;
    if (epochEnds) this.#endEpoch();
    if (due(evaluateEvery)) await this.#evaluate();
    if (due(checkpointEvery)) await this.#settings.checkpoint(this.#state);
    this.#mark = performance.now();
  }

  #endEpoch(): void {
    const { sum, count } = this.#losses;
    this.#state = { ...this.#state, epoch: this.#state.epoch + 1 };
    this.#settings.report({
      kind: 'epoch',
      step: this.#state.step,
      epoch: this.#state.epoch,
      loss: sum / count,
      seconds: this.#epochSeconds,
      stepsPerSecond: count / this.#epochSeconds,
    });
    this.#losses = { ...this.#losses, sum: 0, count: 0 };
    this.#epochSeconds = 0;
  }

  async #evaluate(): Promise<void> {
    const { validate, monitor } = this.#settings;
    if (!validate) return;
    const evaluation = await validate();
    const monitored = monitor && metricAt(evaluation, monitor.path);
    const best = monitor !== null && monitored !== null && this.#observe(monitored, monitor);
    this.#settings.report({ kind: 'evaluation', step: this.#state.step, epoch: this.#state.epoch, evaluation, monitored, best });
  }

  /** Keeps the best weights, feeds plateau schedules and early stopping. */
  #observe(monitored: number, monitor: Monitor): boolean {
    const { schedule, earlyStopping, snapshot } = this.#settings;
    const { better } = monitor;
    const { best, step, epoch } = this.#state;
    const enough = best === null || isBetter(monitored, best.value, { better, margin: earlyStopping?.minimumDelta ?? 0 });
    const improved = best === null || isBetter(monitored, best.value, { better, margin: 0 });
    this.#state = {
      ...this.#state,
      schedule: schedule.observe?.(this.#state.schedule, { epoch, monitored, better }) ?? this.#state.schedule,
      best: improved ? { value: monitored, epoch, step, weights: snapshot() } : best,
      waited: enough ? 0 : this.#state.waited + 1,
    };
    if (earlyStopping && this.#state.waited >= earlyStopping.patience) this.#stopEarly(monitor.path, earlyStopping.patience);
    return improved;
  }

  #stopEarly(path: string, patience: number): void {
    this.#stopping = true;
    const message = `stopped early: ${path} has not improved in ${patience} evaluations`;
    this.#settings.report({ kind: 'stop', step: this.#state.step, reason: 'early-stopping', message });
  }

  async #interrupt(): Promise<LoopResult> {
    await this.#settings.checkpoint(this.#state);
    const message = `interrupted after ${this.#state.step} steps; a checkpoint is kept`;
    this.#settings.report({ kind: 'stop', step: this.#state.step, reason: 'interrupted', message });
    return this.#result('interrupted');
  }

  #result(status: LoopResult['status']): LoopResult {
    return {
      status,
      state: this.#state,
      seconds: this.#seconds,
      firstStepSeconds: this.#firstStep,
      pairs: this.#pairs,
      lastLoss: this.#losses.last,
    };
  }
}

function notFinite(loss: number, at: { readonly index: number; readonly learningRate: number }): ProblemError {
  return new ProblemError(
    problem('LOSS_NOT_FINITE', `the loss became ${loss} at step ${at.index + 1}, at a learning rate of ${at.learningRate}`, {
      hint: 'A lower optimizer.learningRate, train.clipNorm: 1, or a warm-up usually helps.',
    }),
  );
}
