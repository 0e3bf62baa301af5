import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { EngineChoice } from '../engine/engine.js';
import type { Plugin } from '../plugin/define.js';
import type { Registry } from '../plugin/registry.js';
import { fail, type Problem, ProblemError, warning } from '../problem/index.js';
import { shownFile } from '../problem/render.js';
import { planRecipe } from '../recipe/plan.js';
import type { Planned } from '../recipe/types.js';
import type { RecipeSource } from './request.js';
import type { RunResult } from './result.js';
import { storedPlugins } from './stored-plugins.js';
import { readStoredRun } from './stored-run.js';

export interface PlannedAgain {
  readonly planned: Planned;
  readonly registry: Registry;
  readonly recipe: RecipeSource | null;
  /** Where the run is one of several: its fold, from 0. */
  readonly fold?: number;
  /** Warnings. */
  readonly problems: readonly Problem[];
}

/**
 * The plan of a run that is to go on. Its recipe is planned again, as it was and with what is asked for now, so that a
 * change shows; where the recipe is gone, the run folder's own plan stands.
 * `completed`: the run has come to its end.
 * Errors: RUN_FOLDER; problems of the recipe; USAGE, where values are to be set and there is no recipe to set them in.
 */
export async function planAgain(
  folder: string,
  asked: {
    readonly builtIn: readonly Plugin[];
    readonly set?: readonly string[];
    readonly engine?: EngineChoice;
  },
): Promise<PlannedAgain | { readonly completed: RunResult }> {
  const { planned: stored, recipe, result, fold } = await readStoredRun(resolve(folder));
  if (result?.status === 'completed') return { completed: result };
  const own = fold === null ? {} : { fold };
  const engine = asked.engine ?? stored.plan.engine.name;
  const more = asked.set ?? [];
  if (recipe && existsSync(recipe.file)) {
    const set = [...recipe.set, ...more];
    const { planned, registry, problems } = await planRecipe(recipe.file, { registry: asked.builtIn, set, engine });
    if (!planned || !registry) throw new ProblemError(problems);
    return { planned, registry, recipe, problems, ...own };
  }
  if (more.length > 0) {
    const recipeFile = recipe ? `its recipe ${shownFile(recipe.file)} is gone` : 'it is of no recipe file';
    fail('USAGE', `--set ${more[0]}: the run in ${shownFile(folder)} goes on by its own plan, since ${recipeFile}`);
  }
  const registry = await storedPlugins(folder, stored, asked.builtIn);
  const plan = { ...stored.plan, engine: { ...stored.plan.engine, name: engine } };
  const gone =
    recipe &&
    warning('RUN_FOLDER', `the recipe ${shownFile(recipe.file)} is gone: the run goes on by its own plan`, {
      hint: 'Was the project moved? The files of the plan are looked for where they were.',
    });
  return { planned: { ...stored, plan }, registry, recipe: null, problems: gone ? [gone] : [], ...own };
}
