import { runPlan } from '../run/run.js';
import type { Cli } from './cli.js';
import { status } from './exit.js';
import { planOrExplain, type RecipeOptions } from './plan-recipe.js';
import { createProgress } from './progress.js';
import { watchSignals } from './signals.js';
import { summarize } from './summary.js';
import { err, out, terminalLog } from './terminal.js';

export async function run(
  cli: Cli,
  file: string,
  options: RecipeOptions & { readonly out?: string; readonly json?: boolean },
): Promise<number> {
  const { planned, registry } = await planOrExplain(cli, file, options);
  const signals = watchSignals();
  const progress = createProgress(planned.plan.train.monitor);
  try {
    const finished = await runPlan({
      planned,
      registry,
      out: options.out ?? null,
      signal: signals.signal,
      report: (event) => progress.report(event),
      log: terminalLog,
    });
    progress.stop();
    out(options.json ? JSON.stringify({ folder: finished.folder, ...finished.result }, null, 2) : summarize(finished));
    return finished.result.status === 'interrupted' ? status.interrupted : status.good;
  } catch (error) {
    progress.stop();
    if (!signals.signal.aborted) throw error;
    err('interrupted before the first step: nothing to keep');
    return status.interrupted;
  } finally {
    signals.stop();
  }
}
