import { join } from 'node:path';
import type { Log } from '../contract/index.js';
import { openEngine } from '../engine/open.js';
import { pauses } from '../evaluate/pause.js';
import type { Threshold } from '../evaluate/threshold.js';
import { openFiles } from '../files/index.js';
import type { Plugin } from '../plugin/define.js';
import { fail } from '../problem/index.js';
import type { Plan } from '../recipe/types.js';
import { importWeights } from '../train/weights.js';
import { assessApart } from './apart.js';
import { type AssessSettings, assess, assessValidation } from './assess.js';
import { inRun } from './folder.js';
import { requireModel, requireSameData } from './known-run.js';
import { loadModel, type SavedModel } from './model.js';
import { detailsOf, type PartResult, partResult, type RunResult } from './result.js';
import { openSession, type Session } from './session.js';
import { storedPlugins } from './stored-plugins.js';
import { readStoredRun } from './stored-run.js';

export interface EvaluatedRun {
  readonly recipe: string;
  readonly engine: RunResult['engine'];
  readonly evaluation: RunResult['evaluation'];
  /** null: the recipe has no such part. */
  readonly validation: PartResult | null;
  readonly test: PartResult | null;
  /** Where the recipe asks for it; without intervals. */
  readonly apart?: NonNullable<RunResult['apart']>;
}
export interface EvaluatedWithDetails {
  readonly evaluated: EvaluatedRun;
  /** Paths of the figures that a short table leaves out. */
  readonly details: ReadonlySet<string>;
}

/**
 * Loads the model of a finished run and evaluates it as the run did: the same data, pairs and threshold, so the same
 * figures. Errors: RUN_FOLDER; problems of the data, also where it has changed.
 */
export async function evaluateRun(request: {
  readonly folder: string;
  readonly builtIn: readonly Plugin[];
  readonly engine: Plan['engine']['name'] | null;
  readonly signal: AbortSignal;
  readonly note: (message: string) => void;
  readonly log: Log;
}): Promise<EvaluatedWithDetails> {
  await requireModel(request.folder);
  const stored = await readStoredRun(request.folder);
  const model = await loadModel(join(request.folder, inRun.model));
  const { plan, folder: home } = stored.planned;
  const registry = await storedPlugins(request.folder, stored.planned, request.builtIn);
  const engine = await openEngine(request.engine ?? plan.engine.name, request.note);
  const files = openFiles({ folder: home, signal: request.signal });
  const fold = stored.fold ?? 0;
  const session = await openSession({ plan, registry, files, log: request.log, fold, fitted: model.description.fields }); // biome-ignore format: one line
  try {
    await requireSameData(request.folder, session, files);
    importWeights(session.network.weights, model.weights);
    const { evaluators } = session.wired;
    if (!session.validation && !session.test)
      fail('RUN_FOLDER', `the run in ${request.folder} has no validation and no test part to evaluate`);
    const { positive } = plan.evaluate;
    const { training } = session;
    const how = { evaluators, positive, seed: plan.seed, training, pause: pauses(request.signal) };
    const threshold = thresholdOfModel(model) ?? (await chosenNow(plan, session, how));
    const part = async (name: 'validation' | 'test'): Promise<PartResult | null> => {
      const assessed = session[name];
      if (!assessed) return null;
      return partResult(await assess(assessed, session.judged(), { ...how, threshold }), evaluators, threshold);
    };
    const counted = session.test ?? session.validation!;
    const evaluated: EvaluatedRun = {
      recipe: plan.name,
      engine: { name: engine.name, compiled: false, tensorflow: engine.tensorflow },
      evaluation: { pairs: counted.pairs.left.length, positives: counted.pairs.positives, hash: counted.pairs.hash },
      validation: await part('validation'),
      test: await part('test'),
      ...(await seenApart({ plan, session, judged: session.judged(), how: { ...how, threshold } })),
    };
    return { evaluated, details: detailsOf(evaluators) };
  } finally {
    await session.close();
    await files.close();
  }
}

async function seenApart(measuring: Parameters<typeof assessApart>[0]): Promise<Pick<EvaluatedRun, 'apart'>> {
  const { apart } = await assessApart(measuring);
  return apart ? { apart } : {};
}

/** A run that was interrupted before it had chosen its threshold: as it would have done. */
async function chosenNow(plan: Plan, session: Session, how: AssessSettings): Promise<Threshold | null> {
  const { threshold: rule } = plan.evaluate;
  if (!session.validation || rule === null) return null;
  const bare = { ...how, evaluators: [], rule };
  return (await assessValidation(session.validation, session.judged(), bare)).threshold;
}

function thresholdOfModel({ threshold }: SavedModel): Threshold | null {
  if (!threshold) return null;
  return {
    score: threshold.threshold,
    closeness: threshold.score === 'distance' ? 0 - threshold.threshold : threshold.threshold,
  };
}
