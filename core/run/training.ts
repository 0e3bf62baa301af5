import type { Evaluation } from '../evaluate/evaluate.js';
import type { TrainingEvent } from '../train/events.js';
import { type LoopResult, type LoopState, train } from '../train/loop.js';
import type { TrainingStep } from '../train/step.js';
import { exportWeights } from '../train/weights.js';
import type { ExecutionParts } from './execution.js';
import { monitorOf } from './monitor.js';
import { stepsPerPass } from './planned-steps.js';

interface Training {
  readonly step: TrainingStep;
  readonly from: LoopState | null;
  readonly report: (event: TrainingEvent) => void;
  readonly validate: () => Promise<Evaluation>;
  readonly checkpoint: (state: LoopState) => Promise<void>;
  readonly lost: (state: LoopState) => Promise<void>;
}

/** Trains the session's network as the plan says. Errors: those of `train`. */
export function trainSession({ request, session }: ExecutionParts, training: Training): Promise<LoopResult> {
  const { plan } = request.planned;
  const { train: settings, seed, evaluate } = plan;
  return train({
    step: training.step,
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
    learningRate: plan.optimizer.options['learningRate'] as number,
    accumulate: settings.accumulate,
    epochs: settings.epochs,
    steps: settings.steps,
    stepsPerEpoch: settings.stepsPerEpoch,
    stepsPerPass: stepsPerPass(plan, session),
    evaluateEvery: evaluate.every,
    checkpointEvery: settings.checkpoint.every,
    validate: session.validation && training.validate,
    monitor: monitorOf(plan, session),
    earlyStopping: settings.earlyStopping,
    skipNotFinite: settings.notFinite === 'skip',
    snapshot: () => exportWeights(session.network.weights),
    checkpoint: training.checkpoint,
    lost: training.lost,
    report: training.report,
    signal: request.signal,
    from: training.from,
    stopAt: request.stopAt ?? null,
  });
}
