import type { Engine } from '../engine/engine.js';
import type { Refusal } from '../engine/trace.js';
import { ProblemError, problem } from '../problem/index.js';
import { createCompiledStep } from '../train/compiled-step.js';
import { createEagerStep, type StepSettings, type StepsTaken, type TrainingStep } from '../train/step.js';
import { at } from './place.js';
import { plannedSteps } from './planned-steps.js';
import type { RunRequest } from './request.js';
import type { Session } from './session.js';

/**
 * The training step of a run: compiled on the native engine, eager elsewhere and where the recipe says so.
 * Errors: ENGINE, where the recipe demands a compiled step and there can be none.
 */
export async function createStep({
  request,
  engine,
  session,
  taken,
}: {
  readonly request: RunRequest;
  readonly engine: Engine;
  readonly session: Session;
  /** Steps of the run that is gone on with; null: it begins. */
  readonly taken: StepsTaken | null;
}): Promise<TrainingStep> {
  const { plan } = request.planned;
  const { network, wired, data } = session;
  const { memory } = plan.train;
  const settings: StepSettings = {
    network,
    optimizer: wired.optimizer,
    slots: wired.slots,
    augmentations: wired.augmentations.filter((one) => one.place === 'step'),
    clipNorm: plan.train.clipNorm,
    microBatch: plan.train.microBatch,
    ...(plan.train.notFinite === 'skip' ? { skipNotFinite: true } : {}),
    seed: plan.seed,
    accumulates: plan.train.accumulate > 1,
    // the step counts batches
    memory: memory && { ...memory, warmup: memory.warmup * plan.train.accumulate },
  };
  const refuse = (cause: string): never => {
    const hint = 'With engine.compile: auto the run goes on step by step';
    const refused = problem('ENGINE', `engine.compile is required, but ${cause}`, { path: 'engine.compile', hint });
    throw new ProblemError(at(request.planned, refused));
  };
  if (engine.name === 'portable' && plan.engine.compile === 'required') refuse('the portable engine compiles no steps');
  if (engine.name === 'portable' || plan.engine.compile === 'off') return createEagerStep(settings);
  const { nativeBackend } = await import('../engine/native.js');
  return createCompiledStep({
    ...settings,
    backend: nativeBackend(),
    fused: wired.fused,
    batchSize: plan.train.batchSize,
    steps: plannedSteps(plan, session),
    resident: data.train.access === 'random',
    taken,
    refused: (refusal) => {
      if (plan.engine.compile === 'required') refuse(sentence(refusal));
      const message = `the step is not compiled: ${sentence(refusal)}; it runs operation by operation, which is slower`;
      request.report({ kind: 'note', message });
    },
  });
}

const sentence = ({ part, cause }: Refusal): string => `${part ?? 'a plugin'} ${cause}`;
