import type { DataDescription, Kind, Relation } from '../contract/index.js';
import type { Place } from '../problem/index.js';
import type { Settings } from './envelope.js';
import { childOf, keyPlace, type MapNode, nodeAt, placeOf } from './node.js';
import type { Resolving, Slot } from './uses.js';

export type Targets = 'binary' | 'graded' | 'real' | 'positives-only';

/** The plugins of a recipe. null: wrong, which has been said. */
export interface Slots {
  readonly source: Slot<'source'> | null;
  /** One, or left and right. */
  readonly encoders: readonly (Slot<'encoder'> | null)[];
  /** null: none. */
  readonly projection: Slot<'encoder'> | null;
  readonly losses: readonly (WeighedSlot | null)[];
  readonly optimizer: Slot<'optimizer'> | null;
  readonly schedule: Slot<'schedule'> | null;
  readonly augment: readonly (AugmentSlot | null)[];
  readonly trackers: readonly (Slot<'tracker'> | null)[];
  readonly distance: Slot<'distance'> | null;
  readonly head: Slot<'head'> | null;
  readonly sampler: Slot<'sampler'> | null;
  readonly split: Slot<'split'> | null;
  readonly metrics: readonly (Slot<'evaluator'> | null)[];
}
export interface WeighedSlot {
  readonly slot: Slot<'loss'>;
  readonly weight: number;
}
export interface AugmentSlot {
  readonly slot: Slot<'augmentation'>;
  readonly field: string | null;
  readonly sides: 'each' | 'together' | 'left' | 'right';
}

/** What is known of the data: by its headers where they were looked at, else by what the source declares. */
export interface DataFacts {
  readonly description: DataDescription | null;
  readonly relation: Relation;
  readonly targets: Targets;
  readonly stream: boolean;
  /** What is certain, rather than guessed because the data was not looked at. */
  readonly known: { readonly relation: boolean; readonly targets: boolean };
  /** Whether items have groups: by the source, or by `data.relations.group`. */
  readonly grouped: boolean;
}

/** A recipe on its way to a plan: every slot filled, nothing judged yet across them. */
export interface Draft {
  readonly resolving: Resolving;
  readonly settings: Settings;
  readonly slots: Slots;
  /** A run folder whose weights the encoder starts from. */
  readonly initialize: string | null;
  readonly data: DataFacts;
  /** Whether any validation data will be there. */
  readonly validated: boolean;
  /** The metric that selects the model; null: none. */
  readonly monitor: string | null;
  readonly evaluatedPairs: { readonly type: 'all' | 'balanced' | 'given'; readonly count: number };
}

/** Whether the recipe itself says something at this path. */
export function isGiven(root: MapNode, path: string): boolean {
  return nodeAt(root, path.split('.')) !== undefined;
}

/** Place of a key of the recipe, else of the nearest key above it that stands there. */
export function placeAt(root: MapNode, path: string): Place | null {
  for (let keys = path.split('.'); keys.length > 0; keys = keys.slice(0, -1)) {
    if (nodeAt(root, keys)) return keyPlace(root, keys);
  }
  return null;
}

/** Place of a value: for a plugin, of its name. Of the nearest key above where nothing stands there. */
export function valuePlaceAt(root: MapNode, path: string): Place | null {
  const node = nodeAt(root, path.split('.'));
  const named = node?.kind === 'map' ? childOf(node, 'type') : node;
  return named?.kind === 'scalar' ? placeOf(named.origin) : placeAt(root, path);
}

/** Only what is sound. */
export function sound<T>(slots: readonly (T | null)[]): T[] {
  return slots.filter((slot): slot is T => slot !== null);
}
export type AnySlot = Slot<Kind>;
