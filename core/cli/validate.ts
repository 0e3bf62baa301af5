import type { Problem } from '../problem/index.js';
import { summary, toJson } from '../problem/render.js';
import { planRecipe } from '../recipe/plan.js';
import type { Cli } from './cli.js';
import { status } from './exit.js';
import type { RecipeOptions } from './plan-recipe.js';
import { showProblems } from './show-problems.js';
import { err, out } from './terminal.js';

/** Checks each recipe by itself. Status 1 where any has an error. */
export async function validate(
  cli: Cli,
  files: readonly string[],
  options: RecipeOptions & { readonly format: string },
): Promise<number> {
  if (options.format !== 'pretty' && options.format !== 'json') {
    err(`--format must be pretty or json, got ${options.format}`);
    return status.usage;
  }
  const all: Problem[] = [];
  const results: { readonly file: string; readonly valid: boolean; readonly problems: unknown }[] = [];
  for (const file of files) {
    const { planned, problems, texts } = await planRecipe(file, { ...options, registry: await cli.builtIn() });
    all.push(...problems);
    results.push({ file, valid: planned !== null, problems: toJson(problems) });
    if (options.format === 'json') continue;
    showProblems(problems, texts);
    if (planned) out(`${file}: valid${problems.length > 0 ? `, ${summary(problems)}` : ''}`);
  }
  if (options.format === 'json') out(JSON.stringify(results, null, 2));
  return all.some(({ severity }) => severity === 'error') ? status.problem : status.good;
}
