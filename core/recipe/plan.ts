import { dirname, resolve } from 'node:path';
import { CodeNeeded } from '../plugin/catalogue.js';
import type { Plugin } from '../plugin/define.js';
import { gatherPlugins, isPluginFile, type PluginEntry } from '../plugin/load.js';
import { gatherRegistry, type PluginGroup, type Registry } from '../plugin/registry.js';
import { type Problem, ProblemError, problem, sortProblems } from '../problem/index.js';
import { buildPlan } from './build-plan.js';
import { chooseEngine } from './choose-engine.js';
import { type Composition, composeRecipe } from './compose.js';
import { defaultMonitor, defaultPairs, fillSlots, knowData } from './defaults.js';
import { describeData } from './describe.js';
import { type Draft, sound } from './draft.js';
import { checkEnvelope, type Settings } from './envelope.js';
import { Faults } from './faults.js';
import { gatherSlots } from './gather.js';
import { type MapNode, type Node, nodeAt, placeOf } from './node.js';
import { folderOf } from './origin.js';
import { judge } from './rules/index.js';
import type { Origin, Planned } from './types.js';
import type { Resolving } from './uses.js';
import { hasValidation } from './validated.js';

export interface PlanRequest {
  /** siamese's own plugins. */
  readonly registry: readonly Plugin[];
  /** `--set` texts, in order. */
  readonly set?: readonly string[];
  /** `--engine`: comes before SIAMESE_ENGINE, which comes before the recipe. */
  readonly engine?: string;
  /** false: the data is not looked at; what depends on it is derived from what the source declares. Default true. */
  readonly data?: boolean;
  /**
   * No code of third-party plugins (those in `known` are data), no environment, no file outside the recipe's folder and
   * installed packages. Default false.
   */
  readonly untrusted?: boolean;
  /**
   * Plugins of others as data, by owner: a package's name, a file's whole path. `plugins:` then loads no code, the data is
   * not looked at, and what a rule would have to run is told as `unjudged`.
   */
  readonly known?: readonly PluginGroup[];
  readonly signal?: AbortSignal;
  /** The recipe itself; the file is then not read, and only says where paths begin. */
  readonly text?: string;
}
export interface PlanResult {
  /** null where there is an error among the problems. */
  readonly planned: Planned | null;
  /** Sorted; warnings among them. */
  readonly problems: readonly Problem[];
  /** siamese's own plugins and the recipe's; null where the recipe could not even be read. */
  readonly registry: Registry | null;
  /** The `extends` and `vars` of the recipe, which the plan is without; null where it could not even be read. */
  readonly spent: MapNode | null;
  /** Texts of the recipe files by path, for frames. */
  readonly texts: ReadonlyMap<string, string>;
  /** Packages and files of plugins that the recipe names: the code that a run of it would load. */
  readonly code: readonly string[];
  /** With `known`: declarations that are code, so that rules on them were not asked. */
  readonly unjudged: readonly string[];
}

/**
 * Reads, composes, checks and resolves a recipe: YAML, composing, the recipe's own keys, names of plugins, their options,
 * rules across them, headers of the data. All that can be told apart is reported at once. Nothing is created, no tensor
 * library is loaded.
 */
export async function planRecipe(file: string, request: PlanRequest): Promise<PlanResult> {
  const composition = compose(file, request);
  if ('problems' in composition && !('root' in composition)) {
    return {
      planned: null,
      problems: sortProblems(composition.problems),
      registry: null,
      spent: null,
      texts: new Map(),
      code: [],
      unjudged: [],
    };
  }
  const { root, problems, broken, incomplete, texts, spent } = composition;
  const faults = new Faults(problems, broken);
  const folder = dirname(resolve(file));
  const envelope = checkEnvelope(root, incomplete);
  faults.add(...envelope.problems);
  const origins = new Map<string, Origin>();
  const { registry, plugins } = await openRegistry({ root, folder, faults, request });
  const resolving: Resolving = { root, registry, folder, faults, origins };
  const unjudged = request.known ? new Set<string>() : null;
  const draft = incomplete ? null : await draftRecipe(envelope.settings, resolving, request);
  const engine = chooseEngine(envelope.settings, resolving, request.engine);
  if (draft) judge(draft, faults, unjudged);
  const done =
    draft && !faults.failed ? buildPlan({ draft, engine, plugins, text: texts.get(resolve(file)) ?? '' }) : null;
  return {
    planned: done,
    problems: sortProblems(faults.problems),
    registry,
    spent,
    texts,
    code: pluginEntries(root, folder).map(({ name }) => name),
    unjudged: [...(unjudged ?? [])],
  };
}

function compose(
  file: string,
  { set, untrusted, text }: PlanRequest,
): Composition | { readonly problems: readonly Problem[] } {
  try {
    return composeRecipe(file, {
      ...(set ? { set } : {}),
      ...(untrusted === undefined ? {} : { untrusted }),
      ...(text === undefined ? {} : { text }),
    });
  } catch (error) {
    if (error instanceof ProblemError) return { problems: error.problems };
    throw error;
  }
}

interface Opening {
  readonly root: Node;
  readonly folder: string;
  readonly faults: Faults;
  readonly request: PlanRequest;
}

const ownRegistries = new WeakMap<readonly Plugin[], Registry>();
/** siamese's own plugins alone: gathered once for many recipes. */
function ownRegistry(plugins: readonly Plugin[]): Registry {
  const registry = ownRegistries.get(plugins) ?? gatherRegistry([{ owner: 'siamese', plugins }]).registry;
  ownRegistries.set(plugins, registry);
  return registry;
}

/** siamese's own plugins, and those that `plugins:` names: files as absolute paths. */
async function openRegistry({
  root,
  folder,
  faults,
  request,
}: Opening): Promise<{ registry: Registry; plugins: readonly string[] }> {
  const entries = pluginEntries(root, folder);
  const own = { owner: 'siamese', plugins: request.registry };
  if (request.untrusted && !request.known) {
    for (const { name, place } of entries) {
      faults.add(
        problem('PLUGIN_LOAD', `plugins are code: --untrusted does not load ${name}`, { place, path: 'plugins' }),
      );
    }
    return { registry: ownRegistry(request.registry), plugins: [] };
  }
  if (entries.length === 0) return { registry: ownRegistry(request.registry), plugins: [] };
  const loaded = request.known ? knownPlugins(entries, request.known) : await gatherPlugins(entries);
  const { registry, problems } = gatherRegistry([own, ...loaded.groups]);
  faults.add(...[...loaded.problems, ...problems].map((one) => ({ ...one, path: 'plugins' })));
  return {
    registry,
    plugins: entries.map((entry) =>
      isPluginFile(entry.name, entry.folder) ? resolve(entry.folder, entry.name) : entry.name,
    ),
  };
}

/** What `plugins:` names, found among plugins given as data. */
function knownPlugins(
  entries: readonly PluginEntry[],
  known: readonly PluginGroup[],
): { groups: PluginGroup[]; problems: Problem[] } {
  const found = entries.map((entry) => {
    const { name, folder, place } = entry;
    const owner = isPluginFile(name, folder) ? resolve(folder, name) : name;
    const group = known.find((one) => one.owner === owner);
    return { name, place, group: group && { ...group, place } };
  });
  const hint = 'siamese schema RECIPE --out FILE writes the plugins of a recipe into a file of schemas.';
  return {
    groups: found.flatMap(({ group }) => (group ? [group] : [])),
    problems: found.flatMap(({ name, place, group }) =>
      group ? [] : [problem('PLUGIN_LOAD', `the given schemas do not hold the plugins of ${name}`, { place, hint })],
    ),
  };
}

function pluginEntries(root: Node, folder: string): PluginEntry[] {
  const node = nodeAt(root, ['plugins']);
  if (node?.kind !== 'list') return [];
  return node.items.flatMap((item) =>
    item.kind === 'scalar' && typeof item.value === 'string' && item.value !== ''
      ? [{ name: item.value, folder: folderOf(item.origin, folder), place: placeOf(item.origin) }]
      : [],
  );
}

/** Resolves every slot, looks at the data, derives what the recipe leaves open. */
async function draftRecipe(settings: Settings, resolving: Resolving, request: PlanRequest): Promise<Draft> {
  const gathered = gatherSlots(resolving);
  const look =
    request.data !== false && !request.known && gathered.source !== null && !resolving.faults.spoils('data.source');
  const description = look
    ? await describeData(gathered.source, resolving, {
        fields: settings.data.fields,
        untrusted: request.untrusted ?? false,
        ...(request.signal ? { signal: request.signal } : {}),
      })
    : null;
  const data = knowData(gathered.source, description, settings);
  const slots = fillSlots(gathered, data, resolving);
  const metrics = sound(slots.metrics);
  const validated = hasValidation(slots, data);
  const derived = validated ? monitorOf(metrics, data, request) : null;
  const { monitor = derived?.name ?? 'off' } = settings.train;
  const { pairs = defaultPairs(data).name as 'balanced' | 'given' } = settings.evaluate;
  return {
    resolving,
    settings,
    slots,
    data,
    validated,
    monitor: monitor === 'off' ? null : monitor,
    evaluatedPairs: typeof pairs === 'string' ? { type: pairs, count: 20_000 } : pairs,
    initialize: gathered.initialize,
  };
}

/** Which metrics an evaluator has may be code: then no default can be named, and none is needed to judge a recipe. */
function monitorOf(
  metrics: Parameters<typeof defaultMonitor>[0],
  data: Parameters<typeof defaultMonitor>[1],
  { known }: PlanRequest,
): ReturnType<typeof defaultMonitor> {
  try {
    return defaultMonitor(metrics, data);
  } catch (error) {
    if (error instanceof CodeNeeded && known) return null;
    throw error;
  }
}
