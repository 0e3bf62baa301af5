/** The plugins of siamese without TensorFlow: for whoever checks recipes, in a fraction of the time. */
import { type Catalogue, pluginsOf } from '../core/plugin/catalogue.js';
import type { Plugin } from '../core/plugin/define.js';
import { readOwnJson } from '../core/plugin/home.js';
import { onHost } from './host.js';

/** As `builtIn`; what a plugin computes with tensors throws CodeNeeded. */
export async function loadLight(): Promise<readonly Plugin[]> {
  const bundle = readOwnJson('schemas/recipe.bundle.schema.json') as { readonly 'x-siamese': Catalogue };
  const declared = pluginsOf(bundle['x-siamese']).flatMap((group) => group.plugins);
  return declared.map(
    (plugin) => onHost.find(({ kind, name }) => kind === plugin.kind && name === plugin.name) ?? plugin,
  );
}
