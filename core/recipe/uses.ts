import { resolve } from 'node:path';
import type { Kind } from '../contract/index.js';
import { isPackagePath } from '../files/index.js';
import { checkOptions } from '../plugin/check-options.js';
import type { Part, Plugin } from '../plugin/define.js';
import { joinPath, type Site } from '../plugin/mistake-problems.js';
import type { Registry } from '../plugin/registry.js';
import { admits, type Schema } from '../plugin/schema.js';
import { type Options, view } from '../plugin/view.js';
import { nearest, type Place, type Problem, problem } from '../problem/index.js';
import type { Faults } from './faults.js';
import { reportersOf } from './figures-of.js';
import {
  childOf,
  type Entry,
  type Keys,
  keyPlace,
  type MapNode,
  mapNode,
  type Node,
  nodeAt,
  placeOf,
  plainOf,
  scalarNode,
} from './node.js';
import { folderOf, originSuffix } from './origin.js';
import { recordOrigins } from './record-origins.js';
import type { Origin, PluginUse } from './types.js';

/** A plugin that the recipe uses, where it uses it. */
export interface Slot<K extends Kind = Kind> {
  readonly path: string;
  readonly use: PluginUse;
  readonly plugin: Plugin<K>;
  /** null: a default. */
  readonly place: Place | null;
}
export interface SlotRequest<K extends Kind> {
  readonly kind: K;
  readonly path: Keys;
  readonly node: Node;
  /** Keys beside the options that are the slot's own (`scales`, `weight`). */
  readonly extras?: readonly string[];
  /** The plugin where the map names none. */
  readonly fallback?: string;
}
export interface Resolving {
  readonly root: MapNode;
  readonly registry: Registry;
  /** Of the recipe. */
  readonly folder: string;
  readonly faults: Faults;
  readonly origins: Map<string, Origin>;
}

const plurals: Readonly<Record<Kind, string>> = {
  encoder: 'Encoders', distance: 'Distances', head: 'Heads', loss: 'Losses', sampler: 'Samplers', source: 'Sources', split: 'Splits',
  optimizer: 'Optimizers', schedule: 'Schedules', augmentation: 'Augmentations', evaluator: 'Evaluators', tracker: 'Trackers',
}; // biome-ignore format: a table
const MOST_NAMES = 24;

/** Finds the plugin of a slot and checks its options: names first, then that plugin's own. null: reported, here or before. */
export function resolveSlot<K extends Kind>(request: SlotRequest<K>, resolving: Resolving): Slot<K> | null {
  const named = nameOf(request);
  const path = request.path.join('.');
  if (named === null || resolving.faults.spoils(joinPath(path, ['type']))) return null;
  const plugin = resolving.registry.get(request.kind, named.name);
  if (!plugin) {
    if (named.name.includes('/') && resolving.faults.spoils('plugins')) return null; // it may be one of those that could not be loaded
    resolving.faults.add(unknownPlugin(request, named, resolving.registry));
    return null;
  }
  resolving.origins.set(path, request.node.origin);
  resolving.origins.set(joinPath(path, ['type']), named.origin);
  const use = resolveOptions(request, plugin, resolving);
  return use && { path, use, plugin, place: placeOf(request.node.origin) && keyPlace(resolving.root, request.path) };
}

interface Named {
  readonly name: string;
  readonly origin: Origin;
}

function nameOf({ node, fallback }: SlotRequest<Kind>): Named | null {
  const type = node.kind === 'map' ? childOf(node, 'type') : node;
  if (type === undefined)
    return fallback === undefined
      ? null
      : { name: fallback, origin: { from: 'default', reason: 'the same in every recipe' } };
  return type.kind === 'scalar' && typeof type.value === 'string' ? { name: type.value, origin: type.origin } : null;
}

function unknownPlugin(
  { kind, path }: SlotRequest<Kind>,
  { name, origin }: Named,
  registry: Registry,
): ReturnType<typeof problem> {
  const names = registry
    .list(kind)
    .map((plugin) => plugin.name)
    .sort();
  const near = nearest(name, names) ?? (name.includes('/') ? null : containedIn(name, names));
  const shown = names.length > MOST_NAMES ? [...names.slice(0, MOST_NAMES), '...'] : names;
  const asked = near === null ? '' : `; did you mean ${near}?`;
  const list = names.length === 0 ? '' : `${near === null ? '.' : ''} ${plurals[kind]}: ${shown.join(', ')}`;
  const hint = hintFor({ kind, name }, registry);
  return problem('PLUGIN_UNKNOWN', `no ${kind} is called "${name}"${asked}${list}${originSuffix(origin)}`, {
    place: placeOf(origin),
    path: path.join('.'),
    ...(hint === undefined ? {} : { hint }),
  });
}

function hintFor(
  { kind, name }: { readonly kind: Kind; readonly name: string },
  registry: Registry,
): string | undefined {
  const reporters = kind === 'evaluator' ? reportersOf(name, registry) : [];
  if (reporters.length === 1) return `${name} is a figure of ${reporters[0]}: name that.`;
  if (reporters.length > 1) return `${name} is a figure of ${listed(reporters)}: name one of them.`;
  const other = registry.all.find((plugin) => plugin.name === name);
  if (other) return `${name} is a ${other.kind}.`;
  return name.includes('/') ? 'Its package or file must stand in plugins.' : undefined;
}

const listed = (names: readonly string[]): string => `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;

/** `TripletMarginLoss` of another library means triplet: the first name in it. */
function containedIn(name: string, names: readonly string[]): string | null {
  const plain = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]/g, '');
  const found = names.filter((one) => one.length > 3 && plain(name).includes(plain(one)));
  const at = (one: string): number => plain(name).indexOf(plain(one));
  return found.sort((a, b) => at(a) - at(b) || b.length - a.length)[0] ?? null;
}

/** An option that others of its kind have is told whose it is. */
function withOwner(one: Problem, { kind, name, options }: Plugin, registry: Registry): Problem {
  const option = one.path?.split('.').at(-1) ?? '';
  if (one.code !== 'OPTION_UNKNOWN' || one.hint === undefined || option in options.properties) return one;
  const owners = registry.list(kind).filter((other) => other.name !== name && option in other.options.properties);
  if (owners.length === 0) return one;
  return { ...one, hint: `${one.hint}. ${option} is an option of ${owners.map((other) => other.name).join(', ')}.` };
}

/** Options and parts of a slot whose plugin is known. */
function resolveOptions<K extends Kind>(
  request: SlotRequest<K>,
  plugin: Plugin<K>,
  resolving: Resolving,
): PluginUse | null {
  const { node, path, extras = [] } = request;
  const parts = view(plugin).parts ?? {};
  const own = new Set(['type', ...extras, ...Object.keys(parts)]);
  const entries = node.kind === 'map' ? node.entries : new Map<string, Entry>();
  const given = mapNode(new Map([...entries].filter(([key]) => !own.has(key))), node.origin);
  const before = resolving.faults.problems.length;
  const site = siteOf(request, resolving.root, [...extras, ...Object.keys(parts)]);
  const { options, problems } = checkOptions(plugin, plainOf(given) as Record<string, unknown>, site);
  resolving.faults.add(...problems.map((one) => withOwner(one, plugin, resolving.registry)));
  const used = Object.entries(parts).map(
    ([name, part]) => [name, resolvePart(name, part, { request, plugin, resolving })] as const,
  );
  if (resolving.faults.problems.length > before || used.some(([, part]) => part === null)) return null;
  const absolute = absolutePaths(plugin.options as Schema, options, {
    node: given,
    folder: resolving.folder,
  }) as Options;
  const reason = `${plugin.name}'s own`;
  for (const [name, value] of Object.entries(absolute))
    recordOrigins(value, {
      node: childOf(given, name),
      path: joinPath(path.join('.'), [name]),
      reason,
      origins: resolving.origins,
    });
  return { type: plugin.name, options: absolute, parts: Object.fromEntries(used) as PluginUse['parts'] };
}

function siteOf({ path, node }: SlotRequest<Kind>, root: MapNode, neighbours: readonly string[]): Site {
  return {
    path: path.join('.'),
    place: (at, part) => {
      if (at.length === 0) return placeOf(node.origin) && keyPlace(root, path);
      const inner = nodeAt(node, at);
      return part === 'key' ? keyPlace(node, at) : inner ? placeOf(inner.origin) : keyPlace(node, at);
    },
    origin: (at) => originSuffix(nodeAt(node, at)?.origin),
    neighbours,
  };
}

interface PartOf {
  readonly request: SlotRequest<Kind>;
  readonly plugin: Plugin;
  readonly resolving: Resolving;
}
type PartUse = PluginUse | readonly PluginUse[] | Readonly<Record<string, PluginUse>>;

/** A plugin inside a plugin, a list or a map of them; the default when the recipe says nothing. */
function resolvePart(name: string, part: Part, { request, plugin, resolving }: PartOf): PartUse | null {
  const path = [...request.path, name];
  const one = (node: Node, at: Keys): PluginUse | null =>
    resolveSlot({ kind: part.slot.kind, path: at, node }, resolving)?.use ?? null;
  const node = childOf(request.node, name);
  if (!node) {
    const reason = `${plugin.name}'s own`;
    if (part.default !== undefined) {
      if (part.many === 'map') return {}; // whoever asks by a name that is not there takes the default
      const use = one(
        scalarNode(part.default, { from: 'default', reason }),
        part.many === 'list' ? [...path, 0] : path,
      );
      return part.many === 'list' && use ? [use] : use;
    }
    const full = path.join('.');
    const place = keyPlace(resolving.root, request.path);
    resolving.faults.add(
      problem('OPTION_MISSING', `${full} is missing: ${plugin.name} needs it`, {
        place,
        path: full,
        hint: `${plugin.name}.${name}: ${part.description}`,
      }),
    );
    return null;
  }
  if (!part.many)
    return wellFormed(node, path, 'a plugin: its name, or { type: ... }', resolving) ? one(node, path) : null;
  if (part.many === 'list') {
    if (node.kind !== 'list') return misplaced(node, path, 'a list of plugins', resolving);
    const uses = node.items.map((item, i) => one(item, [...path, i]));
    return uses.some((use) => use === null) ? null : (uses as PluginUse[]);
  }
  if (node.kind !== 'map') return misplaced(node, path, 'a map of names to plugins', resolving);
  const uses = [...node.entries].map(([key, entry]) => [key, one(entry.value, [...path, key])] as const);
  return uses.some(([, use]) => use === null) ? null : (Object.fromEntries(uses) as Record<string, PluginUse>);
}

function wellFormed(node: Node, path: Keys, words: string, resolving: Resolving): boolean {
  if (nameOf({ kind: 'schedule', node, path }) !== null) return true;
  misplaced(node, path, words, resolving);
  return false;
}

function misplaced(node: Node, path: Keys, words: string, { faults }: Resolving): null {
  const full = path.join('.');
  faults.add(problem('OPTION_TYPE', `${full} must be ${words}`, { place: placeOf(node.origin), path: full }));
  return null;
}

/** Options of format `path`, seen from the file that names them. `package:` paths, and values given inline, stay. */
function absolutePaths(
  schema: Schema,
  value: unknown,
  from: { readonly node: Node | undefined; readonly folder: string },
): unknown {
  const { node, folder } = from;
  const branch = schema.anyOf?.find((one) => admits(one, value)) ?? schema;
  if (typeof value === 'string') {
    if (branch.format !== 'path' || isPackagePath(value)) return value;
    return resolve(node ? folderOf(node.origin, folder) : folder, value);
  }
  if (Array.isArray(value)) {
    return branch.items
      ? value.map((item, i) => absolutePaths(branch.items!, item, { node: childOf(node, i), folder }))
      : value;
  }
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => {
      const inner = branch.properties?.[key] ?? branch.additionalProperties;
      return [key, typeof inner === 'object' ? absolutePaths(inner, item, { node: childOf(node, key), folder }) : item];
    }),
  );
}
