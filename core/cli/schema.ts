import { dirname, relative, resolve } from 'node:path';
import { writeWhole } from '../files/index.js';
import type { OwnerOf } from '../plugin/catalogue.js';
import { isPluginFile } from '../plugin/load.js';
import { createRegistry } from '../plugin/registry.js';
import { bundleSchema } from '../recipe/bundle.js';
import type { Cli } from './cli.js';
import { status } from './exit.js';
import { planOrExplain } from './plan-recipe.js';
import { err, out } from './terminal.js';

/** Writes the bundled schema of recipes: of siamese's own plugins, or of those that a recipe loads too. */
export async function schema(
  cli: Cli,
  recipe: string | undefined,
  options: { readonly out?: string },
): Promise<number> {
  const registry =
    recipe === undefined
      ? createRegistry([{ owner: 'siamese', plugins: await cli.builtIn() }])
      : (await planOrExplain(cli, recipe, { data: false })).registry;
  const folder = dirname(resolve(options.out ?? 'schema.json'));
  const text = JSON.stringify(bundleSchema(registry, ownerFrom(folder)), null, 2);
  if (options.out === undefined) out(text);
  else {
    await writeWhole(options.out, `${text}\n`);
    err(`wrote ${options.out}`);
  }
  return status.good;
}

/** A file of plugins is named as from the folder of the schema: `validate --schemas` finds it by that. */
function ownerFrom(folder: string): OwnerOf {
  return ({ owner, place }) => {
    const from = place ? dirname(resolve(place.file)) : folder;
    if (!isPluginFile(owner, from)) return owner;
    const path = relative(folder, resolve(from, owner)).replaceAll('\\', '/');
    return path.startsWith('.') ? path : `./${path}`;
  };
}
