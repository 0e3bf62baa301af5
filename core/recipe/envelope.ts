import { check } from '../plugin/check.js';
import { readOwnJson } from '../plugin/home.js';
import { problemsOf, type Site } from '../plugin/mistake-problems.js';
import { dereference, type Schema } from '../plugin/schema.js';
import { type Problem, problem } from '../problem/index.js';
import { typed } from './misplaced-type.js';
import { type Keys, keyPlace, listNode, type MapNode, mapNode, type Node, nodeAt, placeOf, plainOf } from './node.js';
import { originSuffix } from './origin.js';

type Interval = 'epoch' | number;
/** A field as the recipe writes it. */
export interface FieldSettings {
  readonly kind?: 'vector' | 'image' | 'number' | 'category' | 'text' | 'sequence';
  readonly columns?: string | readonly string[];
  readonly size?: readonly [number, number];
  readonly channels?: number;
  readonly shape?: readonly number[];
  readonly scale?: readonly [number, number] | 'none' | 'standardize';
  readonly missing?: 'error' | 'zero' | 'mean';
  readonly tokens?: 'characters' | 'words';
  readonly length?: number;
  readonly buckets?: number;
}
export type FieldMap = Readonly<Record<string, FieldSettings>>;
export interface SidedFields {
  readonly left?: FieldMap;
  readonly right?: FieldMap;
}
export interface PairSettings {
  readonly target?: string;
  readonly range?: readonly [number, number];
  readonly polarity?: string;
  readonly positiveFrom?: number;
  readonly weight?: string;
}

/** The recipe's own keys with their fixed defaults; what is optional here is derived from other keys. */
export interface Settings {
  readonly name: string;
  readonly seed: number;
  readonly plugins: readonly string[];
  readonly engine?: string | { readonly name?: string; readonly compile?: string };
  readonly data: {
    readonly relations: {
      readonly group?: string;
      readonly impostor?: { readonly column: string; readonly equals: string | number | boolean };
      readonly pairs?: PairSettings;
    };
    readonly fields?: FieldMap | SidedFields;
    readonly shuffleBuffer: number;
    readonly cache: {
      readonly use: 'auto' | 'always' | 'never';
      readonly memory: number;
      readonly folder: string | null;
    };
  };
  readonly train: {
    readonly epochs?: number;
    readonly steps?: number;
    readonly batchSize: number;
    readonly accumulate: number;
    readonly microBatch: number | null;
    readonly stepsPerEpoch: 'auto' | number;
    readonly clipNorm: number | null;
    readonly notFinite: 'stop' | 'skip';
    readonly memory: 'off' | { readonly size: number; readonly warmup: number };
    readonly monitor?: string;
    readonly earlyStopping: 'off' | { readonly patience: number; readonly minimumDelta: number };
    readonly checkpoint: { readonly every: Interval; readonly keep: number };
  };
  readonly evaluate: {
    readonly every: Interval;
    readonly pairs?: PairsName | { readonly type: PairsName; readonly count: number };
    readonly positive: 'same' | 'different';
    readonly seenApart: boolean;
    readonly threshold?: number | RuleName | { readonly type: RuleName; readonly rate?: number };
    readonly baselines?: 'off' | readonly ('raw-input' | 'untrained-encoder' | 'majority' | 'popularity')[];
  };
}
type PairsName = 'all' | 'balanced' | 'given';
type RuleName = 'equal-error' | 'best-f1' | 'best-accuracy' | 'far-at-most' | 'off';

/** `{ left: {...}, right: {...} }`: fields of two tables, rather than two fields of these names. */
export function isSided(fields: NonNullable<Settings['data']['fields']>): fields is SidedFields {
  const entries = Object.entries(fields);
  const maps = (value: unknown): boolean => value !== null && typeof value === 'object' && !Array.isArray(value);
  return (
    entries.length > 0 &&
    entries.every(
      ([name, value]) =>
        (name === 'left' || name === 'right') && maps(value) && Object.values(value as object).every(maps),
    )
  );
}

let schema: Schema | null = null;
/** `schemas/recipe.schema.json`. */
export function envelopeSchema(): Schema {
  schema ??= readOwnJson('schemas/recipe.schema.json') as Schema;
  return schema;
}

/** The default of one of the recipe's own keys, undefined where it is derived. */
export function fixedDefault(path: string): unknown {
  return path.split('.').reduce<Schema>((here, key) => {
    const found = [here, ...(here.anyOf ?? [])]
      .map((branch) => branch.properties?.[key])
      .find((one) => typeof one === 'object');
    return typeof found === 'object' ? { ...dereference(found, envelopeSchema()), ...found } : {};
  }, envelopeSchema()).default;
}

/** Checks the recipe's own keys. The settings leave out what is wrong, so that the rest can be judged. */
export function checkEnvelope(
  root: MapNode,
  incomplete: boolean,
): { readonly settings: Settings; readonly problems: readonly Problem[] } {
  const { mistakes } = check(envelopeSchema(), plainOf(root));
  const told = mistakes.filter(({ kind }) => kind !== 'missing' || !incomplete);
  const problems = problemsOf(told, siteOf(root), { codes: 'VALUE', plugin: null })
    .map(versioned)
    .map((one) => typed(one, root));
  const wrong = mistakes.map(({ at, kind, name }) => (kind === 'unknown' || kind === 'missing' ? [...at, name!] : at));
  const sound = without(root, wrong);
  const { value } = check(envelopeSchema(), withSections(plainOf(sound)));
  return { settings: value as Settings, problems };
}

/** Sections that a broken recipe may lack. */
function withSections(plain: unknown): unknown {
  const root = plain as Readonly<Record<string, unknown>>;
  return { ...root, data: root['data'] ?? {}, train: root['train'] ?? {}, evaluate: root['evaluate'] ?? {} };
}

function siteOf(root: MapNode): Site {
  return {
    path: '',
    place: (at, part) => {
      const node = nodeAt(root, at);
      return part === 'value' && node ? placeOf(node.origin) : keyPlace(root, at);
    },
    origin: (at) => originSuffix(nodeAt(root, at)?.origin),
  };
}

function versioned(one: Problem): Problem {
  if (one.path !== 'version' || one.code === 'KEY_MISSING') return one;
  const { message, ...rest } = one;
  return {
    ...rest,
    ...problem('VERSION', `this siamese reads version 1 of the recipe format: ${message}`, {
      place: one.place,
      path: 'version',
    }),
  };
}

/** The tree without what stands at these paths. */
function without(node: Node, paths: readonly Keys[]): Node {
  const below = new Map<string, Keys[]>();
  for (const [key, ...rest] of paths) {
    if (key !== undefined) below.set(String(key), [...(below.get(String(key)) ?? []), rest]);
  }
  const kept = (key: string, value: Node): Node | null => {
    const inner = below.get(key);
    if (!inner) return value;
    return inner.some((rest) => rest.length === 0) ? null : without(value, inner);
  };
  if (node.kind === 'list') {
    return listNode(
      node.items.flatMap((item, i) => kept(String(i), item) ?? []),
      node.origin,
    );
  }
  if (node.kind !== 'map') return node;
  const entries = [...node.entries].flatMap(([name, entry]) => {
    const value = kept(name, entry.value);
    return value === null ? [] : [[name, { ...entry, value }] as const];
  });
  return mapNode(new Map(entries), node.origin);
}
