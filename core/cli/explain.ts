import { explain as explainPath, printExplanation } from '../recipe/explain.js';
import type { Cli } from './cli.js';
import { status } from './exit.js';
import { planOrExplain, type RecipeOptions } from './plan-recipe.js';
import { out } from './terminal.js';

/** Prints a value of the plan, where it came from, and what it means. */
export async function explain(
  cli: Cli,
  what: { readonly file: string; readonly path: string },
  options: RecipeOptions,
): Promise<number> {
  const { planned, registry, spent } = await planOrExplain(cli, what.file, options);
  out(printExplanation(explainPath({ planned, registry, spent }, what.path)));
  return status.good;
}
