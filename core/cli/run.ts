import { runPlan } from '../run/run.js';
import type { Cli } from './cli.js';
import { status } from './exit.js';
import { planOrExplain, type RecipeOptions } from './plan-recipe.js';
import { createProgress } from './progress.js';
import { interruptible } from './signals.js';
import { summarize } from './summary.js';
import { out, terminalLog } from './terminal.js';

export async function run(
  cli: Cli,
  file: string,
  options: RecipeOptions & { readonly out?: string; readonly json?: boolean },
): Promise<number> {
  const { planned, registry } = await planOrExplain(cli, file, options);
  const progress = createProgress(planned.plan.train.monitor);
  const one = async (signal: AbortSignal): Promise<number> => {
    const report = progress.report.bind(progress);
    const request = { planned, registry, out: options.out ?? null, signal, report, log: terminalLog };
    const finished = await runPlan(request).finally(() => progress.stop());
    out(options.json ? JSON.stringify({ folder: finished.folder, ...finished.result }, null, 2) : summarize(finished));
    return finished.result.status === 'interrupted' ? status.interrupted : status.good;
  };
  return interruptible(one, {
    stopping: 'stopping as soon as what is done is kept',
    stopped: 'interrupted before the first step: nothing to keep',
  });
}
