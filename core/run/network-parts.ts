import type { BoundDistance, Facts, Input, Log, Range, Score } from '../contract/index.js';
import { evaluationStep } from '../evaluate/embed.js';
import type { Registry } from '../plugin/registry.js';
import type { View } from '../plugin/view.js';
import { fail, guarded } from '../problem/index.js';
import type { Plan, PluginUse } from '../recipe/types.js';
import { bindDistance, bindHead } from '../train/bind.js';
import { type BuiltEncoder, buildEncoder } from '../train/encoder.js';
import type { NetworkLoss } from '../train/loss.js';
import type { Network, NetworkHead, NetworkWeight } from '../train/network.js';
import { createEncoder, createPlugin, definitionOf } from './create.js';
import { type DeclaredWeights, declareWeights } from './declared.js';

export interface Wiring {
  readonly plan: Plan;
  readonly registry: Registry;
  readonly log: Log;
}

/** What becomes known only when the data is open. */
export interface DataFacts {
  readonly inputs: { readonly left: readonly Input[]; readonly right: readonly Input[] };
  readonly groups: number;
  readonly items: number;
}

/** `right` is `left` itself unless there are two towers. */
export interface BuiltTowers {
  readonly left: BuiltEncoder;
  readonly right: BuiltEncoder;
  /** null: none. */
  readonly projection: BuiltEncoder | null;
}

/** What a projection takes: the embeddings of both sides. */
export const projectionInputs = (dimensions: number): readonly Input[] => [
  { name: 'embedding', kind: 'vector', shape: [dimensions], dtype: 'float32', vocabulary: null },
];

export interface Measured extends DeclaredWeights {
  readonly bound: BoundDistance;
}
export interface Scored extends DeclaredWeights {
  readonly head: NetworkHead;
}
export interface WeighedLoss extends DeclaredWeights {
  readonly loss: NetworkLoss;
}

/** The parts as one network. */
export const assembleNetwork =
  (plan: Plan) =>
  (towers: BuiltTowers, measured: Measured, scored: Scored, losses: readonly WeighedLoss[]): Network => ({
    left: towers.left,
    right: towers.right,
    projection: towers.projection,
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

export function buildTowers(
  { plan, registry, log }: Wiring,
  { inputs }: DataFacts,
  disposals: (() => void)[],
): BuiltTowers {
  const build = (use: PluginUse, given: readonly Input[], path: string): BuiltEncoder => {
    const built = buildEncoder({
      plugin: use.type,
      inputs: given,
      seed: plan.seed,
      path,
      create: (context) => createEncoder(use, context, { registry, log }),
    });
    disposals.push(() => built.dispose());
    return built;
  };
  const { encoder, projection } = plan;
  const projectionAfter = ({ dimensions }: BuiltEncoder): BuiltEncoder | null =>
    projection && build(projection, projectionInputs(dimensions), 'encoder.projection');
  if ('type' in encoder) {
    if (JSON.stringify(inputs.left) !== JSON.stringify(inputs.right))
      fail('ENCODER_INPUT', 'left and right have different fields: one shared encoder cannot take both', {
        path: 'encoder',
        hint: 'encoder: { left: ..., right: ... } gives each side its own.',
      });
    const shared = build(encoder, inputs.left, 'encoder');
    return { left: shared, right: shared, projection: projectionAfter(shared) };
  }
  const left = build(encoder.left, inputs.left, 'encoder.left');
  const right = build(encoder.right, inputs.right, 'encoder.right');
  return { left, right, projection: projectionAfter(left) };
}

function encoderWeights(plan: Plan, towers: BuiltTowers): NetworkWeight[] {
  const one = (tower: BuiltEncoder, path: string): NetworkWeight[] =>
    tower.weights.map(({ name, variable, trainable, decay }) => {
      const layer = name.split('/')[0]!;
      // of a tower: `encoder`, `encoder.left`, `encoder.<layer>` and `encoder.left.<layer>`
      const keys = new Set(['encoder', path, `encoder.${layer}`, `${path}.${layer}`]);
      const scale = [...keys].reduce((product, key) => product * (plan.scales[key] ?? 1), 1);
      return { name: `${path}/${name}`, variable, trainable, decay, scale };
    });
  const after = towers.projection ? one(towers.projection, 'encoder.projection') : [];
  if (towers.left === towers.right) return [...one(towers.left, 'encoder'), ...after];
  return [...one(towers.left, 'encoder.left'), ...one(towers.right, 'encoder.right'), ...after];
}

export function measured({ plan, registry, log }: Wiring, facts: Facts): Measured {
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
    bound: bindDistance({
      instance,
      range,
      metric: definition.metric ?? false,
      euclidean: definition.euclidean,
      weights: declared.variables as never,
    }),
  };
}

export function scored({ plan, registry, log }: Wiring, facts: Facts, measured: Measured): Scored {
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
export function chosenScore(plan: Plan, registry: Registry): Score {
  const { produces } = definitionOf(registry, 'head', plan.head);
  const able = [typeof produces === 'function' ? produces(plan.head.options) : produces].flat();
  const wanted = plan.loss.flatMap(({ use }) => {
    const { needs } = definitionOf(registry, 'loss', use);
    return 'score' in needs ? [needs.score].flat() : [];
  });
  return able.find((score) => wanted.includes(score)) ?? able[0]!;
}

export function weighedLoss(
  how: Wiring & { readonly sizes: Facts; readonly measured: Measured; readonly scored: Scored },
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
