import 'reflect-metadata';
import { Container, type ServiceIdentifier } from 'inversify';
import type { Facts, Input, Log, Range } from '../contract/index.js';
import * as contract from '../contract/index.js';
import { evaluationStep } from '../evaluate/embed.js';
import type { BoundEvaluator } from '../evaluate/evaluate.js';
import type { Registry } from '../plugin/registry.js';
import type { Created, View } from '../plugin/view.js';
import type { Plan, PluginUse } from '../recipe/types.js';
import type { NetworkAugmentation } from '../train/augment.js';
import { bindDistance, bindHead } from '../train/bind.js';
import { type BuiltEncoder, buildEncoder } from '../train/encoder.js';
import type { NetworkLoss } from '../train/loss.js';
import type { Network, NetworkHead, NetworkWeight } from '../train/network.js';
import { type Creating, createPlugin, definitionOf, guarded } from './create.js';
import { type DeclaredWeights, declareWeights } from './declared.js';

/** What becomes known only when the data is open. */
export interface DataFacts {
  readonly inputs: { readonly left: readonly Input[]; readonly right: readonly Input[] };
  readonly groups: number;
  readonly items: number;
}

/** The plugins of one run, each created when first asked for. */
export interface Wired {
  readonly source: Created['source'];
  readonly split: Created['split'] & contract.SplitDeclarations;
  readonly sampler: Created['sampler'];
  readonly yields: contract.Yields;
  readonly schedule: Created['schedule'];
  readonly optimizer: Created['optimizer'];
  readonly slots: contract.SlotFills;
  readonly augmentations: readonly NetworkAugmentation[];
  readonly evaluators: readonly BoundEvaluator[];
  readonly trackers: readonly Created['tracker'][];
  /** Once the data is open. */
  network(facts: DataFacts): Network;
  /** Releases everything, last created first. */
  dispose(): void;
}

interface Wiring {
  readonly plan: Plan;
  readonly registry: Registry;
  readonly log: Log;
}

const Towers: ServiceIdentifier<{ readonly left: BuiltEncoder; readonly right: BuiltEncoder }> = Symbol('towers');
const TheFacts: ServiceIdentifier<DataFacts> = Symbol('facts');
const Sizes: ServiceIdentifier<Facts> = Symbol('sizes');
const Measured: ServiceIdentifier<Measure> = Symbol('distance');
const Scored: ServiceIdentifier<Scoring> = Symbol('head');
const Losses: ServiceIdentifier<readonly WeighedLoss[]> = Symbol('losses');
const TheNetwork: ServiceIdentifier<Network> = Symbol('network');

interface Measure extends DeclaredWeights {
  readonly bound: contract.BoundDistance;
}
interface Scoring extends DeclaredWeights {
  readonly head: NetworkHead;
}
interface WeighedLoss extends DeclaredWeights {
  readonly loss: NetworkLoss;
}

/** Opens one container for one run: nothing mutable is shared with another. Creates nothing yet. */
export function wire(wiring: Wiring): Wired {
  const container = new Container({ defaultScope: 'Singleton' });
  const disposals: (() => void)[] = [];
  const bind = <T>(
    token: ServiceIdentifier<T>,
    create: (...needs: never[]) => T,
    needs: readonly symbol[] = [],
  ): void => {
    container.bind(token).toResolvedValue(create as (...needs: unknown[]) => T, [...needs] as never);
  };
  bindPlugins(wiring, bind);
  bindNetwork(wiring, bind, disposals);
  const get = <T>(token: ServiceIdentifier<T>): T => container.get(token);
  return {
    get source() {
      return get<Created['source']>(contract.Source.token);
    },
    get split() {
      return get<Wired['split']>(contract.Split.token);
    },
    get sampler() {
      return get<Created['sampler']>(contract.Sampler.token);
    },
    get schedule() {
      return get<Created['schedule']>(contract.Schedule.token);
    },
    get optimizer() {
      return get<Created['optimizer']>(contract.Optimizer.token);
    },
    get augmentations() {
      return get<Wired['augmentations']>(contract.Augmentation.token);
    },
    get evaluators() {
      return get<Wired['evaluators']>(contract.Evaluator.token);
    },
    get trackers() {
      return get<Wired['trackers']>(contract.Tracker.token);
    },
    yields: definitionOf(wiring.registry, 'sampler', wiring.plan.sampler).yields,
    slots: definitionOf(wiring.registry, 'optimizer', wiring.plan.optimizer).slots,
    network(facts) {
      if (!container.isBound(TheFacts)) container.bind(TheFacts).toConstantValue(facts);
      return get(TheNetwork);
    },
    dispose() {
      for (const dispose of disposals.reverse()) dispose();
      disposals.length = 0;
    },
  };
}

type Bind = <T>(token: ServiceIdentifier<T>, create: (...needs: never[]) => T, needs?: readonly symbol[]) => void;

/** The plugins that need nothing of the data. */
function bindPlugins({ plan, registry, log }: Wiring, bind: Bind): void {
  const how: Creating = { registry, log };
  bind(contract.Source.token, () => createPlugin('source', plan.data.source, how));
  bind(contract.Split.token, () => ({
    ...pickSplit(definitionOf(registry, 'split', plan.data.split)),
    ...createPlugin('split', plan.data.split, how),
  }));
  bind(contract.Sampler.token, () => createPlugin('sampler', plan.sampler, how));
  bind(contract.Schedule.token, () => createPlugin('schedule', plan.train.schedule, how));
  bind(contract.Optimizer.token, () => createPlugin('optimizer', plan.optimizer, how));
  bind(contract.Augmentation.token, () => plan.data.augment.map((one) => createAugmentation(one, how)));
  bind(contract.Evaluator.token, () => plan.evaluate.metrics.map((use) => createEvaluator(use, how)));
  bind(contract.Tracker.token, () => plan.trackers.map((use) => createPlugin('tracker', use, how)));
}

const pickSplit = ({ of, disjoint }: View<'split'>): contract.SplitDeclarations => ({ of, disjoint });

function createAugmentation(one: Plan['data']['augment'][number], how: Creating): NetworkAugmentation {
  const { accepts } = definitionOf(how.registry, 'augmentation', one.use);
  const instance = createPlugin('augmentation', one.use, how) as contract.StepAugmentation;
  return { instance, accepts, field: one.field, sides: one.sides };
}

export function createEvaluator(use: PluginUse, how: Creating): BoundEvaluator {
  const { metrics, measures, neighbours } = definitionOf(how.registry, 'evaluator', use);
  return {
    name: use.type,
    measures,
    metrics: typeof metrics === 'function' ? metrics(use.options) : metrics,
    neighbours: neighbours?.(use.options) ?? 0,
    instance: createPlugin('evaluator', use, how),
  };
}

/** The network, whose sizes follow from the data. encoder < distance < head < loss: never a cycle. */
function bindNetwork(wiring: Wiring, bind: Bind, disposals: (() => void)[]): void {
  const { plan } = wiring;
  bind(Towers, (facts: DataFacts) => buildTowers(wiring, facts, disposals), [TheFacts as symbol]);
  bind(
    Sizes,
    (facts: DataFacts, towers: { readonly left: BuiltEncoder }): Facts => ({
      groups: facts.groups,
      items: facts.items,
      dimensions: towers.left.dimensions,
      batchSize: plan.train.batchSize,
    }),
    [TheFacts as symbol, Towers as symbol],
  );
  const declared = <T extends DeclaredWeights>(made: T): T => {
    disposals.push(() => Object.values(made.variables).forEach((variable) => void variable.dispose()));
    return made;
  };
  bind(Measured, (sizes: Facts) => declared(measure(wiring, sizes)), [Sizes as symbol]);
  bind(Scored, (sizes: Facts, measured: Measure) => declared(scoring(wiring, sizes, measured)), [
    Sizes as symbol,
    Measured as symbol,
  ]);
  bind(
    Losses,
    (sizes: Facts, measured: Measure, scored: Scoring) =>
      plan.loss.map((_, i) => declared(weighedLoss({ ...wiring, sizes, measured, scored }, i))),
    [Sizes as symbol, Measured as symbol, Scored as symbol],
  );
  bind(TheNetwork, assemble(plan), [Towers as symbol, Measured as symbol, Scored as symbol, Losses as symbol]);
}

const assemble =
  (plan: Plan) =>
  (
    towers: { readonly left: BuiltEncoder; readonly right: BuiltEncoder },
    measured: Measure,
    scored: Scoring,
    losses: readonly WeighedLoss[],
  ): Network => ({
    left: towers.left,
    right: towers.right,
    distance: measured.bound,
    head: scored.head,
    losses: losses.map(({ loss }) => loss),
    weights: [
      ...encoderWeights(plan, towers),
      ...measured.weights,
      ...scored.weights,
      ...losses.flatMap(({ weights }) => weights),
    ],
  });

function buildTowers(
  { plan, registry, log }: Wiring,
  { inputs }: DataFacts,
  disposals: (() => void)[],
): { left: BuiltEncoder; right: BuiltEncoder } {
  const build = (use: PluginUse, given: readonly Input[], path: string): BuiltEncoder => {
    const built = buildEncoder({
      plugin: use.type,
      inputs: given,
      seed: plan.seed,
      path,
      create: (context) =>
        createPlugin('encoder', use, { registry, log, given: context as unknown as Record<string, unknown> }),
    });
    disposals.push(() => built.dispose());
    return built;
  };
  const { encoder } = plan;
  if ('type' in encoder) {
    const shared = build(encoder, inputs.left, 'encoder');
    return { left: shared, right: shared };
  }
  return {
    left: build(encoder.left, inputs.left, 'encoder.left'),
    right: build(encoder.right, inputs.right, 'encoder.right'),
  };
}

function encoderWeights(
  plan: Plan,
  towers: { readonly left: BuiltEncoder; readonly right: BuiltEncoder },
): NetworkWeight[] {
  const one = (tower: BuiltEncoder, path: string): NetworkWeight[] =>
    tower.weights.map(({ name, variable, trainable, decay }) => {
      const layer = name.split('/')[0]!;
      const scale = (plan.scales['encoder'] ?? 1) * (plan.scales[`encoder.${layer}`] ?? 1);
      return { name: `${path}/${name}`, variable, trainable, decay, scale };
    });
  if (towers.left === towers.right) return one(towers.left, 'encoder');
  return [...one(towers.left, 'encoder.left'), ...one(towers.right, 'encoder.right')];
}

function measure({ plan, registry, log }: Wiring, facts: Facts): Measure {
  const use = plan.distance;
  const definition = definitionOf(registry, 'distance', use);
  const declared = declareWeights(definition, {
    path: 'distance',
    options: use.options,
    facts,
    seed: plan.seed,
    scale: plan.scales['distance'] ?? 1,
  });
  const instance = createPlugin('distance', use, { registry, log });
  const range: Range = typeof definition.range === 'function' ? definition.range(use.options) : definition.range;
  return {
    ...declared,
    bound: bindDistance({ instance, range, metric: definition.metric ?? false, weights: declared.variables as never }),
  };
}

function scoring({ plan, registry, log }: Wiring, facts: Facts, measured: Measure): Scoring {
  const use = plan.head;
  const definition = definitionOf(registry, 'head', use);
  const declared = declareWeights(definition, {
    path: 'head',
    options: use.options,
    facts,
    seed: plan.seed,
    scale: plan.scales['head'] ?? 1,
  });
  const given = injected(definition, { distance: measured.bound });
  const instance = createPlugin('head', use, { registry, log, given });
  return {
    ...declared,
    head: { instance, produces: chosenScore(plan, registry), weights: declared.variables as never },
  };
}

/** What a plugin asked for by `inject`, under its own names. */
function injected(
  definition: View<'head' | 'loss'>,
  offered: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(definition.inject ?? {}).map(([name, slot]) => [name, offered[slot.kind]]));
}

/** The score that the head produces: where it can produce several, the first that the losses read. */
export function chosenScore(plan: Plan, registry: Registry): contract.Score {
  const { produces } = definitionOf(registry, 'head', plan.head);
  const able = [typeof produces === 'function' ? produces(plan.head.options) : produces].flat();
  const wanted = plan.loss.flatMap(({ use }) => {
    const { needs } = definitionOf(registry, 'loss', use);
    return 'score' in needs ? [needs.score].flat() : [];
  });
  return able.find((score) => wanted.includes(score)) ?? able[0]!;
}

function weighedLoss(
  how: Wiring & { readonly sizes: Facts; readonly measured: Measure; readonly scored: Scoring },
  i: number,
): WeighedLoss {
  const { plan, registry, log } = how;
  const { use, weight } = plan.loss[i]!;
  const definition = definitionOf(registry, 'loss', use);
  const path = plan.loss.length === 1 ? 'loss' : `loss.${i}`;
  const declared = declareWeights(definition, {
    path,
    options: use.options,
    facts: how.sizes,
    seed: plan.seed,
    scale: plan.scales['loss'] ?? 1,
  });
  const head = bindHead({ ...how.scored.head, step: () => evaluationStep(plan.seed) });
  const given = injected(definition, { distance: how.measured.bound, head });
  const instance = guarded(`loss ${use.type}`, () => createPlugin('loss', use, { registry, log, given }));
  const weights = declared.variables as never;
  return {
    ...declared,
    loss: { name: use.type, instance, needs: definition.needs, weight, weights, variables: declared.variables },
  };
}
