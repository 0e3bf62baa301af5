import { type Kind, kinds } from '../contract/index.js';
import { check, type Mistake } from './check.js';
import type { Plugin } from './define.js';
import { readOwnJson } from './home.js';
import { describeValue } from './mistake-words.js';
import type { Schema } from './schema.js';

/** The contract version that this siamese implements. */
export const contractVersion = 1;

/** Keys that stand beside the options of a slot in a recipe: no option may take them. */
export const reservedNames: Readonly<Partial<Record<Kind, readonly string[]>>> = Object.freeze({
  encoder: ['initialize', 'left', 'projection', 'right'],
  loss: ['weight'],
  optimizer: ['scales'],
  augmentation: ['field', 'sides'],
});

type Fields = Readonly<Record<string, unknown>>;
const isFields = (value: unknown): value is Fields =>
  value !== null && typeof value === 'object' && !Array.isArray(value);
const isText = (value: unknown): boolean => typeof value === 'string' && value !== '';
const isRange = (value: unknown): boolean =>
  Array.isArray(value) &&
  value.length === 2 &&
  value.every((end) => typeof end === 'number' && !Number.isNaN(end)) &&
  value[0] <= value[1];
const oneOf =
  (...choices: readonly string[]) =>
  (value: unknown): boolean =>
    typeof value === 'string' && choices.includes(value);
const someOf =
  (...choices: readonly string[]) =>
  (value: unknown): boolean =>
    [value].flat().length > 0 && [value].flat().every(oneOf(...choices));
const orFunction =
  (test: (value: unknown) => boolean) =>
  (value: unknown): boolean =>
    typeof value === 'function' || test(value);
const isNeeds = (value: unknown): boolean =>
  isFields(value) &&
  (someOf('distance', 'logit', 'value')(value['score']) ||
    someOf('pairs', 'triplets', 'labelled-batch')(value['embeddings']));

type Declaration = { readonly test: (value: unknown) => boolean; readonly words: string; readonly optional?: boolean };
const relations = { test: someOf('groups', 'pairs', 'triplets'), words: 'groups, pairs or triplets' };
const yesNo = { test: (value: unknown): boolean => typeof value === 'boolean', words: 'true or false' };
const range = { test: orFunction(isRange), words: 'a range [low, high], or a function of the options' };
/** What each kind must declare beside what all do. */
const declarations: Readonly<Record<Kind, Readonly<Record<string, Declaration>>>> = {
  encoder: {
    accepts: { test: isFields, words: 'a map of field kinds to ranks' },
    inputs: { test: oneOf('one', 'many'), words: 'one or many', optional: true },
  },
  distance: {
    range,
    unitRange: { ...range, optional: true },
    metric: { ...yesNo, optional: true },
    symmetric: { ...yesNo, optional: true },
  },
  head: {
    produces: { test: orFunction(someOf('distance', 'logit', 'value')), words: 'distance, logit or value' },
    reads: { test: orFunction(oneOf('distance', 'embeddings')), words: 'distance or embeddings' },
    range: { ...range, optional: true },
    additive: { test: isFields, words: 'a map of values of its options', optional: true },
  },
  loss: { needs: { test: isNeeds, words: '{ score: ... } or { embeddings: ... }' } },
  sampler: {
    from: relations,
    streams: yesNo,
    yields: { test: oneOf('pairs', 'triplets', 'labelled-batch'), words: 'pairs, triplets or labelled-batch' },
  },
  source: { access: { test: oneOf('random', 'stream', 'either'), words: 'random, stream or either' }, relations },
  split: {
    of: { test: orFunction(someOf('items', 'pairs')), words: 'items, pairs or both' },
    disjoint: {
      test: orFunction((value) => Array.isArray(value) && value.every(oneOf('items', 'groups', 'pairs'))),
      words: 'a list of items, groups, pairs',
    },
  },
  optimizer: { slots: { test: isFields, words: 'a map of slot names to their first values' } },
  schedule: {},
  augmentation: {
    accepts: { test: (value) => Array.isArray(value) && value.length > 0, words: 'a list of field kinds' },
    place: { test: oneOf('step', 'worker'), words: 'step or worker' },
  },
  evaluator: {
    metrics: { test: orFunction(isFields), words: 'a map of metrics, or a function of the options' },
    measures: {
      test: oneOf('pairs', 'neighbours', 'embeddings', 'triplets'),
      words: 'pairs, neighbours, embeddings or triplets',
    },
  },
  tracker: {},
};

/** Whether this could be what `definePlugin` makes. */
export function isPlugin(value: unknown): value is Plugin {
  return (
    isFields(value) && kinds.includes(value['kind'] as Kind) && isFields(value['definition']) && 'options' in value
  );
}

/** The contract version a plugin was written for. */
export function versionOf(plugin: Plugin): unknown {
  return (plugin.definition as Fields)['api'] ?? contractVersion;
}

/**
 * What is missing or wrong in a plugin, in sentences that begin with what they speak of; none for a valid one.
 * `owner`: 'siamese' for its own plugins, whose names have no vendor.
 */
export function faultsOf(plugin: Plugin, owner: string): string[] {
  const definition = plugin.definition as Fields;
  const { kind, name } = plugin;
  const form = owner === 'siamese' ? /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/ : /^[a-z0-9][a-z0-9.-]*\/[a-z0-9][a-z0-9-]*$/;
  const faults: string[] = [];
  if (typeof name !== 'string' || !form.test(name)) {
    faults.push(
      `its name must have the form ${owner === 'siamese' ? 'lower-case-words' : 'vendor/name'}, got ${describeValue(name)}`,
    );
  }
  if (!isText(plugin.summary)) faults.push('it has no summary');
  if (typeof definition['create'] !== 'function') faults.push('create must be a function');
  for (const [key, { test, words, optional }] of Object.entries(declarations[kind])) {
    const value = definition[key];
    if (value === undefined && optional) continue;
    if (value === undefined) faults.push(`it declares no ${key}: a ${kind} must, as ${words}`);
    else if (!test(value)) faults.push(`${key} must be ${words}`);
  }
  return [
    ...faults,
    ...optionFaults(plugin),
    ...partFaults(definition, plugin),
    ...namedOptionFaults(definition, plugin),
  ];
}

let metaSchema: Schema | null = null;
function optionFaults({ options, kind }: Plugin): string[] {
  metaSchema ??= readOwnJson('schemas/plugin-options.schema.json') as Schema;
  const { mistakes } = check(metaSchema, options);
  if (mistakes.length > 0) return mistakes.map(wordFault);
  const reserved = ['type', ...(reservedNames[kind] ?? [])];
  return Object.entries(options.properties).flatMap(([name, schema]) => {
    if (reserved.includes(name)) return [`option ${name}: the recipe keeps this name for itself`];
    if (!('default' in schema)) return [];
    return check(schema as Schema, schema.default).mistakes.map(({ words }) => `option ${name}: its default ${words}`);
  });
}

function wordFault({ at, kind, name, words }: Mistake): string {
  const path = at.filter((part) => part !== 'properties').join('.');
  const subject = path === '' ? 'options' : `option ${path}`;
  if (kind === 'missing') return `${subject} has no ${name}`;
  if (kind === 'unknown') return `${subject}: ${name} is no keyword of an option`;
  return `${subject} ${words}`;
}

function partFaults(definition: Fields, { options }: Plugin): string[] {
  const parts = definition['parts'];
  if (parts === undefined) return [];
  if (!isFields(parts)) return ['parts must be a map'];
  return Object.entries(parts).flatMap(([name, part]) => {
    if (!isFields(part) || !isFields(part['slot'])) return [`part ${name} names no slot`];
    if (!isText(part['description'])) return [`part ${name} has no description`];
    return name in (options?.properties ?? {}) ? [`part ${name} is also an option`] : [];
  });
}

function namedOptionFaults(definition: Fields, { options }: Plugin): string[] {
  const needs = definition['needs'];
  if (!isFields(needs)) return [];
  return ['margins', 'labelledBatchOnly'].flatMap((key) =>
    (Array.isArray(needs[key]) ? needs[key] : [])
      .filter((name) => !(name in (options?.properties ?? {})))
      .map((name) => `needs.${key} names ${name}, which is no option`),
  );
}
