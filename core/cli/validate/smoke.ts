import { type Problem, problem } from '../../problem/index.js';
import { planRecipe } from '../../recipe/plan.js';
import { smokeRun, twoSteps } from '../../run/smoke.js';
import type { Cli } from '../cli.js';
import type { RecipeOptions } from '../plan-recipe.js';

/** Trains two steps of a sound recipe on a few items; what went wrong. */
export function createSmoke(cli: Cli, options: RecipeOptions): (file: string) => Promise<readonly Problem[]> {
  return async (file) => {
    const request = { ...options, data: true, registry: await cli.builtIn() };
    const whole = await planRecipe(file, request);
    if (!whole.planned) return whole.problems;
    const set = [...(options.set ?? []), ...twoSteps(whole.planned)];
    const { planned, registry, problems } = await planRecipe(file, { ...request, set });
    if (!planned || !registry) return problems;
    const failed = await smokeRun(planned, registry, new AbortController().signal);
    return failed.map((one) =>
      one.severity === 'warning' ? one : problem(one.code, `two steps on a few items: ${one.message}`, details(one)),
    );
  };
}

const details = ({ place, path, hint }: Problem): Parameters<typeof problem>[2] => ({
  place,
  ...(path === undefined ? {} : { path }),
  ...(hint === undefined ? {} : { hint }),
});
