import { createHash } from 'node:crypto';
import type { Json } from '../contract/index.js';
import type { Engine } from '../engine/engine.js';
import type { Evaluation } from '../evaluate/evaluate.js';
import type { Operating } from '../evaluate/operating.js';
import type { Threshold } from '../evaluate/threshold.js';
import { openLines, writeJson } from '../files/index.js';
import type { Plan } from '../recipe/types.js';
import { writeCheckpoint } from '../train/checkpoint.js';
import type { TrainingEvent } from '../train/events.js';
import { type LoopResult, type LoopState, train } from '../train/loop.js';
import { createEagerStep, type TrainingStep } from '../train/step.js';
import { exportWeights, importWeights, type NamedArrays } from '../train/weights.js';
import { type AssessSettings, assessValidation } from './assess.js';
import { estimateTime } from './estimate.js';
import { assessFinished, type Figured, nothingMeasured } from './finished.js';
import type { RunFolder } from './folder.js';
import { saveModel, storedThreshold } from './model.js';
import type { RunRequest } from './request.js';
import type { RunResult } from './result.js';
import { duringTraining, type Session } from './session.js';
import { openTrackers, type Trackers } from './trackers.js';
import { version } from './version.js';

/** What one execution works on. */
export interface ExecutionParts {
  readonly request: RunRequest;
  readonly folder: RunFolder;
  readonly engine: Engine;
  readonly session: Session;
}

/** One execution, from the first step to the figures. */
export class Execution {
  readonly #parts: ExecutionParts;
  readonly #plan: Plan;
  constructor(parts: ExecutionParts) {
    this.#parts = parts;
    this.#plan = parts.request.planned.plan;
  }

  async execute(): Promise<RunResult> {
    const { session, folder, request, engine } = this.#parts;
    const initial = exportWeights(session.network.weights);
    const metrics = openLines(folder.at('metrics'));
    const trackers = await this.#openTrackers();
    const step = this.#createStep();
    const estimate = estimateTime((message) => request.report({ kind: 'note', message }));
    let status: RunResult['status'] = 'failed';
    try {
      const loop = await this.#train(step, (event) => {
        request.report(event);
        if (engine.name === 'portable') estimate(event);
        trackers.record(event);
        if (event.kind !== 'begin') metrics.append(metricsLine(event));
      });
      if (loop.state.best) importWeights(session.network.weights, loop.state.best.weights);
      const result = loop.status === 'interrupted' ? this.#interrupted(loop) : await this.#finish(loop, initial);
      status = result.status;
      return result;
    } finally {
      await trackers.close(status);
      step.dispose();
      metrics.close();
    }
  }

  #openTrackers(): Promise<Trackers> {
    const { session, folder, request } = this.#parts;
    const plan = JSON.parse(JSON.stringify(this.#plan)) as Json;
    const run = { id: folder.id, name: this.#plan.name, folder: folder.path, plan, resumed: false };
    return openTrackers(session.wired.trackers, run, request.log);
  }

  #createStep(): TrainingStep {
    const { network, wired } = this.#parts.session;
    return createEagerStep({
      network,
      optimizer: wired.optimizer,
      slots: wired.slots,
      augmentations: wired.augmentations.filter((one) => one.place === 'step'),
      clipNorm: this.#plan.train.clipNorm,
      seed: this.#plan.seed,
    });
  }

  async #train(step: TrainingStep, report: (event: TrainingEvent) => void): Promise<LoopResult> {
    const { session, request, folder } = this.#parts;
    const { train: settings, seed, evaluate } = this.#plan;
    const checkpoint = {
      folder: folder.at('checkpoints'),
      keep: settings.checkpoint.keep,
      network: session.network,
      optimizer: step.optimizerState,
      plan: planHash(this.#plan),
    };
    return train({
      step,
      feed: {
        training: session.data.train,
        sampler: session.wired.sampler,
        yields: session.wired.yields,
        batchSize: settings.batchSize,
        seed,
        augmentations: session.wired.augmentations.filter((one) => one.place === 'worker'),
        inputs: session.data.inputs,
      },
      schedule: session.wired.schedule,
      learningRate: this.#plan.optimizer.options['learningRate'] as number,
      epochs: settings.epochs,
      steps: settings.steps,
      stepsPerEpoch: settings.stepsPerEpoch,
      stepsPerPass: stepsPerPass(session, settings.batchSize),
      evaluateEvery: evaluate.every,
      checkpointEvery: settings.checkpoint.every,
      validate:
        session.validation && (() => this.#validate(duringTraining(session.wired.evaluators, settings.monitor))),
      monitor: monitorOf(this.#plan, session),
      earlyStopping: settings.earlyStopping,
      snapshot: () => exportWeights(session.network.weights),
      checkpoint: (state: LoopState) => writeCheckpoint(checkpoint, state),
      report,
      signal: request.signal,
    });
  }

  async #validate(evaluators: AssessSettings['evaluators']): Promise<Evaluation> {
    const { session } = this.#parts;
    const rule = this.#plan.evaluate.threshold;
    const { evaluation } = await assessValidation(session.validation!, session.judged(), {
      ...this.#assessing(),
      evaluators,
      rule,
    });
    return evaluation;
  }

  #assessing(): AssessSettings {
    return {
      evaluators: this.#parts.session.wired.evaluators,
      positive: this.#plan.evaluate.positive,
      seed: this.#plan.seed,
      training: this.#parts.session.training,
    };
  }

  /** Threshold on validation, figures on both parts, the baselines beside them; then the model is saved. */
  async #finish(loop: LoopResult, initial: NamedArrays): Promise<RunResult> {
    const { session, request, folder } = this.#parts;
    request.report({ kind: 'stage', message: 'evaluating' });
    const finished = await assessFinished({
      plan: this.#plan,
      session,
      how: this.#assessing(),
      report: (message) => request.report({ kind: 'stage', message }),
      untrained: (judge) => this.#untrained(initial, judge),
      save: (threshold, operating) => this.#save(loop, threshold, operating),
    });
    await writeJson(folder.at('evaluation'), finished.findings);
    return { ...this.#frame(loop, 'completed'), ...finished.figures };
  }

  async #untrained<T>(initial: NamedArrays, judge: () => Promise<T>): Promise<T> {
    const { weights } = this.#parts.session.network;
    const kept = exportWeights(weights);
    importWeights(weights, initial);
    try {
      return await judge();
    } finally {
      importWeights(weights, kept);
    }
  }

  async #save(loop: LoopResult, threshold: Threshold | null, operating: Operating | null): Promise<void> {
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
        best: bestOf(loop, this.#plan.train.monitor),
      },
      weights: exportWeights(network.weights),
      threshold: threshold && rule && storedThreshold(threshold, network.head.produces, { rule, operating }),
    });
  }

  #interrupted(loop: LoopResult): RunResult {
    return { ...this.#frame(loop, 'interrupted'), ...nothingMeasured };
  }

  #frame(loop: LoopResult, status: RunResult['status']): Omit<RunResult, keyof Figured> {
    const { session, engine } = this.#parts;
    const { data } = session;
    const counted = session.test ?? session.validation;
    return {
      status,
      recipe: this.#plan.name,
      seed: this.#plan.seed,
      engine: { name: engine.name, compiled: false, tensorflow: engine.tensorflow },
      data: { items: data.items, ...data.ledger.sizes, overlap: data.ledger.overlap },
      evaluation: counted && {
        pairs: counted.pairs.left.length,
        positives: counted.pairs.positives,
        hash: counted.pairs.hash,
      },
      training: {
        epochs: loop.state.epoch,
        steps: loop.state.step,
        pairs: loop.pairs,
        seconds: loop.seconds,
        stepsPerSecond: loop.steps / loop.seconds,
        pairsPerSecond: loop.pairs / loop.seconds,
        firstStepSeconds: loop.firstStepSeconds,
        peakMemoryMiB: process.resourceUsage().maxRSS / 1024,
        best: bestOf(loop, this.#plan.train.monitor),
      },
    };
  }
}

function bestOf(loop: LoopResult, monitor: string | null): RunResult['training']['best'] {
  const { best } = loop.state;
  return best && monitor ? { epoch: best.epoch, step: best.step, monitor, value: best.value } : null;
}

function monitorOf(
  plan: Plan,
  session: Session,
): { readonly path: string; readonly better: 'higher' | 'lower' } | null {
  const path = plan.train.monitor;
  if (path === null || !session.validation) return null;
  const dot = path.indexOf('.');
  const evaluator = session.wired.evaluators.find(({ name }) => name === path.slice(0, dot));
  const metric = evaluator?.metrics[path.slice(dot + 1)];
  return metric ? { path, better: metric.better } : null;
}

/** A stream's groups are known only in total, so that its steps are an estimate. */
function stepsPerPass(session: Session, batchSize: number): number {
  const planned = session.wired.sampler.plan({ ...session.data.train.counts, batchSize });
  return 'batches' in planned ? Math.max(1, planned.batches) : 1;
}

export const planHash = (plan: Plan): string => createHash('sha256').update(JSON.stringify(plan)).digest('hex');

/** One line of metrics.jsonl. */
function metricsLine(event: Exclude<TrainingEvent, { kind: 'begin' }>): unknown {
  if (event.kind !== 'evaluation') return { at: new Date().toISOString(), ...event };
  const values = Object.fromEntries(Object.entries(event.evaluation).map(([name, result]) => [name, result.values]));
  return { at: new Date().toISOString(), ...event, evaluation: values };
}
