import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Input, Kind } from '../../core/contract/index.js';
import { check } from '../../core/plugin/check.js';
import type { Plugin } from '../../core/plugin/define.js';
import { createRegistry, type Registry } from '../../core/plugin/registry.js';
import type { Schema } from '../../core/plugin/schema.js';
import { faultsOf } from '../../core/plugin/valid.js';
import { view } from '../../core/plugin/view.js';
import { planRecipe } from '../../core/recipe/plan.js';
import type { Plan, PluginUse } from '../../core/recipe/types.js';
import { createPlugin } from '../../core/run/create.js';
import { buildEncoder } from '../../core/train/encoder.js';
import { builtIn } from '../../plugins/index.js';
import { silent } from '../run/running.js';
import { largeRecipes, needsData, recipeFile, tinyRecipes } from './recipes.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const registry = createRegistry([{ owner: 'siamese', plugins: builtIn }]);
const rooms: Readonly<Record<Kind, string>> = {
  encoder: 'encoders',
  distance: 'distances',
  head: 'heads',
  loss: 'losses',
  sampler: 'samplers',
  source: 'sources',
  split: 'splits',
  optimizer: 'optimizers',
  schedule: 'schedules',
  augmentation: 'augmentations',
  evaluator: 'evaluators',
  tracker: 'trackers',
};
const idOf = ({ kind, name }: { readonly kind: Kind; readonly name: string }): string => `${kind} ${name}`;

/** Names of the plugins that a plan uses. */
function usedBy(plan: Plan, known: Registry): string[] {
  const towers = 'type' in plan.encoder ? [plan.encoder] : [plan.encoder.left, plan.encoder.right];
  const many = <T>(kind: Kind, list: readonly T[], use: (one: T) => PluginUse): [Kind, PluginUse][] =>
    list.map((one) => [kind, use(one)]);
  const uses: (readonly [Kind, PluginUse])[] = [
    ['source', plan.data.source],
    ['split', plan.data.split],
    ...many('augmentation', plan.data.augment, ({ use }) => use),
    ...many('encoder', towers, (use) => use),
    ['distance', plan.distance],
    ['head', plan.head],
    ...many('loss', plan.loss, ({ use }) => use),
    ['sampler', plan.sampler],
    ['optimizer', plan.optimizer],
    ['schedule', plan.train.schedule],
    ...many('evaluator', plan.evaluate.metrics, (use) => use),
    ...many('tracker', plan.trackers, (use) => use),
  ];
  return uses.flatMap(([kind, use]) => [`${kind} ${use.type}`, ...usedInside(kind, use, known)]);
}

/** Plugins inside a plugin, by the slots of its parts. */
function usedInside(kind: Kind, use: PluginUse, known: Registry): string[] {
  const parts = view(known.get(kind, use.type)!).parts ?? {};
  return Object.entries(parts).flatMap(([name, { slot }]) => {
    const given = use.parts[name]!;
    const inner = (Array.isArray(given) ? given : 'type' in given ? [given] : Object.values(given)) as PluginUse[];
    return inner.flatMap((one) => [`${slot.kind} ${one.type}`, ...usedInside(slot.kind, one, known)]);
  });
}

/** A value that a schema takes, its defaults left to be filled in. */
function sampleOf(schema: Schema): unknown {
  if (schema.anyOf) return sampleOf(schema.anyOf[0]!);
  if (schema.enum) return schema.enum[0];
  const [type] = [schema.type ?? []].flat();
  if (type === 'object') {
    const named = (schema.required ?? []).map((name) => [name, sampleOf(schema.properties![name] as Schema)]);
    return Object.fromEntries(named);
  }
  if (type === 'array') return Array.from({ length: schema.minItems ?? 0 }, () => sampleOf(schema.items!));
  return type === 'number' || type === 'integer' ? (schema.minimum ?? 1) : type === 'boolean' ? false : 'sample';
}

/** The plugin with nothing but what it requires; the plugins inside it likewise. */
function plainUse(plugin: Plugin): PluginUse {
  const { value, mistakes } = check(plugin.options as Schema, sampleOf(plugin.options as Schema));
  expect(mistakes).toEqual([]);
  const parts = Object.entries(view(plugin).parts ?? {}).map(([name, part]) => {
    if (part.many === 'map' && part.default !== undefined) return [name, {}]; // its names are the recipe's own
    const inner = plainUse(registry.get(part.slot.kind, part.default ?? registry.list(part.slot.kind)[0]!.name)!);
    return [name, part.many === 'list' ? [inner] : part.many === 'map' ? { a: inner } : inner];
  });
  return { type: plugin.name, options: value as PluginUse['options'], parts: Object.fromEntries(parts) };
}

const used = new Set<string>();
beforeAll(async () => {
  for (const name of [...tinyRecipes, ...largeRecipes]) {
    const { planned, registry: known } = await planRecipe(recipeFile(name), {
      registry: builtIn,
      data: !needsData(name),
    });
    for (const id of usedBy(planned!.plan, known!)) used.add(id);
  }
});

/** A loss on labelled batches has a recipe as soon as there is a sampler that yields them. */
function waitsForSampler(plugin: Plugin): boolean {
  if (plugin.kind !== 'loss') return false;
  const needs = view(plugin as Plugin<'loss'>).needs;
  if (!('embeddings' in needs) || ![needs.embeddings].flat().includes('labelled-batch')) return false;
  if (registry.list('sampler').some((sampler) => view(sampler).yields === 'labelled-batch')) return false;
  console.log(`loss ${plugin.name}: no recipe yet, since no sampler yields labelled batches`);
  return true;
}

describe.each(builtIn.map((plugin) => [idOf(plugin), plugin] as const))('%s', (id, plugin) => {
  const { kind, name } = plugin;

  it('stands in a file of its name, has a test of its name and a recipe that uses it', () => {
    expect(existsSync(join(root, 'plugins', rooms[kind], `${name}.ts`))).toBe(true);
    expect(existsSync(join(root, 'test', 'plugins', rooms[kind], `${name}.test.ts`))).toBe(true);
    if (!waitsForSampler(plugin)) expect([...used], 'no recipe uses it').toContain(id);
  });

  it('declares itself as the contract asks, its options by the meta-schema', () => {
    expect(faultsOf(plugin, 'siamese')).toEqual([]);
  });

  it('is made from its defaults alone, where it requires nothing', () => {
    const use = plainUse(plugin);
    if (kind === 'encoder') {
      const encoder = buildEncoder({
        plugin: name,
        inputs: [anInput(plugin as Plugin<'encoder'>)],
        seed: 1,
        create: (context) => createPlugin('encoder', withModel(use), { registry, log: silent, given: { ...context } }),
      });
      expect(encoder.dimensions).toBeGreaterThan(0);
      encoder.dispose();
      return;
    }
    expect(createPlugin(kind, use, { registry, log: silent, given: injectedFor(plugin) })).toBeTypeOf('object');
  });
});

/** An encoder that needs a model from files gets one that is there. */
function withModel(use: PluginUse): PluginUse {
  if (!('path' in use.options)) return use;
  return { ...use, options: { ...use.options, path: join(root, 'recipes/tiny/data/features/model.json') } };
}

/** A field of the first kind and rank that the encoder accepts. */
function anInput(plugin: Plugin<'encoder'>): Input {
  const [kind, ranks] = Object.entries(view(plugin).accepts)[0]! as [Input['kind'], readonly number[]];
  const text = kind === 'text' || kind === 'category';
  const shape = Array.from({ length: ranks[0]! }, () => (plugin.name === 'pretrained' ? 8 : 16));
  return { name: 'field', kind, shape, dtype: text ? 'int32' : 'float32', vocabulary: text ? 5 : null };
}

/** Stands for the run's distance and head, of which nothing is asked before the first step. */
function injectedFor(plugin: Plugin): Readonly<Record<string, unknown>> {
  const bound = { range: [0, Number.POSITIVE_INFINITY], metric: true, produces: 'distance' };
  return Object.fromEntries(Object.keys(view(plugin).inject ?? {}).map((name) => [name, bound]));
}
