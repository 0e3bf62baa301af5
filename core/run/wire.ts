import 'reflect-metadata';
import { Container, type ServiceIdentifier } from 'inversify';
import type { Facts } from '../contract/index.js';
import * as contract from '../contract/index.js';
import type { HostAugmentation } from '../data/augment.js';
import type { BoundEvaluator } from '../evaluate/evaluate.js';
import type { Created } from '../plugin/view.js';
import { imageWishes } from '../recipe/image-wishes.js';
import type { Plan, PluginUse } from '../recipe/types.js';
import type { NetworkAugmentation } from '../train/augment.js';
import type { Network } from '../train/network.js';
import { type Creating, createPlugin, definitionOf } from './create.js';
import type { DeclaredWeights } from './declared.js';
import {
  assembleNetwork,
  type BuiltTowers,
  buildTowers,
  type DataFacts,
  type Measured as Measure,
  measured as measure,
  type Scored as Scoring,
  scored as scoring,
  type WeighedLoss,
  type Wiring,
  weighedLoss,
} from './network-parts.js';

export type PlacedAugmentation =
  | (NetworkAugmentation & { readonly place: 'step' })
  | (HostAugmentation & { readonly place: 'worker' });

/** The plugins of one run, each created when first asked for. */
export interface Wired {
  readonly source: Created['source'];
  readonly split: Created['split'] & contract.SplitDeclarations;
  readonly sampler: Created['sampler'];
  readonly yields: contract.Yields;
  readonly schedule: Created['schedule'];
  readonly optimizer: Created['optimizer'];
  readonly slots: contract.SlotFills;
  /** The optimizer's fused operation and its attributes, if it has one. */
  readonly fused: { readonly op: string; readonly attributes: Readonly<Record<string, contract.Json>> } | null;
  readonly augmentations: readonly PlacedAugmentation[];
  readonly evaluators: readonly BoundEvaluator[];
  readonly trackers: readonly Created['tracker'][];
  /** Once the data is open. */
  network(facts: DataFacts): Network;
  /** Releases everything, last created first. */
  dispose(): void;
}

const Towers: ServiceIdentifier<BuiltTowers> = Symbol('towers');
const TheFacts: ServiceIdentifier<DataFacts> = Symbol('facts');
const Sizes: ServiceIdentifier<Facts> = Symbol('sizes');
const Measured: ServiceIdentifier<Measure> = Symbol('distance');
const Scored: ServiceIdentifier<Scoring> = Symbol('head');
const Losses: ServiceIdentifier<readonly WeighedLoss[]> = Symbol('losses');
const TheNetwork: ServiceIdentifier<Network> = Symbol('network');

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
    fused: fusedOf(wiring),
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

function fusedOf({ registry, plan }: Wiring): Wired['fused'] {
  const { fused } = definitionOf(registry, 'optimizer', plan.optimizer);
  return fused ? { op: fused.op, attributes: fused.attributes(plan.optimizer.options as never) } : null;
}

type Bind = <T>(token: ServiceIdentifier<T>, create: (...needs: never[]) => T, needs?: readonly symbol[]) => void;

/** The plugins that need nothing of the data. */
function bindPlugins({ plan, registry, log }: Wiring, bind: Bind): void {
  const how: Creating = { registry, log };
  bind(contract.Source.token, () =>
    createPlugin('source', plan.data.source, { ...how, given: { images: imageWishes(plan.data.fields) } }),
  );
  bind(contract.Split.token, () => ({
    ...contract.splitDeclarations(definitionOf(registry, 'split', plan.data.split), plan.data.split.options),
    ...createPlugin('split', plan.data.split, how),
  }));
  bind(contract.Sampler.token, () => createPlugin('sampler', plan.sampler, how));
  bind(contract.Schedule.token, () => createPlugin('schedule', plan.train.schedule, how));
  bind(contract.Optimizer.token, () => createPlugin('optimizer', plan.optimizer, how));
  bind(contract.Augmentation.token, () => plan.data.augment.map((one) => createAugmentation(one, how)));
  bind(contract.Evaluator.token, () => plan.evaluate.metrics.map((use) => createEvaluator(use, how)));
  bind(contract.Tracker.token, () => plan.trackers.map((use) => createPlugin('tracker', use, how)));
}

/** An augmentation runs inside the step, or on the host before it, as its `place` says. */
function createAugmentation(one: Plan['data']['augment'][number], how: Creating): PlacedAugmentation {
  const { accepts, place } = definitionOf(how.registry, 'augmentation', one.use);
  const instance = createPlugin('augmentation', one.use, how);
  const common = { name: one.use.type, accepts, field: one.field, sides: one.sides };
  if (place === 'worker') return { place, ...common, instance: instance as contract.WorkerAugmentation };
  return { place, ...common, instance: instance as contract.StepAugmentation };
}

export function createEvaluator(use: PluginUse, how: Creating): BoundEvaluator {
  const definition = definitionOf(how.registry, 'evaluator', use);
  const { metrics, measures, neighbours, least, question, targets, reportedAs } = definition;
  return {
    name: reportedAs ?? use.type,
    plugin: use.type,
    measures,
    metrics: typeof metrics === 'function' ? metrics(use.options) : metrics,
    neighbours: neighbours?.(use.options) ?? 0,
    ...(least ? { least: least(use.options) } : {}),
    ...(question ? { question: question(use.options) } : {}),
    binary: targets === 'binary',
    instance: createPlugin('evaluator', use, how),
  };
}

/** The network, whose sizes follow from the data. encoder < distance < head < loss: never a cycle. */
function bindNetwork(wiring: Wiring, bind: Bind, disposals: (() => void)[]): void {
  const { plan } = wiring;
  bind(Towers, (facts: DataFacts) => buildTowers(wiring, facts, disposals), [TheFacts as symbol]);
  bind(
    Sizes,
    (facts: DataFacts, towers: BuiltTowers): Facts => ({
      groups: facts.groups,
      items: facts.items,
      dimensions: (towers.projection ?? towers.left).dimensions,
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
  bind(TheNetwork, assembleNetwork(plan), [Towers as symbol, Measured as symbol, Scored as symbol, Losses as symbol]);
}
