import type { Kind } from '../contract/index.js';
import { checkOptions } from '../plugin/check-options.js';
import type { Plugin } from '../plugin/define.js';
import type { Site } from '../plugin/mistake-problems.js';
import type { OptionsSchema } from '../plugin/options.js';
import { createRegistry, type Registry } from '../plugin/registry.js';
import { silent } from '../plugin/silent.js';
import { type Created, type Options, type View, view } from '../plugin/view.js';
import { ProblemError } from '../problem/index.js';
import { type Drawing, openStream } from '../random/index.js';
import type { PluginUse } from '../recipe/types.js';
import { createPlugin } from '../run/create.js';
import type { Settings } from './settings.js';
import { standInFor, standIns } from './stand-ins.js';

/** A plugin under test, with one set of options. */
export interface Subject<K extends Kind> {
  readonly kind: K;
  readonly name: string;
  readonly definition: View<K>;
  readonly options: Options;
  readonly schema: OptionsSchema;
  readonly settings: Settings;
  /** `given`: what its kind is given, and what it asked for by `inject`. Errors: PLUGIN_FAILED, the plugin's own. */
  create(given?: Readonly<Record<string, unknown>>): Created[K];
  /** Every use of a name draws the same. */
  draw(name: string): Drawing;
  /** Numbers that must be the same on every engine. */
  record(name: string, values: ArrayLike<number>): void;
  readonly recorded: ReadonlyMap<string, readonly number[]>;
}

/** Errors: OPTION_*, where the options do not fit the schema. */
export function openSubject<K extends Kind>(plugin: Plugin<K>, given: Options, settings: Settings): Subject<K> {
  const { options, problems } = checkOptions(plugin, given, site);
  if (problems.length > 0) throw new ProblemError(problems);
  const registry = registryOf(plugin, settings);
  const definition = view(plugin);
  const recorded = new Map<string, readonly number[]>();
  const seed = settings.seed ?? 1;
  return {
    kind: plugin.kind,
    name: plugin.name,
    definition,
    options,
    schema: plugin.options,
    settings,
    create: (more = {}) => {
      const use = { type: plugin.name, options, parts: partsOf(definition, more) };
      return createPlugin(plugin.kind, use, { registry, log: silent, given: more });
    },
    draw: (name) => openStream(seed, `conformance ${name}`).draw(),
    record: (name, values) => recorded.set(name, Array.from(values)),
    recorded,
  };
}

const site: Site = { path: 'options', place: () => null, origin: () => '' };
function registryOf(plugin: Plugin, { plugins = [] }: Settings): Registry {
  const others = plugins.filter((other) => other.kind !== plugin.kind || other.name !== plugin.name);
  return createRegistry([
    { owner: 'the plugin', plugins: [plugin] },
    { owner: 'others', plugins: others },
    { owner: 'siamese/testkit', plugins: standIns },
  ]);
}

/** A stand-in for each part: one in a list, one for each input in a map. */
function partsOf(definition: View<Kind>, given: Readonly<Record<string, unknown>>): PluginUse['parts'] {
  const inputs = (given['inputs'] ?? []) as readonly { readonly name: string }[];
  const entries = Object.entries(definition.parts ?? {}).map(([name, { slot, many }]) => {
    const use: PluginUse = { type: standInFor[slot.kind], options: {}, parts: {} };
    if (many === 'list') return [name, [use]];
    if (many === 'map') return [name, Object.fromEntries(inputs.map((input) => [input.name, use]))];
    return [name, use];
  });
  return Object.fromEntries(entries) as PluginUse['parts'];
}
