/** Plain plugins that stand in for what a plugin asks for: its parts, the recipe's distance, the recipe's head. */
import { type BoundDistance, Distance, Encoder, Schedule } from '../contract/index.js';
import * as ops from '../engine/ops.js';
import { definePlugin, type Plugin } from '../plugin/define.js';
import { view } from '../plugin/view.js';
import { bindDistance } from '../train/bind.js';

const noOptions = { type: 'object', additionalProperties: false, properties: {} } as const;

const steady = definePlugin(Schedule, {
  name: 'testkit/steady',
  summary: 'A factor of 1.',
  options: noOptions,
  create: () => ({ factor: () => 1 }),
});

const linear = definePlugin(Encoder, {
  name: 'testkit/linear',
  summary: 'One linear layer over all numbers.',
  options: noOptions,
  accepts: { vector: [1], number: [0, 1], sequence: [2], image: [3], category: [0, 1], text: [1] },
  create: (_, { inputs, layers, input, model }) => {
    const x = input(inputs[0]!); // [batch, ...shape]
    const { length: rank } = inputs[0]!.shape;
    const shaped = rank === 0 ? layers.reshape({ targetShape: [1] }).apply(x) : x; // [batch, ...]
    const flat = (rank > 1 ? layers.flatten().apply(x) : shaped) as typeof x; // [batch, size]
    return model({ inputs: [x], outputs: layers.dense({ units: 4 }).apply(flat) as typeof x }); // [batch, 4]
  },
});

const euclidean = definePlugin(Distance, {
  name: 'testkit/euclidean',
  summary: 'Length of the difference.',
  options: noOptions,
  range: [0, Infinity],
  unitRange: [0, 2],
  metric: true,
  create: () => ({ between: (a, b) => ops.safeSqrt(ops.sum(ops.squaredDifference(a, b), 1)) }), // [n]
});

const cosine = definePlugin(Distance, {
  name: 'testkit/cosine',
  summary: 'One minus the cosine.',
  options: noOptions,
  range: [0, 2],
  create: () => ({ between: (a, b) => ops.sub(1, ops.sum(ops.mul(ops.l2Normalize(a), ops.l2Normalize(b)), 1)) }), // [n]
});

const negativeDot = definePlugin(Distance, {
  name: 'testkit/negative-dot',
  summary: 'The dot product, negated.',
  options: noOptions,
  range: [-Infinity, Infinity],
  create: () => ({ between: (a, b) => ops.neg(ops.sum(ops.mul(a, b), 1)) }), // [n]
});

export const standIns: readonly Plugin[] = [steady, linear, euclidean, cosine, negativeDot];
/** By slot: what stands for a plugin's part. */
export const standInFor = {
  schedule: steady.name,
  encoder: linear.name,
  distance: euclidean.name,
} as const;

/** A stand-in as other plugins see it. Bounded below, bounded on both sides, unbounded. */
export const boundDistances = {
  euclidean: (): BoundDistance => bound(euclidean),
  cosine: (): BoundDistance => bound(cosine),
  'negative-dot': (): BoundDistance => bound(negativeDot),
} as const;

function bound(plugin: Plugin<'distance'>): BoundDistance {
  const { create, range, metric = false } = view(plugin);
  return bindDistance({ instance: create({}, {}), range: range as readonly [number, number], metric, weights: {} });
}
