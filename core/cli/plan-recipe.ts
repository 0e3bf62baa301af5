import type { EngineChoice } from '../engine/engine.js';
import { createRegistry, type Registry } from '../plugin/registry.js';
import { ProblemError } from '../problem/index.js';
import { type PlanResult, planRecipe } from '../recipe/plan.js';
import type { Planned } from '../recipe/types.js';
import type { Cli } from './cli.js';
import { showProblems } from './show-problems.js';

/** Options that every command on a recipe takes. */
export interface RecipeOptions {
  readonly set?: readonly string[];
  readonly engine?: EngineChoice;
  readonly data?: boolean;
  readonly untrusted?: boolean;
}

/** The recipe's plan; warnings are shown, errors thrown. */
export async function planOrExplain(
  cli: Cli,
  file: string,
  options: RecipeOptions,
): Promise<{ readonly planned: Planned; readonly registry: Registry; readonly spent: PlanResult['spent'] }> {
  const { planned, problems, registry, spent } = await planRecipe(file, { ...options, registry: await cli.builtIn() });
  if (!planned || !registry) throw new ProblemError(problems);
  showProblems(problems);
  return { planned, registry, spent };
}

/** siamese's own plugins, and with a recipe those that it loads. */
export async function pluginsOf(cli: Cli, recipe: string | undefined): Promise<Registry> {
  if (recipe !== undefined) return (await planOrExplain(cli, recipe, { data: false })).registry;
  return createRegistry([{ owner: 'siamese', plugins: await cli.builtIn() }]);
}
