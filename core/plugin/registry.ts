import type { Kind } from '../contract/index.js';
import { type Place, type Problem, ProblemError, problem } from '../problem/index.js';
import type { Plugin } from './define.js';

/** Plugins of one owner: siamese, a package or a file. */
export interface PluginGroup {
  readonly owner: string;
  readonly plugins: readonly Plugin[];
  /** The recipe's `plugins:` entry, where there is one. */
  readonly place?: Place | null;
  /** Hash of the code that they were loaded from. Absent: siamese's own, and those that are given as objects. */
  readonly code?: string;
}

/** Every plugin that a recipe may name. Plain frozen data. */
export interface Registry {
  readonly groups: readonly PluginGroup[];
  get<K extends Kind>(kind: K, name: string): Plugin<K> | undefined;
  /** In the order in which they were given. */
  list<K extends Kind>(kind: K): readonly Plugin<K>[];
  readonly all: readonly Plugin[];
}

/** Errors: PLUGIN_DUPLICATE, naming both owners. */
export function createRegistry(groups: readonly PluginGroup[]): Registry {
  const { registry, problems } = gatherRegistry(groups);
  if (problems.length > 0) throw new ProblemError(problems);
  return registry;
}

/** As `createRegistry`, but a duplicate is left out and reported. */
export function gatherRegistry(groups: readonly PluginGroup[]): { registry: Registry; problems: readonly Problem[] } {
  const owners = new Map<string, string>();
  const all: Plugin[] = [];
  const problems: Problem[] = [];
  for (const { owner, plugins, place = null } of groups) {
    for (const plugin of plugins) {
      const key = `${plugin.kind} "${plugin.name}"`;
      const first = owners.get(key);
      if (first === undefined) {
        owners.set(key, owner);
        all.push(plugin);
      } else {
        const twice = first === owner ? `twice in ${owner}` : `in ${first} and in ${owner}`;
        problems.push(problem('PLUGIN_DUPLICATE', `the ${key} is defined ${twice}; a name must be unique`, { place }));
      }
    }
  }
  return { registry: freeze(groups, all), problems };
}

function freeze(groups: readonly PluginGroup[], all: readonly Plugin[]): Registry {
  const of = <K extends Kind>(kind: K): Plugin<K>[] =>
    all.filter((plugin): plugin is Plugin<K> => plugin.kind === kind);
  return Object.freeze({
    groups: Object.freeze([...groups]),
    all: Object.freeze([...all]),
    get: <K extends Kind>(kind: K, name: string) => of(kind).find((plugin) => plugin.name === name),
    list: <K extends Kind>(kind: K) => Object.freeze(of(kind)),
  });
}
