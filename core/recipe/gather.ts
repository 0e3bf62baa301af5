import { isAbsolute, resolve } from 'node:path';
import type { Kind } from '../contract/index.js';
import type { Schema } from '../plugin/schema.js';
import { problem } from '../problem/index.js';
import type { AugmentSlot, WeighedSlot } from './draft.js';
import { hasTowers } from './merge.js';
import { childOf, type Entry, type Keys, mapNode, type Node, nodeAt, scalarNode } from './node.js';
import { folderOf } from './origin.js';
import { recordOrigins } from './record-origins.js';
import { type Resolving, resolveSlot, type Slot, type SlotRequest } from './uses.js';

/** The slots that the recipe itself fills; undefined: it says nothing, null: it says something wrong. */
export interface Gathered {
  readonly source: Slot<'source'> | null;
  readonly encoders: readonly (Slot<'encoder'> | null)[];
  /** undefined: none. */
  readonly projection: Slot<'encoder'> | null | undefined;
  readonly initialize: string | null;
  readonly losses: readonly (WeighedSlot | null)[];
  readonly optimizer: Slot<'optimizer'> | null;
  readonly schedule: Slot<'schedule'> | null;
  readonly augment: readonly (AugmentSlot | null)[];
  readonly trackers: readonly (Slot<'tracker'> | null)[];
  readonly distance: Slot<'distance'> | null | undefined;
  readonly head: Slot<'head'> | null | undefined;
  readonly sampler: Slot<'sampler'> | null | undefined;
  readonly split: Slot<'split'> | null | undefined;
  readonly metrics: readonly (Slot<'evaluator'> | null)[] | undefined;
}

/** Resolves every slot that stands in the recipe; all problems of names and options are reported. */
export function gatherSlots(resolving: Resolving): Gathered {
  const at = <K extends Kind>(kind: K, path: string): Slot<K> | null | undefined => {
    const node = nodeAt(resolving.root, path.split('.'));
    return node && resolveSlot({ kind, path: path.split('.'), node }, resolving);
  };
  const list = <K extends Kind>(kind: K, path: string): (Slot<K> | null)[] | undefined =>
    itemsAt(resolving, path)?.map((node, i) => resolveSlot({ kind, path: [...path.split('.'), i], node }, resolving));
  return {
    source: gatherSource(resolving),
    encoders: gatherEncoders(resolving),
    projection: at('encoder', 'encoder.projection'),
    initialize: gatherInitialize(resolving),
    losses: gatherLosses(resolving),
    optimizer: resolveSlot(
      withFallback('optimizer', ['optimizer'], { fallback: 'adam', extras: ['scales'] }, resolving),
      resolving,
    ),
    schedule: resolveSlot(
      withFallback('schedule', ['train', 'schedule'], { fallback: 'constant' }, resolving),
      resolving,
    ),
    augment: (itemsAt(resolving, 'data.augment') ?? []).map((node, i) =>
      gatherAugmentation(node, ['data', 'augment', i], resolving),
    ),
    trackers: list('tracker', 'trackers') ?? [],
    distance: at('distance', 'distance'),
    head: at('head', 'head'),
    sampler: at('sampler', 'sampler'),
    split: at('split', 'data.split'),
    metrics: list('evaluator', 'evaluate.metrics'),
  };
}

function itemsAt({ root }: Resolving, path: string): readonly Node[] | undefined {
  const node = nodeAt(root, path.split('.'));
  return node && (node.kind === 'list' ? node.items : []);
}

/** A slot whose plugin does not depend on the rest of the recipe. */
function withFallback<K extends Kind>(
  kind: K,
  path: Keys,
  how: { readonly fallback: string; readonly extras?: readonly string[] },
  { root }: Resolving,
): SlotRequest<K> {
  const node = nodeAt(root, path) ?? scalarNode(how.fallback, { from: 'default', reason: 'the same in every recipe' });
  return { kind, path, node, ...how };
}

function gatherEncoders(resolving: Resolving): readonly (Slot<'encoder'> | null)[] {
  const node = nodeAt(resolving.root, ['encoder']);
  if (!node) return [null];
  if (!hasTowers(node))
    return [resolveSlot({ kind: 'encoder', path: ['encoder'], node, extras: ['initialize', 'projection'] }, resolving)];
  return ['left', 'right'].map((side) => {
    const tower = childOf(node, side);
    return tower ? resolveSlot({ kind: 'encoder', path: ['encoder', side], node: tower }, resolving) : null;
  });
}

function gatherInitialize({ root, folder, origins }: Resolving): string | null {
  const node = nodeAt(root, ['encoder', 'initialize']);
  recordOrigins(null, { node, path: 'encoder.initialize', reason: 'weights are drawn by the seed', origins });
  if (node?.kind !== 'scalar' || typeof node.value !== 'string') return null;
  return isAbsolute(node.value) ? node.value : resolve(folderOf(node.origin, folder), node.value);
}

/** One loss, or a list of them with weights. */
function gatherLosses(resolving: Resolving): readonly (WeighedSlot | null)[] {
  const node = nodeAt(resolving.root, ['loss']);
  if (!node) return [null];
  if (node.kind !== 'list') return [weighed(resolveSlot({ kind: 'loss', path: ['loss'], node }, resolving), 1)];
  return node.items.map((item, i) => {
    const path = ['loss', i];
    const weight = childOf(item, 'weight');
    recordOrigins(1, {
      node: weight,
      path: `loss.${i}.weight`,
      reason: 'every loss counts once',
      origins: resolving.origins,
    });
    const value = weight?.kind === 'scalar' && typeof weight.value === 'number' ? weight.value : 1;
    return weighed(resolveSlot({ kind: 'loss', path, node: item, extras: ['weight'] }, resolving), value);
  });
}

const weighed = (slot: Slot<'loss'> | null, weight: number): WeighedSlot | null => slot && { slot, weight };

function gatherAugmentation(node: Node, path: Keys, resolving: Resolving): AugmentSlot | null {
  const slot = resolveSlot({ kind: 'augmentation', path, node, extras: ['field', 'sides'] }, resolving);
  const text = (key: string): string | null => {
    const value = childOf(node, key);
    const reason = key === 'sides' ? 'each item by its own draw' : 'every field that the plugin accepts';
    recordOrigins(null, { node: value, path: [...path, key].join('.'), reason, origins: resolving.origins });
    return value?.kind === 'scalar' && typeof value.value === 'string' ? value.value : null;
  };
  return slot && { slot, field: text('field'), sides: (text('sides') ?? 'each') as AugmentSlot['sides'] };
}

/** `data.relations.pairs` says how given pairs are to be read: its keys are options of the source that reads them. */
function gatherSource(resolving: Resolving): Slot<'source'> | null {
  const node = nodeAt(resolving.root, ['data', 'source']);
  if (!node) return null;
  const pairs = nodeAt(resolving.root, ['data', 'relations', 'pairs']);
  const merged =
    pairs?.kind === 'map' && pairs.entries.size > 0 ? withPairSettings(node, pairs.entries, resolving) : node;
  return resolveSlot({ kind: 'source', path: ['data', 'source'], node: merged }, resolving);
}

function withPairSettings(node: Node, settings: ReadonlyMap<string, Entry>, { registry, faults }: Resolving): Node {
  const type = node.kind === 'map' ? childOf(node, 'type') : node;
  const plugin = type?.kind === 'scalar' ? registry.get('source', String(type.value)) : undefined;
  if (!plugin) return node; // its name is wrong, which will be said
  const entries = new Map<string, Entry>(node.kind === 'map' ? node.entries : [['type', { key: null, value: node }]]);
  const options = plugin.options.properties as Readonly<Record<string, Schema>>;
  const inner = options['pairs']?.properties ?? {};
  for (const [name, entry] of settings) {
    const within = name in options ? null : name in inner ? 'pairs' : undefined;
    const existing = within === null ? entries.get(name) : childOf(entries.get('pairs')?.value, name);
    if (within === undefined || existing) {
      const message = existing
        ? `is also given by data.source.${within === null ? '' : 'pairs.'}${name}`
        : `is nothing that source ${plugin.name} reads`;
      faults.add(
        problem('UNUSED_SETTING', `data.relations.pairs.${name} ${message}`, {
          place: entry.key,
          path: `data.relations.pairs.${name}`,
        }),
      );
    } else if (within === null) {
      entries.set(name, entry);
    } else {
      const before = entries.get('pairs');
      const inside = before?.value.kind === 'map' ? before.value.entries : new Map<string, Entry>();
      entries.set('pairs', {
        key: before?.key ?? null,
        value: mapNode(new Map([...inside, [name, entry]]), before?.value.origin ?? node.origin),
      });
    }
  }
  return mapNode(entries, node.origin);
}
