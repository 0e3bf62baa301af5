import type { ScheduleInstance } from '../contract/index.js';
import { metricAt } from '../evaluate/evaluate.js';
import { pauses } from '../evaluate/pause.js';
import { guarded, type ProblemError } from '../problem/index.js';
import { readAhead } from './ahead.js';
import { type Monitor, watch } from './best.js';
import { Clock } from './clock.js';
import { factorAt } from './factor.js';
import { feed } from './feed.js';
import { keptState } from './kept-state.js';
import { type Ends, type LoopSettings, type LoopState, loopStart, type Planned, planned } from './loop-settings.js';
import { type Mining, openMining } from './mining.js';
import { notFinite, skipMessage } from './not-finite.js';
import type { StepFeed, StepResult } from './step.js';
import { meanResult, positioned, type StepBatches, stepBatches } from './step-batches.js';

export type { LoopSettings, LoopState };

export interface LoopResult {
  readonly status: 'completed' | 'interrupted';
  readonly state: LoopState;
  /** From the start of this process to the end of its first step; 0 without one. */
  readonly firstStepSeconds: number;
  /** Of this process; NaN without a step. */
  readonly lastLoss: number;
}

/** Steps logged per epoch. */
const LOGGED = 20;
/** Batches in a row whose loss is no number: then it is not the batch. */
const MOST_SKIPPED = 10;

/**
 * Trains until epochs or steps are done, the monitored metric stalls, or the signal comes: then a checkpoint is
 * written.
 * Errors: LOSS_NOT_FINITE; those of the data and the plugins.
 */
export async function train(settings: LoopSettings): Promise<LoopResult> {
  return new Loop(settings).run();
}

class Loop {
  #state: LoopState;
  #firstStep = 0;
  #lastLoss = Number.NaN;
  /** Seconds of training before this process. */
  readonly #before: number;
  /** Lets signals and the progress bar have their turn. */
  readonly #breathe = pauses(null);
  readonly #clock = new Clock();
  readonly #settings: LoopSettings;
  readonly #mining: Mining | null;
  readonly #planned: Planned;
  constructor(settings: LoopSettings) {
    this.#planned = planned(settings);
    this.#settings = settings;
    this.#state = settings.from ?? loopStart(settings.schedule);
    this.#before = this.#state.seconds;
    const { sampler, training } = settings.feed;
    const { network } = settings;
    const settle = (): void => settings.step.settle();
    this.#mining = sampler.mine
      ? openMining({
          sampler,
          network,
          settle,
          access: training.access,
          from: this.#state.mined,
          pause: pauses(settings.signal),
        })
      : null;
  }

  async run(): Promise<LoopResult> {
    const { report, signal, lost } = this.#settings;
    report({ kind: 'begin', steps: this.#planned.steps, epochs: this.#planned.epochs, from: this.#state.step });
    this.#clock.start();
    try {
      if (this.#state.due) await this.#besideTraining(this.#state.due);
      return this.#isDone() ? this.#result('completed') : await this.#train();
    } catch (error) {
      if (signal.aborted && error === signal.reason) return await this.#interrupt(); // a stream, an evaluation
      await lost?.(this.#kept());
      throw error;
    }
  }

  async #train(): Promise<LoopResult> {
    const { signal, stopAt } = this.#settings;
    let waiting: StepBatches[] = []; // for the call that takes them together
    for await (const batches of this.#feed()) {
      if (signal.aborted) return await this.#interrupt();
      waiting.push(batches);
      if (waiting.length * this.#accumulate < this.#capacity() && !this.#isPause(waiting)) continue;
      const ends = this.#runSteps(waiting);
      waiting = [];
      if (ends.epoch) this.#endEpoch();
      await this.#besideTraining(ends);
      if (this.#isDone()) break;
      if (this.#state.step === stopAt) return await this.#interrupt();
      await this.#breathe();
    }
    return this.#result('completed');
  }

  /** An epoch that is a pass ends with a step. */
  #feed(): AsyncGenerator<StepBatches> {
    const count = this.#accumulate;
    const progress = (batches: number): number => Math.min(1, batches / (count * this.#planned.steps));
    const made = feed({ ...this.#settings.feed, mining: this.#mining, progress }, this.#state.feed);
    const batches = readAhead(made, () => (this.#mining ? 0 : this.#capacity()));
    return stepBatches(batches, { count, endsEarly: ({ last }) => last && this.#settings.stepsPerEpoch === null });
  }

  get #accumulate(): number {
    return this.#settings.accumulate ?? 1;
  }

  /** What is mined before a batch depends on all steps before it. */
  #capacity(): number {
    return this.#mining ? 1 : this.#settings.step.capacity;
  }

  #isDone(): boolean {
    const { steps, epochs } = this.#settings;
    return this.#hasStalled() || (steps === null ? this.#state.epoch >= epochs! : this.#state.step >= steps);
  }

  #hasStalled(): boolean {
    const { earlyStopping } = this.#settings;
    return earlyStopping !== null && this.#state.waited >= earlyStopping.patience;
  }

  /** What ends with this step, `ahead` steps after the state. */
  #endsAfter(batches: StepBatches, ahead: number): Ends {
    const { steps, epochs, stepsPerEpoch } = this.#settings;
    const { step, epoch, inEpoch } = this.#state;
    const ends = stepsPerEpoch === null ? batches.at(-1)!.last : inEpoch + ahead >= stepsPerEpoch;
    const training = steps === null ? ends && epoch + 1 >= epochs! : step + ahead >= steps;
    return { epoch: ends || training, training };
  }

  /** Whether something is due after the last of these steps. */
  #isPause(waiting: readonly StepBatches[]): boolean {
    const { evaluateEvery, checkpointEvery, stopAt } = this.#settings;
    const step = this.#state.step + waiting.length;
    const isDue = (every: 'epoch' | number): boolean => every !== 'epoch' && step % every === 0;
    if (isDue(evaluateEvery) || isDue(checkpointEvery) || step === stopAt) return true;
    return this.#endsAfter(waiting.at(-1)!, waiting.length).epoch;
  }

  /** Takes the steps, all at once; returns what ends with the last. */
  #runSteps(waiting: readonly StepBatches[]): Ends {
    const { step: training, schedule } = this.#settings;
    const first = this.#state.step;
    const feeds = waiting.map((batches, i): readonly StepFeed[] => {
      const progress = Math.min(1, (first + i) / this.#planned.steps);
      const learningRate = this.#learningRate(first + i, schedule);
      return positioned(batches, { count: this.#accumulate, step: first + i, progress, learningRate });
    });
    const ends = this.#endsAfter(waiting.at(-1)!, waiting.length);
    const results = training.run(feeds.flat());
    this.#firstStep ||= process.uptime();
    this.#clock.tick(feeds.length);
    let done = 0;
    for (const [i, batches] of waiting.entries()) {
      this.#count(batches, results.slice(done, done + batches.length), feeds[i]![0]!.at.learningRate);
      done += batches.length;
    }
    return ends;
  }

  /** The loss of a step is the mean of its batches' that are numbers. */
  #count(batches: StepBatches, results: readonly StepResult[], learningRate: number): void {
    for (const [i, { loss }] of results.entries()) this.#judge(batches[i]!, loss, learningRate);
    const { settings, state } = { settings: this.#settings, state: this.#state };
    const step = state.step + 1;
    const { loss, monitors } = meanResult(results.filter((result) => Number.isFinite(result.loss)));
    const isSkipped = Number.isNaN(loss);
    this.#state = {
      ...state,
      step,
      inEpoch: state.inEpoch + 1,
      lossSum: state.lossSum + (isSkipped ? 0 : loss),
      skipped: { ...state.skipped, inEpoch: state.skipped.inEpoch + Number(isSkipped) },
      feed: batches.at(-1)!.next,
      mined: this.#mining?.state ?? null,
      rows: state.rows + batches.reduce((sum, { batch }) => sum + batch.count, 0),
    };
    if (isSkipped) return;
    const isLogged = step === 1 || step % Math.max(1, Math.floor(this.#planned.stepsPerEpoch / LOGGED)) === 0;
    if (isLogged) settings.report({ kind: 'step', step, epoch: state.epoch, loss, learningRate, monitors });
  }

  /** Counts a batch whose loss is no number as skipped. Errors: LOSS_NOT_FINITE. */
  #judge(fed: StepBatches[number], loss: number, learningRate: number): void {
    const { step, skipped } = this.#state;
    const isSkipped = !Number.isFinite(loss);
    if (isSkipped) this.#skip(notFinite(loss, { step: step + 1, learningRate, fed, before: this.#lastLoss }));
    else this.#lastLoss = loss;
    const counted = isSkipped ? { all: skipped.all + 1, inRow: skipped.inRow + 1 } : { inRow: 0 };
    this.#state = { ...this.#state, skipped: { ...skipped, ...counted } };
  }

  /** Errors: the one given, where nothing is to be skipped, or only skipping is left. */
  #skip(error: ProblemError): void {
    const { skipped, step, epoch } = this.#state;
    if (!this.#settings.skipNotFinite || skipped.inRow + 1 >= MOST_SKIPPED) throw error;
    this.#settings.report({ kind: 'skip', step: step + 1, epoch, message: skipMessage(error) });
  }

  #learningRate(step: number, schedule: ScheduleInstance): number {
    const { learningRate } = this.#settings;
    const { epoch } = this.#state;
    const steps = Math.max(this.#planned.steps, step + 1); // of a stream they are an estimate
    const at = { ...this.#planned, step, steps, epoch };
    return learningRate * factorAt(schedule, at, { name: 'the schedule', state: this.#state.schedule });
  }

  /** Evaluations and checkpoints that are due; the end of training is always kept. */
  async #besideTraining(ends: Ends): Promise<void> {
    const { evaluateEvery, checkpointEvery, step, checkpoint } = this.#settings;
    const isDue = (every: 'epoch' | number): boolean =>
      ends.training || (every === 'epoch' ? ends.epoch : this.#state.step % every === 0);
    if (isDue(evaluateEvery) || isDue(checkpointEvery)) step.settle();
    if (isDue(evaluateEvery)) {
      this.#state = { ...this.#state, due: ends };
      await this.#evaluate();
      this.#state = { ...this.#state, due: null };
    }
    if (isDue(checkpointEvery)) await checkpoint(this.#kept());
    this.#clock.start();
  }

  #endEpoch(): void {
    const { step, lossSum, inEpoch, skipped } = this.#state;
    const epoch = this.#state.epoch + 1;
    this.#state = { ...this.#state, epoch, inEpoch: 0, lossSum: 0, skipped: { ...skipped, inEpoch: 0 } };
    this.#settings.report({
      kind: 'epoch',
      step,
      epoch,
      loss: lossSum / (inEpoch - skipped.inEpoch),
      ...this.#clock.endEpoch(),
    });
  }

  async #evaluate(): Promise<void> {
    const { validate, monitor, report } = this.#settings;
    if (!validate) return;
    const evaluation = await validate();
    const monitored = monitor && metricAt(evaluation, monitor.path);
    const before = this.#state.best;
    if (monitor && monitored !== null) this.#observe(monitored, monitor);
    const { step, epoch, best } = this.#state;
    report({ kind: 'evaluation', step, epoch, evaluation, monitored, best: best !== before });
    if (this.#hasStalled()) this.#tellStalled(monitor!);
  }

  /** Keeps the best weights, feeds plateau schedules and early stopping. */
  #observe(monitored: number, { better }: Monitor): void {
    const { schedule, earlyStopping, snapshot } = this.#settings;
    const { step, epoch } = this.#state;
    const before = this.#state.schedule;
    const next = schedule.observe
      ? keptState(
          'the schedule',
          guarded('the schedule', () => schedule.observe!(before, { epoch, monitored, better })),
        )
      : before;
    const best = () => ({ value: monitored, epoch, step, weights: snapshot() });
    const minimumDelta = earlyStopping?.minimumDelta ?? 0;
    this.#state = { ...this.#state, schedule: next, ...watch(this.#state, monitored, { better, minimumDelta, best }) };
  }

  #tellStalled({ path }: Monitor): void {
    const { step, waited } = this.#state;
    const message = `stopped early: ${path} has not improved in ${waited} evaluations`;
    this.#settings.report({ kind: 'stop', step, reason: 'early-stopping', message });
  }

  async #interrupt(): Promise<LoopResult> {
    this.#settings.step.settle();
    await this.#settings.checkpoint(this.#kept());
    const { step } = this.#state;
    const message = `interrupted after ${step} steps; a checkpoint is kept`;
    this.#settings.report({ kind: 'stop', step, reason: 'interrupted', message });
    return this.#result('interrupted');
  }

  /** The state with the time that it took. */
  #kept(): LoopState {
    return { ...this.#state, seconds: this.#before + this.#clock.total.seconds };
  }

  #result(status: LoopResult['status']): LoopResult {
    return { status, state: this.#kept(), firstStepSeconds: this.#firstStep, lastLoss: this.#lastLoss };
  }
}
