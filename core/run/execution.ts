import { createHash } from 'node:crypto';
import type { Json } from '../contract/index.js';
import type { Engine } from '../engine/engine.js';
import type { Evaluation } from '../evaluate/evaluate.js';
import type { Operating } from '../evaluate/operating.js';
import { pauses } from '../evaluate/pause.js';
import type { Threshold } from '../evaluate/threshold.js';
import { openLines, writeJson } from '../files/index.js';
import { shownFile } from '../problem/render.js';
import type { Plan } from '../recipe/types.js';
import { writeCheckpoint } from '../train/checkpoint.js';
import type { TrainingEvent } from '../train/events.js';
import { watchHealth } from '../train/health/health.js';
import { type LoopResult, type LoopState, train } from '../train/loop.js';
import type { TrainingStep } from '../train/step.js';
import { exportWeights, importWeights, type NamedArrays } from '../train/weights.js';
import { type AssessSettings, assessValidation } from './assess.js';
import { estimateTime } from './estimate.js';
import { assessFinished, type Figured, nothingMeasured } from './finished.js';
import type { RunFolder } from './folder.js';
import { healthKeys, reportHealth } from './health.js';
import { metricsLine } from './metrics-line.js';
import { saveModel, storedThreshold } from './model.js';
import { monitorOf } from './monitor.js';
import { stepsPerPass } from './planned-steps.js';
import type { RunRequest } from './request.js';
import type { RunResult } from './result.js';
import { duringTraining, type Session } from './session.js';
import { createStep } from './step.js';
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
  #compiled = false;
  constructor(parts: ExecutionParts) {
    this.#parts = parts;
    this.#plan = parts.request.planned.plan;
  }

  async execute(): Promise<RunResult> {
    const { session, folder, request, engine } = this.#parts;
    const initial = exportWeights(session.network.weights);
    const metrics = openLines(folder.at('metrics'));
    const trackers = await this.#openTrackers();
    const step = await createStep(this.#parts);
    const estimate = estimateTime((message) => request.report({ kind: 'note', message }));
    let status: RunResult['status'] = 'failed';
    try {
      const report = (event: TrainingEvent): void => {
        request.report(event);
        if (engine.name === 'portable') estimate(event);
        trackers.record(event);
        if (event.kind !== 'begin') metrics.append(metricsLine(event));
      };
      const loop = await this.#train(step, reportHealth(report, watchHealth(healthKeys(this.#plan))));
      this.#compiled = step.compiled;
      if (loop.state.best) importWeights(session.network.weights, loop.state.best.weights);
      const result = loop.status === 'interrupted' ? this.#interrupted(loop) : await this.#finish(loop, initial);
      status = result.status;
      trackers.finished(result);
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
      network: session.network,
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
    const { evaluation, spread } = await assessValidation(session.validation!, session.judged(), {
      ...this.#assessing(null), // a validation is finished: with half of it the run could not go on as it would have
      evaluators,
      rule,
    });
    return { ...evaluation, embeddings: { values: spread } };
  }

  /** `signal`: what ends the evaluation. */
  #assessing(signal: AbortSignal | null = this.#parts.request.signal): AssessSettings {
    return {
      evaluators: this.#parts.session.wired.evaluators,
      positive: this.#plan.evaluate.positive,
      seed: this.#plan.seed,
      pause: pauses(signal),
      training: this.#parts.session.training,
    };
  }

  /** The model is kept first, whatever becomes of its evaluation. */
  async #finish(loop: LoopResult, initial: NamedArrays): Promise<RunResult> {
    const { request, folder } = this.#parts;
    let known = nothingMeasured;
    await this.#save(loop, null, null);
    try {
      const finished = await this.#measure(loop, initial, (figures) => {
        known = figures;
      });
      await writeJson(folder.at('evaluation'), finished.findings);
      return { ...this.#frame(loop, 'completed'), ...finished.figures };
    } catch (error) {
      if (!request.signal.aborted || error !== request.signal.reason) throw error;
      const place = shownFile(folder.path);
      const message = `interrupted while evaluating; the trained model is kept: \`siamese evaluate ${place}\` measures it`;
      request.report({ kind: 'note', message });
      return { ...this.#frame(loop, 'interrupted'), ...known, notes: [...known.notes, message] };
    }
  }

  #measure(
    loop: LoopResult,
    initial: NamedArrays,
    known: (figures: Figured) => void,
  ): ReturnType<typeof assessFinished> {
    const { session, request } = this.#parts;
    request.report({ kind: 'stage', message: 'evaluating' });
    return assessFinished({
      plan: this.#plan,
      session,
      how: this.#assessing(),
      known,
      report: (message) => request.report({ kind: 'stage', message }),
      untrained: (judge) => this.#untrained(initial, judge),
      save: (threshold, operating) => this.#save(loop, threshold, operating),
    });
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
      engine: { name: engine.name, compiled: this.#compiled, tensorflow: engine.tensorflow },
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

export const planHash = (plan: Plan): string => createHash('sha256').update(JSON.stringify(plan)).digest('hex');
