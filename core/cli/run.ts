import type { RunEvent } from '../run/request.js';
import { runPlan } from '../run/run.js';
import { type Watching, watchRun } from '../run/watch/serve.js';
import type { Cli } from './cli.js';
import { status } from './exit.js';
import { planOrExplain, type RecipeOptions } from './plan-recipe.js';
import { createProgress } from './progress.js';
import { interruptible } from './signals.js';
import { summarize } from './summary.js';
import { err, out, terminalLog } from './terminal.js';

export async function run(
  cli: Cli,
  file: string,
  options: RecipeOptions & {
    readonly out?: string;
    readonly json?: boolean;
    readonly watch?: boolean;
    readonly port: number;
  },
): Promise<number> {
  const { planned, registry } = await planOrExplain(cli, file, options);
  const progress = createProgress(planned.plan.train.monitor);
  const one = async (signal: AbortSignal): Promise<number> => {
    const page = options.watch ? followed(options.port) : null;
    const report = (event: RunEvent): void => {
      progress.report(event);
      if (event.kind === 'folder') page?.open(event.path);
    };
    const request = { planned, registry, out: options.out ?? null, signal, report, log: terminalLog };
    const finished = await runPlan(request).finally(async () => {
      progress.stop();
      await page?.close();
    });
    out(options.json ? JSON.stringify({ folder: finished.folder, ...finished.result }, null, 2) : summarize(finished));
    return finished.result.status === 'interrupted' ? status.interrupted : status.good;
  };
  return interruptible(one, {
    stopping: 'stopping as soon as what is done is kept',
    stopped: 'interrupted before the first step: nothing to keep',
  });
}

/** The page that follows a run, as soon as it has a folder. A run goes on without it. */
function followed(port: number): { open(folder: string): void; close(): Promise<void> } {
  let opening: Promise<Watching | null> | null = null;
  return {
    open(folder) {
      opening = watchRun(folder, port).then(
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
