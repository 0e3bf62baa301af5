import type { Kind } from '../contract/index.js';
import { describeOption } from '../plugin/mistake-problems.js';
import type { Registry } from '../plugin/registry.js';
import { dereference, type Schema } from '../plugin/schema.js';
import { view } from '../plugin/view.js';
import { fail, nearest } from '../problem/index.js';
import { envelopeSchema } from './envelope.js';
import { plainOf } from './node.js';
import type { PlanResult } from './plan.js';
import { leavesOf, originOf, printOrigins, recipeOf, shownValue } from './print.js';
import { spentAt } from './spent.js';
import type { Planned, PluginUse } from './types.js';

/** What can be said of one value of a plan. */
export interface Explanation {
  readonly path: string;
  /** As the plan has it, in the recipe's shape; undefined: it may be said, and is not. */
  readonly value: unknown;
  /** `recipes/faces.yaml:7:13`, `--set ...`, `default: ...`. */
  readonly origin: string;
  /** Of a map: lines of every value in it, with its own origin. */
  readonly inside: readonly string[];
  /** What it means, and its default. */
  readonly description: string | null;
  /** `> 0`, `one of a, b`; null where everything of the type will do. */
  readonly range: string | null;
  /** Who reads it: the plugin whose option it is, or the part of siamese. */
  readonly readBy: string;
  /** Why nothing reads it in this recipe, where that is so. */
  readonly unread: string | null;
}

type Explained = Pick<PlanResult, 'spent'> & { readonly planned: Planned; readonly registry: Registry };

/** Errors: USAGE, naming the nearest path, where the plan has nothing there. */
export function explain({ planned, registry, spent }: Explained, path: string): Explanation {
  const recipe = recipeOf({ ...planned, unread: new Map() });
  const asked = planned.plan.loss.length === 1 ? path.replace(/^loss\.0(?=\.|$)/, 'loss') : path;
  const used = spent && spentAt(spent, asked);
  const value = used ? used.value : valueAt(recipe, asked.split('.'));
  const found = foundAt(planned, registry, asked.split('.'));
  if (value === undefined && found?.schema.description === undefined)
    return failUnknown([recipe, spent ? plainOf(spent) : {}], path);
  return {
    path: asked,
    value,
    origin: used?.origin ?? originOf(planned, asked),
    inside: used?.inside ?? (isPlain(value) ? [] : printOrigins(planned, asked)),
    description: found?.schema.description === undefined ? null : describeOption(found.schema),
    range: found ? rangeOf(found.schema) : null,
    readBy: used
      ? 'planning, which spends it: the plan holds what comes of it'
      : (found?.owner ?? readerOf(recipe, asked)),
    unread: planned.unread.get(asked) ?? null,
  };
}

function failUnknown(said: readonly unknown[], path: string): never {
  const leaves = said.flatMap((one) => leavesOf(one)).map(([leaf]) => leaf);
  const near = nearest(path, leaves);
  return fail('USAGE', `the plan has nothing at ${path}${near === null ? '' : `; did you mean ${near}?`}`);
}

/** One line shows it. */
const isPlain = (value: unknown): boolean =>
  Array.isArray(value) ? value.every(isPlain) : value === null || typeof value !== 'object';

/** An explanation as lines for a reader. */
export function printExplanation(explanation: Explanation): string {
  const { path, value, origin, inside, description, range, readBy, unread } = explanation;
  return [
    ...(value === undefined ? [`${path} is not set`] : []),
    ...(value !== undefined && isPlain(value) ? [`${path} = ${shownValue(value)}`, `  from ${origin}`] : []),
    ...(isPlain(value) ? [] : [path]),
    ...(description === null ? [] : [`  ${description}`]),
    ...(range === null ? [] : [`  Range: ${range}`]),
    unread === null ? `  Read by ${readBy}.` : `  Nothing reads it here: ${unread}`,
    ...inside.map((line) => `  ${line}`),
  ].join('\n');
}

/** Slots of the recipe, by the path that leads to them; the longest that fits comes first. */
const slotKinds: readonly (readonly [pattern: RegExp, kind: Kind])[] = [
  [/^data\.source\b/, 'source'],
  [/^data\.split\b/, 'split'],
  [/^data\.augment\.\d+/, 'augmentation'],
  [/^encoder(\.left|\.right)?\b/, 'encoder'],
  [/^distance\b/, 'distance'],
  [/^head\b/, 'head'],
  [/^loss(\.\d+)?\b/, 'loss'],
  [/^sampler\b/, 'sampler'],
  [/^optimizer\b/, 'optimizer'],
  [/^train\.schedule\b/, 'schedule'],
  [/^evaluate\.metrics\.\d+/, 'evaluator'],
  [/^trackers\.\d+/, 'tracker'],
];

/** Readers of what is no plugin's option, by the key of the recipe that leads to it. */
const sections: readonly (readonly [pattern: RegExp, reader: string])[] = [
  [/^(name|vars|extends|plugins|version)\b/, 'planning'],
  [/^seed\b/, 'everything random'],
  [/^engine\b/, 'the engine'],
  [/^data\b/, 'the opening of the data'],
  [/^encoder\b/, 'the network'],
  [/^optimizer\.scales\b/, 'the optimizer'],
  [/^loss\b/, 'the training step'],
  [/^train\.(batchSize|stepsPerEpoch)\b/, 'the sampler and the training loop'],
  [/^train\b/, 'the training loop'],
  [/^evaluate\b/, 'the evaluation'],
];

function readerOf(recipe: unknown, path: string): string {
  for (const [pattern, kind] of slotKinds) {
    const slot = pattern.exec(path)?.[0];
    const value = slot === undefined ? undefined : valueAt(recipe, slot.split('.'));
    const type = (value as { readonly type?: string } | null | undefined)?.type;
    if (type !== undefined && !/\.(scales|weight|initialize|projection)\b/.test(path)) return `${kind} ${type}`;
  }
  return sections.find(([pattern]) => pattern.test(path))?.[1] ?? 'siamese';
}

/** What is declared at a path; `owner`: the plugin whose option it is. */
interface Found {
  readonly schema: Schema;
  readonly owner?: string;
}

function foundAt(planned: Planned, registry: Registry, keys: readonly string[]): Found | null {
  const path = keys.join('.');
  for (const [pattern, kind] of slotKinds) {
    const slot = pattern.exec(path)?.[0];
    const rest = slot === undefined ? [] : keys.slice(slot.split('.').length);
    const value = slot === undefined || rest.length === 0 ? undefined : valueAt(recipeOf(planned), slot.split('.'));
    const type = (value as { readonly type?: string } | null | undefined)?.type;
    const found = type === undefined ? null : optionAt({ registry, kind, type, value }, rest);
    if (found) return found;
  }
  const schema = within(envelopeSchema(), keys, envelopeSchema());
  return schema && { schema };
}

const valueAt = (value: unknown, keys: readonly string[]): unknown =>
  keys.reduce<unknown>(
    (here, key) =>
      here !== null && typeof here === 'object' ? (here as Readonly<Record<string, unknown>>)[key] : undefined,
    value,
  );

interface Plugged {
  readonly registry: Registry;
  readonly kind: Kind;
  readonly type: string;
  /** The slot in the recipe's shape. */
  readonly value: unknown;
}

/** What is declared of an option, or of an option of a plugin inside the plugin. */
function optionAt({ registry, kind, type, value }: Plugged, keys: readonly string[]): Found | null {
  const plugin = registry.get(kind, type);
  const [name, ...rest] = keys;
  if (!plugin || name === undefined) return null;
  const owner = `${kind} ${type}`;
  if (name === 'type') return { schema: { description: plugin.summary }, owner };
  const part = view(plugin).parts?.[name];
  if (!part) {
    const schema = within(plugin.options as Schema, keys, plugin.options as Schema);
    return schema && { schema, owner };
  }
  const inner = part.many ? rest.slice(1) : rest;
  const at = valueAt(value, part.many ? [name, rest[0] ?? ''] : [name]) as PluginUse | undefined;
  if (inner.length === 0 || !at) return { schema: { description: part.description }, owner };
  return optionAt({ registry, kind: part.slot.kind, type: at.type, value: at }, inner);
}

function within(schema: Schema, keys: readonly string[], root: Schema): Schema | null {
  const here = dereference(schema, root);
  const [key, ...rest] = keys;
  if (key === undefined)
    return { ...here, ...(schema.description === undefined ? {} : { description: schema.description }) };
  const branches = [here, ...[...(here.anyOf ?? []), here.then, here.else].filter(isSchema)].map((one) =>
    dereference(one, root),
  );
  for (const branch of branches) {
    const next =
      branch.properties?.[key] ?? (/^\d+$/.test(key) ? branch.items : undefined) ?? branch.additionalProperties;
    const found = typeof next === 'object' ? within(next, rest, root) : null;
    if (found) return found;
  }
  return null;
}

const isSchema = (one: unknown): one is Schema => typeof one === 'object';

function rangeOf(schema: Schema): string | null {
  if (schema.enum) return `one of ${schema.enum.join(', ')}`;
  const bounds = [
    schema.exclusiveMinimum === undefined ? null : `> ${schema.exclusiveMinimum}`,
    schema.minimum === undefined ? null : `>= ${schema.minimum}`,
    schema.exclusiveMaximum === undefined ? null : `< ${schema.exclusiveMaximum}`,
    schema.maximum === undefined ? null : `<= ${schema.maximum}`,
  ].filter((bound) => bound !== null);
  return bounds.length === 0 ? null : bounds.join(' and ');
}
