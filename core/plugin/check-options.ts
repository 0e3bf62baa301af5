import type { Problem } from '../problem/index.js';
import { check } from './check.js';
import type { Plugin } from './define.js';
import { problemsOf, type Site } from './mistake-problems.js';
import type { Schema } from './schema.js';
import type { Options } from './view.js';

/** Options as the recipe gives them (without `type`, the plugin's parts and what the slot keeps for itself), checked and completed. */
export function checkOptions(
  plugin: Plugin,
  given: Readonly<Record<string, unknown>>,
  site: Site,
): { readonly options: Options; readonly problems: readonly Problem[] } {
  const { value, mistakes } = check(plugin.options as Schema, given);
  return { options: value as Options, problems: problemsOf(mistakes, site, { codes: 'OPTION', plugin: plugin.name }) };
}
