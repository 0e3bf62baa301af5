import { resolve } from 'node:path';
import type { Log } from '../contract/index.js';
import type { EngineChoice } from '../engine/engine.js';
import type { Plugin } from '../plugin/define.js';
import { type Problem, ProblemError } from '../problem/index.js';
import { planRecipe } from '../recipe/plan.js';
import type { Plan } from '../recipe/types.js';
import type { RunEvent } from './request.js';
import { type FinishedRun, runPlan } from './run.js';

export interface CheckOptions {
  /** `train.epochs=3`, as after --set. */
  readonly set?: readonly string[];
  /** false: the data files are not looked at. Default true. */
  readonly data?: boolean;
}
export interface CheckedRecipe {
  /** null where a problem is an error. */
  readonly plan: Plan | null;
  readonly problems: readonly Problem[];
}
export interface RunOptions extends CheckOptions {
  /** The run folder itself. Default: `runs/<name>/<time>`. */
  readonly out?: string;
  readonly engine?: EngineChoice;
  /** Aborted: the step is finished, a checkpoint written, and the result says `interrupted`. */
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: RunEvent) => void;
  readonly log?: Log;
}

/** What siamese does as a library, with its own plugins. */
export interface Library {
  /** Checks a recipe without training, and resolves it. Errors: none; what is wrong is among the problems. */
  checkRecipe(file: string, options?: CheckOptions): Promise<CheckedRecipe>;
  /** Trains and evaluates a recipe. Errors: ProblemError with everything that is wrong. */
  runRecipe(file: string, options?: RunOptions): Promise<FinishedRun>;
}

const silent: Log = { debug: () => {}, info: () => {}, warn: () => {} };

export function createLibrary(builtIn: readonly Plugin[]): Library {
  return {
    async checkRecipe(file, options = {}) {
      const { planned, problems } = await planRecipe(file, { ...options, registry: builtIn });
      return { plan: planned?.plan ?? null, problems };
    },
    async runRecipe(file, options = {}) {
      const { set, engine } = options;
      const asked = { registry: builtIn, ...(set ? { set } : {}), ...(engine ? { engine } : {}) };
      const { planned, problems, registry } = await planRecipe(file, asked);
      if (!planned || !registry) throw new ProblemError(problems);
      return runPlan({
        planned,
        registry,
        recipe: { file: resolve(file), set: set ?? [] },
        out: options.out ?? null,
        signal: options.signal ?? new AbortController().signal,
        report: options.onEvent ?? (() => {}),
        log: options.log ?? silent,
      });
    },
  };
}
