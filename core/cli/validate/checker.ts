import { readFileSync } from 'node:fs';
import { dirname, isAbsolute, resolve } from 'node:path';
import { reason } from '../../files/index.js';
import { type Catalogue, CodeNeeded, isCatalogue, pluginsOf } from '../../plugin/catalogue.js';
import type { PluginGroup } from '../../plugin/registry.js';
import { fail } from '../../problem/index.js';
import { type PlanRequest, type PlanResult, planRecipe } from '../../recipe/plan.js';
import type { Cli } from '../cli.js';
import type { RecipeOptions } from '../plan-recipe.js';

export interface CheckOptions extends RecipeOptions {
  /** A file that `siamese schema --out` has written. */
  readonly schemas?: string;
}
/** Plans one recipe. */
export type Checker = (file: string) => Promise<PlanResult>;

/**
 * A checker for many recipes. siamese's own plugins come without TensorFlow; a recipe that needs their code, since what one
 * declares depends on its options, is planned again with it. With `schemas` nothing is: that is told as `unjudged`.
 */
export async function createChecker(cli: Cli, { schemas, ...options }: CheckOptions): Promise<Checker> {
  const light = { ...options, registry: await cli.light() };
  if (schemas !== undefined) {
    const request: PlanRequest = { ...light, known: readSchemas(schemas) };
    return (file) => planRecipe(file, request);
  }
  return async (file) => {
    try {
      return await planRecipe(file, light);
    } catch (error) {
      if (!(error instanceof CodeNeeded)) throw error;
      return planRecipe(file, { ...options, registry: await cli.builtIn() });
    }
  };
}

/** Plugins of others in a file of schemas. Errors: USAGE. */
function readSchemas(file: string): PluginGroup[] {
  const hint = 'siamese schema RECIPE --out FILE writes one.';
  const catalogue = contentOf(file);
  if (!isCatalogue(catalogue))
    return fail('USAGE', `--schemas ${file} holds no plugins of this version of siamese`, { hint });
  const folder = dirname(resolve(file));
  const whole = (owner: string): string =>
    /^\.\.?\//.test(owner) && !isAbsolute(owner) ? resolve(folder, owner) : owner;
  return pluginsOf(catalogue)
    .filter(({ owner }) => owner !== 'siamese')
    .map((group) => ({ ...group, owner: whole(group.owner) }));
}

function contentOf(file: string): Catalogue | undefined {
  try {
    const json = JSON.parse(readFileSync(file, 'utf8')) as { readonly 'x-siamese'?: Catalogue } | null;
    return json?.['x-siamese'];
  } catch (error) {
    if (error instanceof SyntaxError) return fail('USAGE', `--schemas ${file} is no JSON: ${error.message}`);
    return fail('USAGE', `--schemas ${file} cannot be read: ${reason(error)}`);
  }
}
