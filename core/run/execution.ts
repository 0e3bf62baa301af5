import type { Json } from '../contract/index.js';
import type { Engine } from '../engine/engine.js';
import type { Evaluation } from '../evaluate/evaluate.js';
import type { Operating } from '../evaluate/operating.js';
import { pauses } from '../evaluate/pause.js';
import type { Threshold } from '../evaluate/threshold.js';
import { type Lines, openLines, shown, writeJson } from '../files/index.js';
import { shownFile } from '../problem/render.js';
import type { Plan } from '../recipe/types.js';
import type { TrainingEvent } from '../train/events.js';
import { watchHealth } from '../train/health/health.js';
import type { LoopResult, LoopState } from '../train/loop.js';
import type { TrainingStep } from '../train/step.js';
import { exportWeights, importWeights, type NamedArrays } from '../train/weights.js';
import { type AssessSettings, assessValidation } from './assess.js';
import type { Carried, SeenData } from './carried.js';
import { estimateTime } from './estimate.js';
import { assessFinished, type Figured, nothingMeasured } from './finished.js';
import { requireFiniteWeights } from './finite-weights.js';
import type { RunFolder } from './folder.js';
import { healthKeys, reportHealth } from './health.js';
import { Keeping, resumeCommand } from './keeping.js';
import { metricsLine } from './metrics-line.js';
import { saveModel, storedThreshold } from './model.js';
import type { RunRequest } from './request.js';
import type { RunResult } from './result.js';
import { duringTraining, type Session } from './session.js';
import { createStep } from './step.js';
import type { Resumed } from './stored-run.js';
import { openTrackers, type Trackers } from './trackers.js';
import { trainSession } from './training.js';
import { version } from './version.js';

/** What one execution works on. */
export interface ExecutionParts {
  readonly request: RunRequest;
  readonly folder: RunFolder;
  readonly engine: Engine;
  readonly session: Session;
  /** Weights that training starts from, and what it is trained on. */
  readonly initial: NamedArrays;
  readonly data: SeenData;
  /** The run was begun before; `from` null: it has no checkpoint. */
  readonly again: { readonly from: Resumed | null } | null;
}

/** One execution, from the first step to the figures. */
export class Execution {
  readonly #parts: ExecutionParts;
  readonly #plan: Plan;
  #compiled = false;
  constructor(parts: ExecutionParts) {
    this.#parts = parts;
    this.#plan = parts.request.planned.plan;
  }

  async execute(): Promise<RunResult> {
    const { session, folder, again } = this.#parts;
    const carried = again?.from?.carried ?? null;
    const metrics = openLines(folder.at('metrics'), again && (carried?.metrics ?? 0));
    if (carried) this.#warnOtherLines(metrics, carried);
    const trackers = await this.#openTrackers(carried?.trackers ?? []);
    const step = await createStep({ ...this.#parts, taken: carried?.step ?? null });
    let status: RunResult['status'] = 'failed';
    try {
      const loop = await this.#train({ step, metrics, trackers, memory: carried?.health ?? null });
      this.#compiled = step.compiled;
      if (loop.status === 'completed' && loop.state.best) {
        importWeights(session.network.weights, loop.state.best.weights);
      }
      const result = loop.status === 'interrupted' ? this.#interrupted(loop) : await this.#finish(loop);
      status = result.status;
      trackers.finished(result);
      return result;
    } finally {
      await trackers.close(status);
      step.dispose();
      metrics.close();
    }
  }

  /** The training goes on as it was; what was written of it before is not what it wrote. */
  #warnOtherLines(metrics: Lines, { metricsHash }: Carried): void {
    if (metricsHash === undefined || metricsHash === metrics.hash) return;
    const { folder, request } = this.#parts;
    const message = `warning: ${shown(folder.at('metrics'))} was changed: its lines are not those that the run wrote before the checkpoint`;
    request.report({ kind: 'note', message });
  }

  #train({ step, metrics, trackers, memory }: Beginning): Promise<LoopResult> {
    const { session, request, engine } = this.#parts;
    const health = watchHealth(healthKeys(this.#plan), memory);
    const keeping = new Keeping(this.#parts, { step, metrics, health, trackers });
    const estimate = estimateTime((message) => request.report({ kind: 'note', message }));
    const report = (event: TrainingEvent): void => {
      request.report(event);
      if (engine.name === 'portable') estimate(event);
      trackers.record(event);
      if (event.kind !== 'begin') metrics.append(metricsLine(event));
    };
    return trainSession(this.#parts, {
      step,
      from: keeping.restore(),
      report: reportHealth(report, health),
      validate: () => this.#validate(duringTraining(session.wired.evaluators, this.#plan.train.monitor)),
      checkpoint: (state) => keeping.checkpoint(state),
      lost: (state) => this.#keepLastGood(keeping, state),
    });
  }

  /** Whatever ended the training, the error about it matters more than one met here. */
  async #keepLastGood(keeping: Keeping, state: LoopState): Promise<void> {
    const { request, folder } = this.#parts;
    try {
      const good = await keeping.lastGood(state);
      if (!good) return;
      await this.#save({ state, weights: good.weights }, null, null);
      const place = shownFile(folder.path);
      const message = `the last good model, of step ${good.step}, is kept: \`siamese evaluate ${place}\` measures it`;
      request.report({ kind: 'note', message });
    } catch (error) {
      request.log.warn(`the last good model is not kept: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  #openTrackers(positions: readonly Json[]): Promise<Trackers> {
    const { session, folder, request, again } = this.#parts;
    const plan = JSON.parse(JSON.stringify(this.#plan)) as Json;
    const run = { id: folder.id, name: this.#plan.name, folder: folder.path, plan, resumed: again !== null };
    return openTrackers(session.wired.trackers, run, { log: request.log, positions });
  }

  async #validate(evaluators: AssessSettings['evaluators']): Promise<Evaluation> {
    const { session } = this.#parts;
    requireFiniteWeights(session.network);
    const rule = this.#plan.evaluate.threshold;
    const { evaluation, spread } = await assessValidation(session.validation!, session.judged(), {
      ...this.#assessing(),
      evaluators,
      rule,
    });
    return { ...evaluation, embeddings: { values: spread } };
  }

  #assessing(): AssessSettings {
    const { session, request } = this.#parts;
    return {
      evaluators: session.wired.evaluators,
      positive: this.#plan.evaluate.positive,
      seed: this.#plan.seed,
      pause: pauses(request.signal),
      training: session.training,
    };
  }

  /** The model is kept first, whatever becomes of its evaluation. */
  async #finish(loop: LoopResult): Promise<RunResult> {
    const { request, folder } = this.#parts;
    let known = nothingMeasured;
    await this.#save(this.#trained(loop), null, null);
    try {
      const finished = await this.#measure(loop, (figures) => {
        known = figures;
      });
      await writeJson(folder.at('evaluation'), finished.findings);
      const notes = [
        ...this.#parts.session.data.notes,
        ...skippedNotes(loop.state, this.#plan),
        ...finished.figures.notes,
      ];
      return { ...this.#frame(loop, 'completed'), ...finished.figures, notes };
    } catch (error) {
      if (!request.signal.aborted || error !== request.signal.reason) throw error;
      const measured = `\`siamese evaluate ${shownFile(folder.path)}\` measures it`;
      const message = `interrupted while evaluating; the trained model is kept: ${measured}, ${resumeCommand(folder.path)} ends the run`;
      request.report({ kind: 'note', message });
      return { ...this.#frame(loop, 'interrupted'), ...known, notes: [...known.notes, message] };
    }
  }

  #measure(loop: LoopResult, known: (figures: Figured) => void): ReturnType<typeof assessFinished> {
    const { session, request } = this.#parts;
    request.report({ kind: 'stage', message: 'evaluating' });
    return assessFinished({
      plan: this.#plan,
      session,
      how: this.#assessing(),
      known,
      report: (message) => request.report({ kind: 'stage', message }),
      untrained: (judge) => this.#untrained(judge),
      save: (threshold, operating) => this.#save(this.#trained(loop), threshold, operating),
    });
  }

  async #untrained<T>(judge: () => Promise<T>): Promise<T> {
    const { weights } = this.#parts.session.network;
    const kept = exportWeights(weights);
    importWeights(weights, this.#parts.initial);
    try {
      return await judge();
    } finally {
      importWeights(weights, kept);
    }
  }

  #trained({ state }: LoopResult): Trained {
    return { state, weights: exportWeights(this.#parts.session.network.weights) };
  }

  async #save({ state, weights }: Trained, threshold: Threshold | null, operating: Operating | null): Promise<void> {
    const { session, folder } = this.#parts;
    const { network, data } = session;
    const rule = this.#plan.evaluate.threshold;
    await saveModel(folder.at('model'), {
      description: {
        format: 1,
        siamese: version,
        recipe: this.#plan.name,
        inputs: data.inputs,
        fields: data.fitted,
        dimensions: network.left.dimensions,
        score: network.head.produces,
        parameters: network.weights.reduce((sum, { variable }) => sum + variable.size, 0),
        best: bestOf(state, this.#plan.train.monitor),
      },
      weights,
      threshold: threshold && rule && storedThreshold(threshold, network.head.produces, { rule, operating }),
    });
  }

  #interrupted(loop: LoopResult): RunResult {
    const { request, folder } = this.#parts;
    request.report({ kind: 'note', message: `${resumeCommand(folder.path)} goes on from it` });
    return { ...this.#frame(loop, 'interrupted'), ...nothingMeasured };
  }

  #frame({ state, firstStepSeconds }: LoopResult, status: RunResult['status']): Omit<RunResult, keyof Figured> {
    const { session, engine } = this.#parts;
    const { data } = session;
    const counted = session.test ?? session.validation;
    return {
      status,
      recipe: this.#plan.name,
      seed: this.#plan.seed,
      engine: { name: engine.name, compiled: this.#compiled, tensorflow: engine.tensorflow },
      data: { items: data.items, ...data.ledger.sizes, overlap: data.ledger.overlap },
      evaluation: counted && {
        pairs: counted.pairs.left.length,
        positives: counted.pairs.positives,
        hash: counted.pairs.hash,
      },
      training: {
        epochs: state.epoch,
        steps: state.step,
        pairs: state.rows,
        seconds: state.seconds,
        stepsPerSecond: state.step / state.seconds,
        pairsPerSecond: state.rows / state.seconds,
        firstStepSeconds,
        peakMemoryMiB: process.resourceUsage().maxRSS / 1024,
        best: bestOf(state, this.#plan.train.monitor),
      },
    };
  }
}

interface Beginning {
  readonly step: TrainingStep;
  readonly metrics: Lines;
  readonly trackers: Trackers;
  /** Of the health so far. */
  readonly memory: Json;
}
interface Trained {
  readonly state: LoopState;
  readonly weights: NamedArrays;
}

function bestOf({ best }: LoopState, monitor: string | null): RunResult['training']['best'] {
  return best && monitor ? { epoch: best.epoch, step: best.step, monitor, value: best.value } : null;
}

function skippedNotes({ skipped, step }: LoopState, { train: { accumulate } }: Plan): readonly string[] {
  if (skipped.all === 0) return [];
  const cause = 'their loss or gradient was no number';
  const all = accumulate === 1 ? `${step} batches` : `the batches of ${step} steps`;
  return [`warning: ${skipped.all} of ${all} changed nothing: ${cause}; metrics.jsonl names their items`];
}
