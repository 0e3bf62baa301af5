import type { Kind } from '../contract/index.js';
import { check, type Mistake } from '../plugin/check.js';
import { readOwnJson } from '../plugin/home.js';
import type { Registry } from '../plugin/registry.js';
import type { Schema } from '../plugin/schema.js';
import { view } from '../plugin/view.js';
import { fail } from '../problem/index.js';
import { shownFile } from '../problem/render.js';
import type { Plan, PluginUse } from '../recipe/types.js';

const schemas = new Map<string, Schema>();

/**
 * A file of a run folder has the form that siamese writes (`schemas/plan.schema.json`, `schemas/model.schema.json`); keys
 * that another siamese wrote beside it are left alone.
 * Errors: RUN_FOLDER, naming the first value that has not.
 */
export function requireWritten(what: 'plan' | 'model', value: unknown, path: string): void {
  if (isDeep(value, DEEPEST)) fail('RUN_FOLDER', `${shownFile(path)} is damaged: it is nested too deeply`);
  const file = `schemas/${what}.schema.json`;
  const schema = schemas.get(file) ?? (readOwnJson(file) as Schema);
  schemas.set(file, schema);
  refuse(check(schema, value).mistakes, path, '');
}

/** Far deeper than any plan is, and far from where a walk through it would end. */
const DEEPEST = 100;
const isDeep = (value: unknown, left: number): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (left === 0 || Object.values(value).some((one) => isDeep(one, left - 1)));

/**
 * What a stored plan says of plugins fits those that are here; an option that is newer than the plan is given its default.
 * Errors: RUN_FOLDER, naming the first option that the plugin does not take.
 */
export function requireTaken(plan: Plan, registry: Registry, path: string): void {
  for (const [kind, use, at] of usesOf(plan)) requireUse({ kind, use, at }, registry, path);
}

interface Named {
  readonly kind: Kind;
  readonly use: PluginUse;
  readonly at: string;
}

function requireUse({ kind, use, at }: Named, registry: Registry, path: string): void {
  const plugin = registry.get(kind, use.type);
  if (!plugin)
    fail('RUN_FOLDER', `${shownFile(path)} names the ${kind} "${use.type}" at ${at}, but no ${kind} here is called so`);
  const { parts = {} } = view(plugin);
  const { mistakes, value } = check(plugin.options as Schema, use.options);
  const isMeant = (one: Mistake): boolean =>
    one.kind !== 'unknown' && !(one.kind === 'missing' && Object.hasOwn(parts, one.name!)); // parts stand beside options
  refuse(mistakes.filter(isMeant), path, `${at}.options`);
  Object.assign(use.options, value);
  for (const [name, { slot }] of Object.entries(parts))
    for (const inner of partsIn(use.parts[name]))
      requireUse({ kind: slot.kind, use: inner, at: `${at}.parts.${name}` }, registry, path);
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

function refuse([mistake]: readonly Mistake[], path: string, from: string): void {
  if (!mistake) return;
  const at = [...(from === '' ? [] : [from]), ...mistake.at, ...(mistake.kind === 'missing' ? [mistake.name!] : [])];
  const what = mistake.kind === 'missing' ? 'is missing' : mistake.words;
  fail('RUN_FOLDER', `${shownFile(path)} is damaged: ${at.join('.') || 'it'} ${what}`);
}
