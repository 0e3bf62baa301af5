import { originWords } from './origin.js';
import { writeYaml } from './read.js';
import type { FieldPlan, Plan, Planned, PluginUse } from './types.js';

type Plain = Readonly<Record<string, unknown>>;

/** The plan as a recipe that plans to itself: complete, with absolute paths, without what nothing reads. */
export function printPlan(planned: Planned): string {
  return writeYaml(recipeOf(planned));
}

/**
 * The plan, or what it has below a path, as lines `path = value    origin`, in the order of the recipe; what is too long
 * stands on two lines.
 */
export function printOrigins(planned: Planned, below = ''): string[] {
  const leaves = leavesOf(recipeOf(planned)).filter(([path]) => below === '' || path.startsWith(`${below}.`));
  return besideOrigins(leaves.map(([path, value]) => [`${path} = ${shownValue(value)}`, originOf(planned, path)]));
}

/** Values with their origins in a second column; what is too long stands on two lines. */
export function besideOrigins(lines: readonly (readonly [value: string, origin: string])[]): string[] {
  const width = Math.max(0, ...lines.map(([left]) => left.length).filter((length) => length <= WIDEST_VALUE));
  return lines.flatMap(([left, origin]) => {
    const line = `${left.padEnd(width)}  ${origin}`;
    return left.length <= width && line.length <= COLUMNS ? [line] : [left, `    ${origin}`];
  });
}

/** A terminal's usual width, and what a value may take of it with its path. */
const COLUMNS = 80;
const WIDEST_VALUE = 44;

/** The plan in the recipe's shape. */
export function recipeOf({ plan, unread }: Planned): Plain {
  const recipe: Plain = {
    version: plan.version,
    name: plan.name,
    seed: plan.seed,
    plugins: plan.plugins,
    engine: plan.engine,
    data: dataOf(plan.data),
    encoder: encoderOf(plan),
    distance: slotOf(plan.distance),
    head: slotOf(plan.head),
    loss: lossOf(plan.loss),
    sampler: slotOf(plan.sampler),
    optimizer: { ...slotOf(plan.optimizer), ...(Object.keys(plan.scales).length > 0 ? { scales: plan.scales } : {}) },
    train: trainOf(plan.train),
    evaluate: evaluateOf(plan.evaluate),
    trackers: plan.trackers.map(slotOf),
  };
  return [...unread.keys()].reduce((rest, path) => dropped(rest, path.split('.')), recipe);
}

function slotOf({ type, options, parts }: PluginUse): Plain {
  const inner = Object.entries(parts).map(([name, part]) => [name, partOf(part)] as const);
  return { type, ...options, ...Object.fromEntries(inner) };
}

function partOf(part: PluginUse['parts'][string]): unknown {
  if (isList(part)) return part.map(slotOf);
  if (isUse(part)) return slotOf(part);
  return Object.fromEntries(Object.entries(part).map(([name, use]) => [name, slotOf(use)]));
}
const isList = (part: PluginUse['parts'][string]): part is readonly PluginUse[] => Array.isArray(part);
const isUse = (part: Exclude<PluginUse['parts'][string], readonly PluginUse[]>): part is PluginUse =>
  typeof part['type'] === 'string';

function dataOf({ source, relations, fields, split, augment, shuffleBuffer, cache }: Plan['data']): Plain {
  return {
    source: slotOf(source),
    relations: present(relations),
    ...(fields === null ? {} : { fields: fieldsOf(fields) }),
    split: slotOf(split),
    augment: augment.map(({ use, field, sides }) => ({ ...slotOf(use), ...(field === null ? {} : { field }), sides })),
    shuffleBuffer,
    cache: present(cache),
  };
}

function fieldsOf(fields: NonNullable<Plan['data']['fields']>): Plain {
  return Object.fromEntries(
    Object.entries(fields).map(([name, field]) => [
      name,
      isField(field) ? present(field) : fieldsOf(field as Readonly<Record<string, FieldPlan>>),
    ]),
  );
}
/** A field has a kind, or null for it; a side has fields. */
const isField = (field: object): boolean => 'kind' in field && (field.kind === null || typeof field.kind === 'string');

/** Without what is null: derived. */
function present(values: object): Plain {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));
}

function encoderOf({ encoder, projection, initialize }: Plan): Plain {
  const slots = isTower(encoder) ? { left: slotOf(encoder.left), right: slotOf(encoder.right) } : slotOf(encoder);
  return {
    ...slots,
    ...(projection === null ? {} : { projection: slotOf(projection) }),
    ...(initialize === null ? {} : { initialize }),
  };
}
const isTower = (encoder: Plan['encoder']): encoder is Exclude<Plan['encoder'], PluginUse> => !('type' in encoder);

function lossOf(losses: Plan['loss']): unknown {
  const [only] = losses;
  if (losses.length === 1 && only?.weight === 1) return slotOf(only.use);
  return losses.map(({ use, weight }) => ({ ...slotOf(use), weight }));
}

function trainOf({
  epochs,
  steps,
  stepsPerEpoch,
  schedule,
  memory,
  monitor,
  earlyStopping,
  ...rest
}: Plan['train']): Plain {
  return {
    ...(epochs === null ? { steps } : { epochs }),
    batchSize: rest.batchSize,
    accumulate: rest.accumulate,
    microBatch: rest.microBatch,
    stepsPerEpoch: stepsPerEpoch ?? 'auto',
    schedule: slotOf(schedule),
    clipNorm: rest.clipNorm,
    notFinite: rest.notFinite,
    memory: memory ?? 'off',
    monitor: monitor ?? 'off',
    earlyStopping: earlyStopping ?? 'off',
    checkpoint: rest.checkpoint,
  };
}

function evaluateOf({ every, pairs, positive, seenApart, threshold, metrics, baselines }: Plan['evaluate']): Plain {
  const rule =
    threshold === null
      ? 'off'
      : threshold.type === 'fixed'
        ? threshold.value
        : threshold.type === 'far-at-most'
          ? threshold
          : threshold.type;
  return {
    every,
    pairs,
    positive,
    seenApart,
    threshold: rule,
    metrics: metrics.map(slotOf),
    baselines: baselines.length === 0 ? 'off' : baselines,
  };
}

function dropped(value: Plain, [key, ...rest]: readonly string[]): Plain {
  if (key === undefined || !(key in value)) return value;
  const { [key]: inner, ...others } = value;
  if (rest.length === 0) return others;
  return inner !== null && typeof inner === 'object' && !Array.isArray(inner)
    ? { ...value, [key]: dropped(inner as Plain, rest) }
    : value;
}

/** Every value that is not a map, with its path. */
export function leavesOf(value: unknown, path = ''): (readonly [path: string, value: unknown])[] {
  const isMap = value !== null && typeof value === 'object' && !Array.isArray(value);
  const holdsMaps = Array.isArray(value) && value.some((item) => item !== null && typeof item === 'object');
  if (!isMap && !holdsMaps) return [[path, value]];
  return Object.entries(value as Plain).flatMap(([key, inner]) =>
    leavesOf(inner, path === '' ? key : `${path}.${key}`),
  );
}

/** A value on one line. */
export function shownValue(value: unknown): string {
  return typeof value === 'string'
    ? value
    : Array.isArray(value)
      ? `[${value.map(shownValue).join(', ')}]`
      : JSON.stringify(value);
}

/** Where a value came from, or what holds it. */
export function originOf({ origins }: Planned, path: string): string {
  for (let here = path; here !== ''; here = here.slice(0, Math.max(0, here.lastIndexOf('.')))) {
    const origin = origins.get(here);
    if (origin) return originWords(origin);
  }
  return 'default';
}
