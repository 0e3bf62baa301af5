import type { FieldPlans, ThresholdRule } from '../contract/index.js';
import { defaultMonitor, defaultPairs } from './defaults.js';
import { type Draft, sound } from './draft.js';
import { type FieldMap, isSided, type Settings } from './envelope.js';
import { freezeDeep } from './freeze.js';
import { nodeAt } from './node.js';
import { recordOrigins } from './record-origins.js';
import type { FieldPlan, Plan, Planned, PluginUse } from './types.js';
import { unreadSettings, unvalidated } from './unread.js';

export interface Building {
  readonly draft: Draft;
  readonly engine: Plan['engine'];
  readonly plugins: readonly string[];
  /** The recipe's own text. */
  readonly text: string;
}

/** The plan of a draft in which nothing is wrong. */
export function buildPlan(building: Building): Planned {
  const { draft, text } = building;
  const plan = freezeDeep(planOf(building));
  recordSettings(plan, draft);
  return Object.freeze({
    plan,
    folder: draft.resolving.folder,
    text,
    origins: draft.resolving.origins,
    description: draft.data.description,
    unread: unreadSettings(draft),
  });
}

function planOf({ draft, engine, plugins }: Building): Plan {
  const { settings, slots, resolving, initialize } = draft;
  const { name, seed } = settings;
  const [left, right] = slots.encoders.map((slot) => slot!.use);
  return {
    version: 1,
    name,
    seed,
    plugins,
    engine,
    data: planData(draft),
    encoder: right ? { left: left!, right } : left!,
    projection: slots.projection?.use ?? null,
    initialize,
    distance: slots.distance!.use,
    head: slots.head!.use,
    loss: slots.losses.map((loss) => ({ use: loss!.slot.use, weight: loss!.weight })),
    sampler: slots.sampler!.use,
    optimizer: slots.optimizer!.use,
    scales: scalesOf(nodeAt(resolving.root, ['optimizer', 'scales'])),
    train: planTraining(draft),
    evaluate: planEvaluation(draft),
    trackers: uses(slots.trackers),
  };
}

const uses = (slots: readonly ({ readonly use: PluginUse } | null)[]): PluginUse[] =>
  sound(slots).map(({ use }) => use);

function planData({ settings: { data }, slots }: Draft): Plan['data'] {
  const { group = null, impostor = null } = data.relations;
  return {
    source: slots.source!.use,
    relations: { group, impostor },
    fields: planFields(data.fields),
    split: slots.split!.use,
    augment: sound(slots.augment).map(({ slot, field, sides }) => ({ use: slot.use, field, sides })),
    shuffleBuffer: data.shuffleBuffer,
    cache: data.cache,
  };
}

function planFields(fields: Settings['data']['fields']): Plan['data']['fields'] {
  if (fields === undefined) return null;
  return isSided(fields)
    ? { left: fieldPlans(fields.left ?? {}), right: fieldPlans(fields.right ?? {}) }
    : fieldPlans(fields);
}

function fieldPlans(fields: FieldMap): FieldPlans {
  return Object.fromEntries(
    Object.entries(fields).map(([name, field]): [string, FieldPlan] => [
      name,
      {
        kind: field.kind ?? null,
        columns: field.columns === undefined ? null : [field.columns].flat(),
        size: field.size ?? null,
        channels: field.channels ?? null,
        shape: field.shape ?? null,
        scale: field.scale ?? null,
        missing: field.missing ?? 'error',
        tokens: field.tokens ?? null,
        length: field.length ?? null,
        buckets: field.buckets ?? null,
      },
    ]),
  );
}

function scalesOf(node: ReturnType<typeof nodeAt>): Readonly<Record<string, number>> {
  if (node?.kind !== 'map') return {};
  return Object.fromEntries(
    [...node.entries].map(([name, { value }]) => [name, value.kind === 'scalar' ? Number(value.value) : 1]),
  );
}

function planTraining({ settings: { train }, slots, monitor }: Draft): Plan['train'] {
  const {
    steps = null,
    batchSize,
    accumulate,
    microBatch,
    stepsPerEpoch,
    clipNorm,
    notFinite,
    memory,
    earlyStopping,
    checkpoint,
  } = train;
  return {
    epochs: steps === null ? (train.epochs ?? 10) : null,
    steps,
    batchSize,
    accumulate,
    microBatch,
    stepsPerEpoch: stepsPerEpoch === 'auto' ? null : stepsPerEpoch,
    schedule: slots.schedule!.use,
    clipNorm,
    notFinite,
    memory: memory === 'off' ? null : memory,
    monitor,
    earlyStopping: earlyStopping === 'off' ? null : earlyStopping,
    checkpoint,
  };
}

function planEvaluation(draft: Draft): Plan['evaluate'] {
  const { evaluate } = draft.settings;
  const { baselines = usualBaselines(draft) } = evaluate;
  return {
    every: evaluate.every,
    pairs: draft.evaluatedPairs,
    positive: evaluate.positive,
    seenApart: evaluate.seenApart,
    threshold: planThreshold(draft),
    metrics: uses(draft.slots.metrics),
    baselines: baselines === 'off' ? [] : baselines,
  };
}

/** Two towers have given pairs, of which some right items are asked for by many. */
function usualBaselines({ slots }: Draft): Plan['evaluate']['baselines'] {
  const usual = ['raw-input', 'untrained-encoder', 'majority'] as const;
  return slots.encoders.length > 1 ? [...usual, 'popularity'] : usual;
}

function planThreshold(draft: Draft): ThresholdRule | null {
  const { threshold = 'equal-error' } = draft.settings.evaluate;
  if (threshold === 'off' || unreadSettings(draft).has('evaluate.threshold')) return null;
  if (typeof threshold === 'number') return { type: 'fixed', value: threshold };
  if (typeof threshold === 'string') return { type: threshold as 'equal-error' };
  return threshold.type === 'far-at-most'
    ? { type: 'far-at-most', rate: threshold.rate ?? 0 }
    : { type: threshold.type as 'equal-error' };
}

const reasons: Readonly<Record<string, string>> = {
  'train.epochs': 'ten passes, unless steps are given',
  'train.stepsPerEpoch': 'each training item, given pair or triplet once as the left',
  'evaluate.baselines': 'what the model must beat',
};

/** Origins of the recipe's own keys; those of slots are there already. */
function recordSettings(plan: Plan, draft: Draft): void {
  const { root, origins } = draft.resolving;
  const monitor = defaultMonitor(sound(draft.slots.metrics), draft.data);
  const derived: Readonly<Record<string, string>> = {
    ...reasons,
    'train.monitor': draft.validated ? (monitor?.reason ?? 'nothing is measured') : unvalidated,
    'evaluate.pairs': defaultPairs(draft.data).reason,
    'evaluate.threshold': draft.validated ? 'where false accepts and false rejects are equally likely' : unvalidated,
  };
  const record = (path: string, value: unknown): void =>
    recordOrigins(value, {
      node: nodeAt(root, path.split('.')),
      path,
      reason: derived[path] ?? 'the same in every recipe',
      origins,
    });
  for (const key of ['version', 'name', 'seed', 'plugins'] as const) record(key, plan[key]);
  for (const key of ['relations', 'fields', 'shuffleBuffer', 'cache'] as const) record(`data.${key}`, plan.data[key]);
  const { schedule: _schedule, ...train } = plan.train;
  const { metrics: _metrics, ...evaluate } = plan.evaluate;
  for (const [key, value] of Object.entries(train)) record(`train.${key}`, value);
  for (const [key, value] of Object.entries(evaluate)) record(`evaluate.${key}`, value);
  record('optimizer.scales', plan.scales);
  if (plan.data.augment.length === 0) record('data.augment', []);
  if (plan.trackers.length === 0) record('trackers', []);
  aliasOnlyLoss(origins);
}

/** `loss.margin` of a recipe with one loss is `loss.0.margin` of its plan. */
function aliasOnlyLoss(origins: Draft['resolving']['origins']): void {
  if (origins.has('loss.0')) return;
  for (const [path, origin] of [...origins]) {
    if (path === 'loss' || path.startsWith('loss.')) origins.set(`loss.0${path.slice('loss'.length)}`, origin);
  }
  origins.set('loss.0.weight', { from: 'default', reason: 'the only loss' });
}
