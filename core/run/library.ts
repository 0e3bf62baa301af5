import { resolve } from 'node:path';
import type { Log } from '../contract/index.js';
import type { EngineChoice } from '../engine/engine.js';
import type { Plugin } from '../plugin/define.js';
import { silent } from '../plugin/silent.js';
import { type Problem, ProblemError } from '../problem/index.js';
import { type PlanResult, planRecipe } from '../recipe/plan.js';
import { originOf } from '../recipe/print.js';
import { writeYaml } from '../recipe/read.js';
import type { Plan } from '../recipe/types.js';
import { beginRun } from './folds.js';
import type { RunEvent } from './request.js';
import type { FinishedRun } from './run.js';
import { openModel, type TrainedModel } from './trained-model.js';

/** A recipe: its file, or what such a file would hold, as plain values. */
export type Recipe = string | Readonly<Record<string, unknown>>;

/** How a recipe is read. */
export interface CheckOptions {
  /** `train.epochs=3`, as after --set. */
  readonly set?: readonly string[];
  /** false: the data files are not looked at. Default true. */
  readonly data?: boolean;
  /** Of a recipe given as an object: where its relative paths begin. Default: the working folder. */
  readonly folder?: string;
  /** Aborted: looking at the data ends, and its reason is thrown. */
  readonly signal?: AbortSignal;
}
/** What is wrong with a recipe, and its plan. */
export interface CheckedRecipe {
  /** null where a problem is an error. */
  readonly plan: Plan | null;
  /** Errors and warnings, by their places. */
  readonly problems: readonly Problem[];
}
/** A recipe that can be run: its plan, and where each value came from. */
export interface PlannedRecipe {
  /** The recipe with every default. */
  readonly plan: Plan;
  /** Warnings. */
  readonly problems: readonly Problem[];
  /** Where the value at a path of the plan came from: `recipe.yaml:7:13`, `default: the data has groups`. */
  origin(path: string): string;
}
/** How a recipe is run. */
export interface RunOptions extends CheckOptions {
  /** The run folder itself. Default: `runs/<name>/<time>`. */
  readonly out?: string;
  /** What computes; default: as the recipe says. */
  readonly engine?: EngineChoice;
  /** Aborted: the step is finished, what there is is kept, and the result says `interrupted`. */
  readonly signal?: AbortSignal;
  /** Told of what happens, while it happens. */
  readonly onEvent?: (event: RunEvent) => void;
  /** Where plugins and the engine write what only a log wants. Default: nowhere. */
  readonly log?: Log;
}
/** How a model is opened. */
export interface LoadOptions {
  /** What computes; default: as the recipe says. */
  readonly engine?: EngineChoice;
  /** Where plugins and the engine write. Default: nowhere. */
  readonly log?: Log;
}

/** What siamese does as a library, with its own plugins: `core/index.ts` says of each function what it does. */
export interface Library {
  checkRecipe(recipe: Recipe, options?: CheckOptions): Promise<CheckedRecipe>;
  planRecipe(recipe: Recipe, options?: CheckOptions): Promise<PlannedRecipe>;
  runRecipe(recipe: Recipe, options?: RunOptions): Promise<FinishedRun>;
  loadModel(run: string, options?: LoadOptions): Promise<TrainedModel>;
}

export function createLibrary(builtIn: readonly Plugin[]): Library {
  const plan = (recipe: Recipe, options: RunOptions): Promise<PlanResult> => {
    const { set, data, engine, signal, folder = '.' } = options;
    const request = {
      registry: builtIn,
      ...(set ? { set } : {}),
      ...(data === undefined ? {} : { data }),
      ...(engine ? { engine } : {}),
      ...(signal ? { signal } : {}),
    };
    if (typeof recipe === 'string') return planRecipe(recipe, request);
    return planRecipe(resolve(folder, 'recipe object'), { ...request, text: writeYaml(recipe) });
  };
  return {
    async checkRecipe(recipe, options = {}) {
      const { planned, problems } = await plan(recipe, options);
      return { plan: planned?.plan ?? null, problems };
    },
    async planRecipe(recipe, options = {}) {
      const { planned, problems } = await plan(recipe, options);
      if (!planned) throw new ProblemError(problems);
      return { plan: planned.plan, problems, origin: (path) => originOf(planned, path) };
    },
    async runRecipe(recipe, options = {}) {
      const { data: _looked, ...asked } = options;
      const { planned, problems, registry } = await plan(recipe, asked);
      if (!planned || !registry) throw new ProblemError(problems);
      return beginRun({
        planned,
        registry,
        recipe: typeof recipe === 'string' ? { file: resolve(recipe), set: options.set ?? [] } : null,
        out: options.out ?? null,
        signal: options.signal ?? new AbortController().signal,
        report: options.onEvent ?? (() => {}),
        log: options.log ?? silent,
      });
    },
    loadModel: (folder, { engine, log = silent } = {}) => openModel({ folder, builtIn, engine: engine ?? null, log }),
  };
}
