import { join } from 'node:path';
import type { Kind } from '../contract/index.js';
import { check, type Mistake } from '../plugin/check.js';
import type { Plugin } from '../plugin/define.js';
import { loadPlugins } from '../plugin/load.js';
import { createRegistry, type Registry } from '../plugin/registry.js';
import type { Schema } from '../plugin/schema.js';
import { view } from '../plugin/view.js';
import { fail } from '../problem/index.js';
import { shownFile } from '../problem/render.js';
import type { Plan, Planned, PluginUse } from '../recipe/types.js';
import { inRun } from './folder.js';
import { refuseFirst } from './stored-form.js';

/** The plugins that the plan of a run folder names, loaded and fitted to it. Errors: those of loading; RUN_FOLDER. */
export async function storedPlugins(
  folder: string,
  { plan, folder: home }: Pick<Planned, 'plan' | 'folder'>,
  builtIn: readonly Plugin[],
): Promise<Registry> {
  const loaded = await loadPlugins(plan.plugins, home);
  const registry = createRegistry([{ owner: 'siamese', plugins: builtIn }, ...loaded]);
  fitPlugins(plan, registry, join(folder, inRun.plan));
  return registry;
}

/**
 * What a stored plan says of plugins fits those that are here; an option that is newer than the plan is given its default.
 * Errors: RUN_FOLDER, naming the first option that the plugin does not take.
 */
export function fitPlugins(plan: Plan, registry: Registry, path: string): void {
  for (const [kind, use, at] of usesOf(plan)) fitUse({ kind, use, at }, registry, path);
}

interface Named {
  readonly kind: Kind;
  readonly use: PluginUse;
  readonly at: string;
}

function fitUse({ kind, use, at }: Named, registry: Registry, path: string): void {
  const plugin = registry.get(kind, use.type);
  if (!plugin)
    fail('RUN_FOLDER', `${shownFile(path)} names the ${kind} "${use.type}" at ${at}, but no ${kind} here is called so`);
  const { parts = {} } = view(plugin);
  const { mistakes, value } = check(plugin.options as Schema, use.options);
  const isMeant = (one: Mistake): boolean =>
    one.kind !== 'unknown' && !(one.kind === 'missing' && Object.hasOwn(parts, one.name!)); // parts stand beside options
  refuseFirst(mistakes.filter(isMeant), path, `${at}.options`);
  Object.assign(use.options, value);
  for (const [name, { slot }] of Object.entries(parts))
    for (const inner of partsIn(use.parts[name]))
      fitUse({ kind: slot.kind, use: inner, at: `${at}.parts.${name}` }, registry, path);
}

function partsIn(part: PluginUse['parts'][string] | undefined): readonly PluginUse[] {
  if (part === undefined) return [];
  if (Array.isArray(part)) return part;
  const one = part as PluginUse | Readonly<Record<string, PluginUse>>;
  return typeof one.type === 'string' ? [one as PluginUse] : Object.values(one as Readonly<Record<string, PluginUse>>);
}

type Use = readonly [kind: Kind, use: PluginUse, at: string];

function usesOf({ data, encoder, projection, distance, head, ...plan }: Plan): readonly Use[] {
  const many = (kind: Kind, uses: readonly PluginUse[], at: (i: number) => string): Use[] =>
    uses.map((use, i) => [kind, use, at(i)]);
  const towers: Use[] =
    'type' in encoder
      ? [['encoder', encoder as PluginUse, 'plan.encoder']]
      : [
          ['encoder', encoder.left, 'plan.encoder.left'],
          ['encoder', encoder.right, 'plan.encoder.right'],
        ];
  return [
    ['source', data.source, 'plan.data.source'],
    ['split', data.split, 'plan.data.split'],
    ...many('augmentation', data.augment.map(({ use }) => use), (i) => `plan.data.augment.${i}.use`), // biome-ignore format: one line
    ...towers,
    ...(projection ? ([['encoder', projection, 'plan.projection']] as const) : []),
    ['distance', distance, 'plan.distance'],
    ['head', head, 'plan.head'],
    ...many('loss', plan.loss.map(({ use }) => use), (i) => `plan.loss.${i}.use`), // biome-ignore format: one line
    ['sampler', plan.sampler, 'plan.sampler'],
    ['optimizer', plan.optimizer, 'plan.optimizer'],
    ['schedule', plan.train.schedule, 'plan.train.schedule'],
    ...many('evaluator', plan.evaluate.metrics, (i) => `plan.evaluate.metrics.${i}`),
    ...many('tracker', plan.trackers, (i) => `plan.trackers.${i}`),
  ];
}
