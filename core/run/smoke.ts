import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Few, fewItems } from '../data/few.js';
import { openSource } from '../data/open-source.js';
import type { Plugin } from '../plugin/define.js';
import type { Registry } from '../plugin/registry.js';
import { silent } from '../plugin/silent.js';
import { view } from '../plugin/view.js';
import { type Problem, ProblemError } from '../problem/index.js';
import type { Plan, Planned } from '../recipe/types.js';
import { createPlugin } from './create.js';
import { placed } from './place.js';
import { runPlan } from './run.js';

/** `--set` texts by which a plan trains two steps. */
export const twoSteps = ({ plan: { train } }: Planned): readonly string[] =>
  train.steps === null ? ['train.epochs=1', 'train.stepsPerEpoch=2'] : ['train.steps=2'];

const LEAST_ROWS = 512;
const LEAST_GROUPS = 16;
const BATCHES = 4;

/**
 * Runs a plan of two steps on a few items, all the way: data, network, training, evaluation, the model saved. Nothing is
 * left of it, and trackers hear nothing of it. What went wrong, if anything.
 */
export async function smokeRun(planned: Planned, registry: Registry, signal: AbortSignal): Promise<readonly Problem[]> {
  const out = await mkdtemp(join(tmpdir(), 'siamese-smoke-'));
  try {
    await runPlan({
      planned: { ...planned, plan: leavingNothing(planned.plan) },
      registry: withFewItems(planned, registry),
      isSample: true,
      out: join(out, 'run'),
      signal,
      report: () => {},
      log: silent,
    });
    return [];
  } catch (error) {
    const found = placed(planned, error);
    if (found instanceof ProblemError) return found.problems;
    throw found;
  } finally {
    await rm(out, { recursive: true, force: true });
  }
}

/** Without what is written elsewhere than into the run's folder. */
const leavingNothing = ({ data, ...plan }: Plan): Plan => ({
  ...plan,
  data: { ...data, cache: { ...data.cache, use: 'never' } },
  trackers: [],
});

function withFewItems({ plan }: Planned, registry: Registry): Registry {
  const source = registry.get('source', plan.data.source.type)!;
  const { folds } = createPlugin('split', plan.data.split, { registry, log: silent });
  const few = ofFewItems(source, {
    rows: Math.max(LEAST_ROWS, BATCHES * plan.train.batchSize),
    groups: Math.max(LEAST_GROUPS, 2 * folds),
  });
  const get = ((kind, name) => {
    const found = registry.get(kind, name);
    return (found as Plugin | undefined) === source ? few : found;
  }) as Registry['get'];
  return { ...registry, get };
}

function ofFewItems(source: Plugin<'source'>, few: Few): Plugin<'source'> {
  const { create, ...declared } = view(source);
  const definition: typeof declared & { readonly create: typeof create } = {
    ...declared,
    create: (options, context) => {
      const instance = create(options, context);
      return {
        describe: (files) => instance.describe(files),
        open: async (files, wanted) => fewItems(await openSource({ source: instance, files }, wanted), few),
      };
    },
  };
  return { ...source, definition };
}
