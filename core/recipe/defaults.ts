import type { DataDescription, Kind, LossNeeds, Relation, Yields } from '../contract/index.js';
import { view } from '../plugin/view.js';
import { type DataFacts, type Slots, sound, type Targets, type WeighedSlot } from './draft.js';
import type { Settings } from './envelope.js';
import type { Gathered } from './gather.js';
import { scalarNode } from './node.js';
import type { PluginUse } from './types.js';
import { type Resolving, resolveSlot, type Slot } from './uses.js';

/** A plugin's name, and why it is the default here. */
export interface Derived {
  readonly name: string;
  readonly reason: string;
}

/** What is known of the data: the headers decide, else what the recipe says of it, else the source's first relation. */
export function knowData(
  source: Slot<'source'> | null,
  description: DataDescription | null,
  settings: Settings,
): DataFacts {
  const { relations } = settings.data;
  const declared = source ? view(source.plugin) : null;
  const asked: Relation | undefined = relations.pairs ? 'pairs' : relations.group !== undefined ? 'groups' : undefined;
  const known = declared?.relations ?? [];
  const relation = description?.relation ?? (asked && known.includes(asked) ? asked : (known[0] ?? 'groups'));
  return {
    description,
    relation,
    targets: description?.targets ?? (relation === 'pairs' ? targetsFrom(source) : 'binary'),
    stream: description ? description.access === 'stream' : declared?.access === 'stream',
    known: {
      relation: description !== null || known.length === 1,
      targets: description !== null || (known.length === 1 && relation === 'groups'),
    },
    grouped: relation === 'groups' || relations.group !== undefined,
  };
}

/** Without a look at the data: what the options that read the targets say. */
function targetsFrom(source: Slot<'source'> | null): Targets {
  const options = source?.use.options ?? {};
  if (Array.isArray(options['range'])) return 'graded';
  return 'target' in options && options['target'] === null ? 'positives-only' : 'binary';
}

/** Fills the slots that the recipe leaves open. */
export function fillSlots(gathered: Gathered, data: DataFacts, resolving: Resolving): Slots {
  const losses = sound(gathered.losses);
  const one = <K extends Kind>(
    kind: K,
    path: string,
    given: Slot<K> | null | undefined,
    derive: () => Derived,
  ): Slot<K> | null => (given === undefined ? resolveDefault(kind, path, derive(), resolving) : given);
  return {
    ...gathered,
    projection: gathered.projection ?? null,
    distance: one('distance', 'distance', gathered.distance, () => defaultDistance(losses)),
    head: one('head', 'head', gathered.head, () => defaultHead(losses)),
    sampler: one('sampler', 'sampler', gathered.sampler, () =>
      fittingSampler(defaultSampler(losses, data), { losses, data, resolving }),
    ),
    split: one('split', 'data.split', gathered.split, () => defaultSplit(data)),
    metrics:
      gathered.metrics ??
      presentMetrics(defaultMetrics(data), resolving).map((metric, i) =>
        resolveDefault('evaluator', `evaluate.metrics.${i}`, metric, resolving),
      ),
  };
}

function resolveDefault<K extends Kind>(
  kind: K,
  path: string,
  { name, reason }: Derived,
  resolving: Resolving,
): Slot<K> | null {
  return resolveSlot({ kind, path: path.split('.'), node: scalarNode(name, { from: 'default', reason }) }, resolving);
}

const needsOf = ({ slot }: WeighedSlot): LossNeeds => view(slot.plugin).needs;
const reads = (losses: readonly WeighedSlot[], what: string): boolean =>
  losses.some((loss) => {
    const needs = needsOf(loss);
    return 'score' in needs
      ? [needs.score].flat().some((score) => score === what)
      : [needs.embeddings].flat().some((one) => one === what);
  });

function defaultDistance(losses: readonly WeighedSlot[]): Derived {
  for (const loss of losses) {
    const [first] = [needsOf(loss).distance ?? []].flat();
    if (first !== undefined) return { name: first, reason: `the distance that ${loss.slot.use.type} presumes` };
  }
  return { name: 'euclidean', reason: 'the loss presumes none' };
}

function defaultHead(losses: readonly WeighedSlot[]): Derived {
  const score = losses.find((loss) => 'score' in needsOf(loss));
  if (!score) return { name: 'none', reason: 'the loss reads embeddings' };
  const { type } = score.slot.use;
  if (reads(losses, 'distance')) return { name: 'none', reason: `${type} reads the distance` };
  if (reads(losses, 'value')) return { name: 'similarity', reason: `${type} reads a value` };
  return { name: 'dense', reason: `${type} reads a logit` };
}

function defaultSampler(losses: readonly WeighedSlot[], { relation, targets, stream }: DataFacts): Derived {
  const labelled = reads(losses, 'labelled-batch');
  if (relation === 'triplets') return { name: 'given-triplets', reason: 'the data gives triplets' };
  if (relation === 'pairs') {
    const compared = losses.some((loss) => comparesTargets(needsOf(loss)));
    if (targets === 'positives-only' && compared)
      return { name: 'random-negatives', reason: 'every given pair is a positive' };
    return { name: 'given-pairs', reason: 'the data gives pairs' };
  }
  if (labelled) return { name: 'class-balanced', reason: 'the loss reads batches of labelled items' };
  if (reads(losses, 'triplets')) return { name: 'random-triplets', reason: 'the loss reads triplets' };
  if (losses.some((loss) => rowsOf(needsOf(loss)).includes('pairs') && !comparesTargets(needsOf(loss))))
    return { name: 'positive-pairs', reason: 'the loss takes the other rows of a batch for negatives' };
  return stream
    ? { name: 'random-pairs', reason: 'the data is a stream' }
    : { name: 'balanced-pairs', reason: 'the data has groups' };
}

interface Sampled {
  readonly losses: readonly WeighedSlot[];
  readonly data: DataFacts;
  readonly resolving: Resolving;
}

/** The named sampler, else the first that reads what the data has and yields what the losses read. */
function fittingSampler(named: Derived, { losses, data, resolving: { registry } }: Sampled): Derived {
  if (registry.get('sampler', named.name)) return named;
  const fitting = registry.list('sampler').find((plugin) => {
    const { from, yields, streams } = view(plugin);
    return (
      [from].flat().includes(data.relation) &&
      (streams || !data.stream) &&
      losses.every((loss) => rowsOf(needsOf(loss)).includes(yields))
    );
  });
  return fitting ? { name: fitting.name, reason: named.reason } : named;
}

/** Whether a loss tells same pairs from different ones by their targets, so that it needs both. */
export const comparesTargets = (needs: LossNeeds): boolean =>
  'score' in needs || ('differentPairs' in needs && needs.differentPairs === true);

/** What a loss reads of a sampler. */
export function rowsOf(needs: LossNeeds): readonly Yields[] {
  return 'score' in needs ? ['pairs'] : [needs.embeddings].flat();
}

/** Those that are there; verification stands in for what is not. */
function presentMetrics(metrics: readonly Derived[], { registry }: Resolving): readonly Derived[] {
  const present = metrics.filter(({ name }) => registry.get('evaluator', name));
  return present.length > 0 ? present : [{ name: 'verification', reason: metrics[0]!.reason }];
}

function defaultSplit({ relation, stream, description }: DataFacts): Derived {
  const parts = description?.parts ?? [];
  if (parts.includes('validation')) return { name: 'given', reason: 'the source brings its parts' };
  if (stream) return { name: 'hash', reason: 'the data is a stream' };
  if (relation !== 'groups') return { name: 'random', reason: `the data gives ${relation}` };
  if (parts.includes('test')) return { name: 'stratified', reason: 'the source brings its own test part' };
  return { name: 'unseen-groups', reason: 'the data has groups' };
}

function defaultMetrics({ relation, targets, description }: DataFacts): Derived[] {
  if (relation === 'triplets') return [{ name: 'triplet-accuracy', reason: 'the data gives triplets' }];
  const verification = { name: 'verification', reason: 'targets say same or different' };
  if (targets === 'real') return [{ name: 'regression', reason: 'the targets are real numbers' }];
  if (targets === 'graded') {
    const regression = { name: 'regression', reason: 'the targets are graded' };
    return description?.positiveFrom === undefined ? [regression] : [regression, verification];
  }
  const retrieval = { name: 'retrieval', reason: 'items have others to be found' };
  if (targets === 'positives-only') return [retrieval];
  // a given pair says nothing of what else an item matches, so that ranking all items would call matches wrong
  return relation === 'pairs' ? [verification] : [verification, retrieval];
}

const preferred: readonly string[] = [
  'verification.rocAuc',
  'regression.spearman',
  'triplet.accuracy',
  'retrieval.recallAt1',
];

/** Metrics of the recipe's evaluators by their path, `retrieval.recallAt1`. */
export function measuredMetrics(metrics: readonly Slot<'evaluator'>[]): string[] {
  return metrics.flatMap(({ plugin, use }) => {
    const { reportedAs = use.type } = view(plugin);
    const names = namesOf.get(use) ?? declaredMetrics(plugin, use).map((name) => `${reportedAs}.${name}`);
    namesOf.set(use, names);
    return names;
  });
}

/** Several rules ask for the same. */
const namesOf = new WeakMap<PluginUse, readonly string[]>();

function declaredMetrics(plugin: Slot<'evaluator'>['plugin'], { options }: PluginUse): readonly string[] {
  const declared = view(plugin).metrics;
  return Object.keys(typeof declared === 'function' ? declared(options) : declared);
}

/** The metric that selects the best model where the recipe names none. */
export function defaultMonitor(metrics: readonly Slot<'evaluator'>[], { targets }: DataFacts): Derived | null {
  const measured = measuredMetrics(metrics);
  const order = targets === 'real' || targets === 'graded' ? ['regression.spearman', ...preferred] : preferred;
  const name = order.find((path) => measured.includes(path)) ?? measured[0];
  return name === undefined ? null : { name, reason: `the targets are ${targets}` };
}

/** Which pairs verification counts where the recipe does not say. */
export function defaultPairs({ relation }: DataFacts): Derived {
  return relation === 'groups'
    ? { name: 'balanced', reason: 'the data has groups' }
    : { name: 'given', reason: `the data gives ${relation}` };
}
