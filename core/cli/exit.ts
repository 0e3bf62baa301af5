import { codes, type Problem } from '../problem/index.js';

/** The command line's exit statuses. */
export const status = { good: 0, problem: 1, usage: 2, failed: 3, interrupted: 130 } as const;

/** The recipe, the data or a check: 1. The way the command was called: 2. The run itself: 3. */
export function statusOf(problems: readonly Problem[]): number {
  const errors = problems.filter(({ severity }) => severity === 'error');
  if (errors.length === 0) return status.good;
  if (errors.some(({ code }) => code === 'USAGE')) return status.usage;
  const failed = errors.some(({ code }) => codes[code].stage === 'run' && code !== 'RUN_FOLDER');
  return failed ? status.failed : status.problem;
}
