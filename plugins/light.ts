/** The plugins of siamese without TensorFlow: for whoever checks recipes, in a fraction of the time. */
import type { Kind } from '../core/contract/index.js';
import { type Catalogue, pluginsOf } from '../core/plugin/catalogue.js';
import type { Plugin } from '../core/plugin/define.js';
import { readOwnJson } from '../core/plugin/home.js';
import { isPlugin } from '../core/plugin/valid.js';

/** Folders of the kinds that compute on the host alone: their code is at hand. Of the others only what they declare. */
const folders: Readonly<Partial<Record<Kind, string>>> = {
  sampler: 'samplers',
  source: 'sources',
  split: 'splits',
  schedule: 'schedules',
  evaluator: 'evaluators',
};

/** As `builtIn`; what a plugin computes with tensors throws CodeNeeded. */
export async function loadLight(): Promise<readonly Plugin[]> {
  const bundle = readOwnJson('schemas/recipe.bundle.schema.json') as { readonly 'x-siamese': Catalogue };
  const plugins = pluginsOf(bundle['x-siamese']).flatMap((group) => group.plugins);
  return Promise.all(plugins.map((plugin) => loadCode(plugin)));
}

/** File name = recipe name. */
async function loadCode(plugin: Plugin): Promise<Plugin> {
  const folder = folders[plugin.kind];
  if (folder === undefined) return plugin;
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const module = (await import(new URL(`${folder}/${plugin.name}.${extension}`, import.meta.url).href)) as object;
  const found = Object.values(module).find((one) => isPlugin(one) && one.name === plugin.name);
  if (!found) throw new Error(`plugins/${folder}/${plugin.name} exports no plugin of this name`);
  return found as Plugin;
}
