import { resolve } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { ProblemError, problem } from '../problem/index.js';
import { beginRun, goOnWithRun } from '../run/folds.js';
import { planAgain } from '../run/plan-again.js';
import type { RunEvent, RunRequest } from '../run/request.js';
import type { FinishedRun } from '../run/run.js';
import { type Watching, watchRun } from '../run/watch/serve.js';
import type { Cli } from './cli.js';
import { status } from './exit.js';
import { planOrExplain, type RecipeOptions } from './plan-recipe.js';
import { createProgress } from './progress.js';
import { showProblems } from './show-problems.js';
import { interruptible } from './signals.js';
import { summarize } from './summary.js';
import { err, out, terminalLog } from './terminal.js';

type RunOptions = RecipeOptions & {
  readonly out?: string;
  readonly json?: boolean;
  readonly resume?: string;
  readonly watch?: boolean;
  readonly port: number;
  /** Checked by the command line: a whole number from 1. */
  readonly stopAt?: number;
};

export async function run(cli: Cli, file: string | undefined, options: RunOptions): Promise<number> {
  const { resume } = options;
  if (resume !== undefined) {
    if (file !== undefined || options.out !== undefined) return refuse('--resume RUN takes no recipe and no --out');
    return goOn(cli, resume, options);
  }
  if (file === undefined) return refuse('run needs a recipe, or --resume with a run folder');
  const { planned, registry } = await planOrExplain(cli, file, options);
  const recipe = { file: resolve(file), set: options.set ?? [] };
  const told = 'interrupted before the first step: nothing to keep';
  return follow({ planned, registry, recipe, out: options.out ?? null, told }, options, beginRun);
}

async function goOn(cli: Cli, folder: string, options: RunOptions): Promise<number> {
  const again = await planAgain(folder, { ...options, builtIn: await cli.builtIn() });
  if ('completed' in again) {
    if (options.json) out(JSON.stringify({ folder: resolve(folder), ...again.completed }, null, 2));
    else err(`the run in ${folder} is completed: there is nothing to go on with`);
    return status.good;
  }
  showProblems(again.problems);
  const told = 'interrupted before the next step: the run stands as it was';
  return follow({ ...again, out: resolve(folder), told }, options, goOnWithRun);
}

/**
 * Percent by which the heap may grow before V8 collects what a run no longer needs. By itself it waits for several times
 * as much, so that a long run of small steps holds 60 MB of batches that are gone.
 */
const HEAP_GROWTH = 20;

type Begun<O> = Pick<RunRequest, 'planned' | 'registry' | 'recipe' | 'fold'> & {
  readonly out: O;
  /** Where it is interrupted before it has begun to train. */
  readonly told: string;
};

/** Runs, shows how it goes, and prints what came of it. */
function follow<O extends string | null>(
  begun: Begun<O>,
  { json, stopAt, watch, port }: RunOptions,
  start: (request: RunRequest & { readonly out: O }) => Promise<FinishedRun>,
): Promise<number> {
  setFlagsFromString(`--heap-growing-percent=${HEAP_GROWTH}`);
  const progress = createProgress(begun.planned.plan.train.monitor);
  const one = async (signal: AbortSignal): Promise<number> => {
    const page = watch ? followed(port) : null;
    const report = (event: RunEvent): void => {
      progress.report(event);
      if ((event.kind === 'folder' && event.folds === undefined) || event.kind === 'fold') page?.open(event.path);
    };
    const request = { ...begun, stopAt: stopAt ?? null, signal, report, log: terminalLog };
    const finished = await start(request).finally(async () => {
      progress.stop();
      await page?.close();
    });
    out(json ? JSON.stringify({ folder: finished.folder, ...finished.result }, null, 2) : summarize(finished));
    return finished.result.status === 'interrupted' ? status.interrupted : status.good;
  };
  return interruptible(one, { stopping: 'stopping as soon as what is done is kept', stopped: begun.told });
}

function refuse(message: string): never {
  throw new ProblemError(problem('USAGE', message));
}

/** The page that follows a run, as soon as it has a folder. A run goes on without it. */
function followed(port: number): { open(folder: string): void; close(): Promise<void> } {
  let opening: Promise<Watching | null> | null = null;
  return {
    open(folder) {
      const before = opening; // of the fold before: the port is free once it has ended
      opening = Promise.resolve(before)
        .then((one) => one?.close())
        .then(() => watchRun(folder, port))
        .then(
          (watching) => {
            err(`watch ${watching.url}`);
            return watching;
          },
          (error: Error) => {
            terminalLog.warn(`the run cannot be watched: ${error.message}`);
            return null;
          },
        );
    },
    close: async () => (await opening)?.close(),
  };
}
