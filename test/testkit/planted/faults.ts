import * as tfc from '@tensorflow/tfjs-core';
import {
  type Assignment,
  Augmentation,
  Distance,
  definePlugin,
  Encoder,
  Evaluator,
  Head,
  Loss,
  Optimizer,
  ops,
  type Plugin,
  Sampler,
  Schedule,
  Source,
  Split,
  Tracker,
} from 'siamese';

/** Plugins with one fault each, and the check that must find it; and makers of more. */
export type Fault = readonly [name: string, check: string, plugin: Plugin];
export const none = { type: 'object', additionalProperties: false, properties: {} } as const;
export const euclid = (a: tfc.Tensor, b: tfc.Tensor): tfc.Tensor =>
  ops.safeSqrt(ops.sum(ops.squaredDifference(a, b), 1)); // [n]
export const distance = (between: (a: tfc.Tensor, b: tfc.Tensor) => tfc.Tensor, more = {}): Plugin =>
  definePlugin(Distance, {
    name: 'acme/fault',
    summary: 'Faulty.',
    options: none,
    range: [0, Infinity],
    create: () => ({ between }),
    ...more,
  });
export const pairLoss = (perPair: (score: tfc.Tensor, target: tfc.Tensor) => tfc.Tensor): Plugin =>
  definePlugin(Loss, {
    name: 'acme/fault',
    summary: 'Faulty.',
    options: none,
    needs: { score: 'distance', targets: 'binary' },
    create: () => ({ perPair }),
  });
export const encoder = (spoil: (x: tfc.Tensor) => tfc.Tensor): Plugin =>
  definePlugin(Encoder, {
    name: 'acme/fault',
    summary: 'Faulty.',
    options: none,
    accepts: { vector: [1] },
    create: (_, { inputs, layers, input, model }) => {
      const x = input(inputs[0]!);
      const layer = layers.dense({ units: 4 });
      const call = layer.call.bind(layer);
      layer.call = (given, how) => spoil(call(given, how) as tfc.Tensor);
      return model({ inputs: [x], outputs: layer.apply(x) as typeof x });
    },
  });
type Rows = { left: Int32Array; right: Int32Array; target: Float32Array };
export const sampler = (
  batch: (size: number, index: number, groups: Int32Array, draw: () => number) => Rows,
  count = 4,
  planned = count,
): Plugin =>
  definePlugin(Sampler, {
    name: 'acme/fault',
    summary: 'Faulty.',
    options: none,
    from: 'groups',
    streams: false,
    yields: 'pairs',
    create: () => ({
      plan: () => ({ batches: planned }),
      sample: (pool, { draw, batchSize }) => ({
        count,
        batch: (index) => batch(Math.min(batchSize, pool.size - 2), index, pool.groups, () => draw(index).uniform()),
      }),
    }),
  });
export const rows = (size: number, groups: Int32Array, by: number): Rows => {
  const left = Int32Array.from({ length: size }, (_, i) => i);
  const right = left.map((row) => (row + by) % groups.length);
  return { left, right, target: Float32Array.from(left, (row, i) => Number(groups[row] === groups[right[i]!])) };
};
export const optimizer = (update: (weight: tfc.Tensor, gradient: tfc.Tensor, rate: tfc.Tensor) => tfc.Tensor): Plugin =>
  definePlugin(Optimizer, {
    name: 'acme/fault',
    summary: 'Faulty.',
    options: none,
    slots: {},
    create: () => ({
      update: ({ weight, gradient, learningRate }) => ({ weight: update(weight, gradient, learningRate), slots: {} }),
    }),
  });
export const head = (score: (distance: tfc.Tensor) => tfc.Tensor, range?: [number, number]): Plugin =>
  definePlugin(Head, {
    name: 'acme/fault',
    summary: 'Faulty.',
    options: none,
    produces: 'value',
    reads: 'distance',
    ...(range ? { range } : {}),
    create: () => ({ score: ({ distance: d }) => score(d()) }),
  });
export const split = (
  part: (row: number, drawn: number) => 'train' | 'test',
  disjoint: readonly 'groups'[] = [],
): Plugin =>
  definePlugin(Split, {
    name: 'acme/fault',
    summary: 'Faulty.',
    options: none,
    of: 'items',
    disjoint,
    create: () => ({ folds: 1, assign: ({ size }) => Array.from({ length: size }, (_, row) => part(row, calls++)) }),
  });
/** By folds; with an option `test` where a share is named. */
const folding = (part: (row: number, fold: number) => Assignment, folds: number, share?: number): Plugin =>
  definePlugin(Split, {
    name: 'acme/fault',
    summary: 'Faulty.',
    options: {
      type: 'object',
      additionalProperties: false,
      properties:
        share === undefined
          ? {}
          : {
              validation: { type: 'number', default: 0, description: 'A share.' },
              test: { type: 'number', default: share, description: 'A share.' },
            },
    },
    of: 'items',
    disjoint: [],
    create: () => ({
      folds,
      assign: ({ size }, fold) => {
        if (size === 0) throw new TypeError('of nothing');
        return Array.from({ length: size }, (_, row) => part(row, fold));
      },
    }),
  });
export const evaluator = (
  value: (scores: Float32Array, targets: Float32Array) => number,
  better: 'higher' | 'lower' = 'higher',
): Plugin =>
  definePlugin(Evaluator, {
    name: 'acme/fault',
    summary: 'Faulty.',
    options: none,
    measures: 'pairs',
    metrics: { share: { better, range: [0, 1], description: 'A share.' } },
    create: () => ({
      begin: () => {
        let last = 0;
        return {
          add: ({ closeness, target }) => {
            last = value(closeness, target);
          },
          result: () => ({ values: { share: last } }),
        };
      },
    }),
  });
let calls = 0;
/** What a sampler keeps beside the state that it returns. */
const mined = new WeakMap<object, number>();
const right = (scores: Float32Array, targets: Float32Array): number =>
  scores.filter((score, i) => Number(score >= 0.5) === targets[i]).length / Math.max(1, scores.length);

export const faults: readonly Fault[] = [
  ['an asymmetric distance', 'the same in both directions', distance((a, b) => euclid(a, ops.mul(b, 0.5)))],
  [
    'a NaN gradient at zero',
    'gradient finite at coincident points',
    distance((a, b) => ops.sqrt(ops.sum(ops.squaredDifference(a, b), 1))),
  ],
  ['a similarity for a distance', 'smaller is closer', distance((a, b) => ops.exp(ops.neg(euclid(a, b))))],
  ['a negative distance', 'never negative', distance((a, b) => ops.sub(euclid(a, b), 0.1))],
  [
    'a squared distance called a metric',
    'triangle inequality',
    distance((a, b) => ops.sum(ops.squaredDifference(a, b), 1), { metric: true }),
  ],
  [
    'a root called a square',
    'the euclidean distance that it declares',
    distance(euclid, { euclidean: 'square', metric: true }),
  ],
  ['a range that is not kept', 'within its declared range', distance(euclid, { range: [0, 1] })],
  ['a unitRange that is not kept', 'within its range on vectors of length 1', distance(euclid, { unitRange: [0, 1] })],
  [
    'another matrix',
    'matrix equals the distances of pairs',
    distance(euclid, {
      create: () => ({
        between: euclid,
        matrix: (a: tfc.Tensor, b: tfc.Tensor) => ops.zeros([a.shape[0]!, b.shape[0]!]),
      }),
    }),
  ],
  [
    'a stopped gradient of the whole',
    'reads no tensor data in the step',
    distance((a, b) => (a.dataSync()[0]! > 1e9 ? a : euclid(a, b))),
  ],
  [
    'noise drawn in JavaScript',
    'draws nothing in JavaScript in the step',
    distance((a, b) => ops.add(euclid(a, b), tfc.mul(0, tfc.randomUniform([a.shape[0]!], 0, 1, 'float32', 7)))),
  ],
  ['a kept tensor', 'leaves no tensor behind', distance((a, b) => tfc.keep(euclid(a, b)))],
  [
    'a disposed input',
    'leaves its inputs as they are',
    distance((a, b) => {
      const d = euclid(a, b);
      a.dispose();
      return d;
    }),
  ],
  [
    'state between calls',
    'same options and inputs, same results',
    distance((a, b) => ops.add(euclid(a, b), calls++ % 1000)),
  ],
  [
    'a loss of the wrong sign',
    'the right sign',
    pairLoss((d, y) =>
      ops.neg(ops.add(ops.mul(y, ops.square(d)), ops.mul(ops.sub(1, y), ops.square(ops.relu(ops.sub(1, d)))))),
    ),
  ],
  [
    'targets the other way round',
    'the right sign',
    pairLoss((d, y) => ops.add(ops.mul(ops.sub(1, y), d), ops.mul(y, ops.relu(ops.sub(1, d))))),
  ],
  [
    'an infinite logarithm',
    'finite everywhere',
    pairLoss((d, y) => ops.add(ops.mul(y, d), ops.mul(ops.sub(1, y), ops.neg(ops.log(d))))),
  ],
  [
    'a loss that is already a mean',
    'each pair by itself',
    pairLoss((d, y) => ops.add(ops.mul(y, d), ops.mul(0.5, ops.mean(ops.mul(d, y))))),
  ],
  [
    'a gradient of twice the size',
    'gradient equals finite differences',
    pairLoss((d, y) =>
      twice(ops.add(ops.mul(y, ops.square(d)), ops.mul(ops.sub(1, y), ops.square(ops.relu(ops.sub(1, d)))))),
    ),
  ],
  [
    'a triplet loss of the wrong sign',
    'the right sign',
    definePlugin(Loss, {
      name: 'acme/fault',
      summary: 'Faulty.',
      options: none,
      needs: { embeddings: 'triplets' },
      create: () => ({
        perTriplet: ({ anchor, positive, negative }) => ({
          terms: [{ values: ops.relu(ops.add(1, ops.sub(euclid(anchor, negative), euclid(anchor, positive)))) }],
        }),
      }),
    }),
  ],
  [
    'a batch loss that depends on the order',
    'the same in any order',
    definePlugin(Loss, {
      name: 'acme/fault',
      summary: 'Faulty.',
      options: none,
      needs: { embeddings: 'labelled-batch' },
      create: () => ({
        perBatch: ({ embeddings }) => ({ terms: [{ values: ops.slice(ops.sum(embeddings, 1), 0, 1) }] }),
      }),
    }),
  ],
  [
    '0/0 where no two items share a group',
    'finite where nothing meets',
    definePlugin(Loss, {
      name: 'acme/fault',
      summary: 'Faulty.',
      options: none,
      needs: { embeddings: 'labelled-batch' },
      create: () => ({
        perBatch: ({ embeddings, positive }) => {
          const d = ops.squaredDistances(embeddings, embeddings);
          return { terms: [{ values: ops.div(ops.sum(ops.mul(d, positive)), ops.sum(positive)) }] };
        },
      }),
    }),
  ],
  [
    'a distance that an item has to itself',
    'zero from an item to itself',
    distance((a, b) => ops.add(euclid(a, b), 0.1), { metric: true }),
  ],
  ['a distance of one number', 'one number for each pair', distance((a, b) => ops.sum(euclid(a, b)))],
  [
    'other operations at every call',
    'runs the same operations at every step',
    distance((a, b) => (calls++ % 2 === 0 ? euclid(a, b) : ops.add(euclid(a, b), 0))),
  ],
  [
    'a variance of one pair',
    'batch of one',
    pairLoss((d, y) => ops.add(ops.mul(y, d), ops.div(ops.sub(d, ops.mean(d)), d.shape[0]! - 1))),
  ],
  ['a loss that is reduced', 'returns what its contract says', pairLoss((d, y) => ops.mean(ops.mul(d, y)))],
  [
    'an encoder with numbers that are no weights',
    'saved and loaded it is the same (vector)',
    encoder((x) => ops.mul(x, 1 + (calls++ % 1000))),
  ],
  ['an encoder that embeds an item in two ways', 'shared weights (vector)', encoder((x) => ops.add(x, calls++ % 1000))],
  ['an infinite embedding', 'finite (vector)', encoder((x) => ops.div(x, ops.sum(ops.abs(x))))],
  [
    'a sampler that draws anew each time',
    'seeded',
    sampler((size, _, groups) => rows(size, groups, 1 + (calls++ % 5))),
  ],
  [
    'a sampler that counts its own batches',
    'goes on after a resume',
    definePlugin(Sampler, {
      name: 'acme/fault',
      summary: 'Faulty.',
      options: none,
      from: 'groups',
      streams: false,
      yields: 'pairs',
      create: () => ({
        plan: () => ({ batches: 4 }),
        sample: (pool, { batchSize }) => {
          let next = 0;
          return { count: 4, batch: () => rows(Math.min(batchSize, pool.size - 2), pool.groups, 1 + next++) };
        },
      }),
    }),
  ],
  [
    'a sampler that mines into its own memory',
    'what it mines is saved',
    definePlugin(Sampler, {
      name: 'acme/fault',
      summary: 'Faulty.',
      options: none,
      from: 'groups',
      streams: false,
      yields: 'pairs',
      create: () => {
        return {
          plan: () => ({ batches: 4 }),
          sample: (pool, { batchSize, mined: state }) => {
            const by = (state && mined.get(state)) ?? 1;
            return { count: 4, batch: () => rows(Math.min(batchSize, pool.size - 2), pool.groups, by) };
          },
          mine: {
            due: () => true,
            mine: async () => {
              const state = { json: {} };
              mined.set(state, 2);
              return state;
            },
          },
        };
      },
    }),
  ],
  ['a leaking encoder', 'leaves no tensor behind (vector)', encoder((x) => tfc.keep(ops.clone(x)))],
  [
    'an encoder that looks at the batch',
    'in use an embedding depends on its item alone (vector)',
    encoder((x) => ops.sub(x, ops.mean(x, 0, true))),
  ],
  [
    'an encoder cut off from its weights',
    'every trainable weight gets a gradient (vector)',
    encoder((x) => ops.stopGradient(x)),
  ],
  [
    'a sampler that pairs an item with itself',
    'never an item with itself',
    sampler((size, _, groups) => rows(size, groups, 0)),
  ],
  [
    'a sampler beyond its pool',
    'rows of the pool',
    sampler((size, _, groups) => {
      const all = rows(size, groups, 1);
      all.right[0] = groups.length;
      return all;
    }),
  ],
  [
    'a sampler of false targets',
    'true targets',
    sampler((size, _, groups) => {
      const all = rows(size, groups, 1);
      return { ...all, target: all.target.map((target) => 1 - target) };
    }),
  ],
  [
    'a sampler that plans another number',
    'as many batches as planned',
    sampler((size, _, groups) => rows(size, groups, 1), 4, 5),
  ],
  [
    'a sampler with a memory',
    'batches in any order',
    sampler((size, _, groups) => rows(size, groups, 1 + (calls++ % 3))),
  ],
  [
    'a sampler that draws by Math.random',
    'draws nothing in JavaScript',
    sampler((size, _, groups) => rows(size, groups, 1 + Math.floor(Math.random() * 3))),
  ],
  [
    'an optimizer that climbs',
    'goes downhill',
    optimizer((weight, gradient, rate) => ops.add(weight, ops.mul(rate, gradient))),
  ],
  [
    'an optimizer that divides by zero',
    'finite for every gradient',
    optimizer((weight, gradient, rate) => ops.sub(weight, ops.mul(rate, ops.div(gradient, ops.abs(gradient))))),
  ],
  ['a head of the other polarity', 'polarity as declared', head((d) => d)],
  ['a head outside its range', 'within its declared range', head((d) => ops.neg(d), [-1, 0])],
  [
    'an infinite schedule',
    'a finite factor at every step',
    definePlugin(Schedule, {
      name: 'acme/fault',
      summary: 'Faulty.',
      options: none,
      create: () => ({ factor: (at) => 1 / at.step }),
    }),
  ],
  [
    'a schedule whose state is no JSON',
    'its state is JSON',
    definePlugin(Schedule, {
      name: 'acme/fault',
      summary: 'Faulty.',
      options: none,
      create: () => ({ initial: { best: -Infinity }, factor: () => 1, observe: (state) => state }),
    }),
  ],
  ['a split that tears groups', 'disjoint as declared', split((row) => (row % 5 === 0 ? 'test' : 'train'), ['groups'])],
  ['a split that changes its mind', 'the same each time', split((_, drawn) => (drawn % 7 === 0 ? 'test' : 'train'))],
  [
    'folds that test some rows twice',
    'folds hold out every row once',
    folding((row, fold) => (row % 4 <= fold ? 'test' : 'train'), 3),
  ],
  ['folds that are one', 'folds differ', folding((row) => (row % 4 === 0 ? 'test' : 'train'), 3)],
  ['a split that heeds no share', 'shares as asked', folding((row) => (row % 4 === 0 ? 'test' : 'train'), 1, 0.6)],
  ['a split that falls over no rows', 'no rows at all', folding((row) => (row % 5 === 0 ? 'test' : 'train'), 1)],
  [
    'an augmentation that cuts',
    'keeps the shape',
    definePlugin(Augmentation, {
      name: 'acme/fault',
      summary: 'Faulty.',
      options: none,
      accepts: ['vector'],
      place: 'step',
      create: () => ({ augment: (x) => ops.slice(x, [0, 0], [-1, 5]) }),
    }),
  ],
  [
    'an augmentation that looks at the rows beside a row',
    'one draw for both items of a pair',
    definePlugin(Augmentation, {
      name: 'acme/fault',
      summary: 'Faulty.',
      options: none,
      accepts: ['vector'],
      place: 'step',
      together: true,
      create: () => ({
        augment: (x, { random }) => ops.add(ops.mul(random.uniform([x.shape[0]!, 1]), ops.mean(x, 0, true)), x),
      }),
    }),
  ],
  [
    'an augmentation that changes what it should leave',
    'changes nothing where it says so',
    definePlugin(Augmentation, {
      name: 'acme/fault',
      summary: 'Faulty.',
      options: {
        type: 'object',
        additionalProperties: false,
        properties: { amount: { type: 'number', default: 1, description: 'How much.' } },
      },
      accepts: ['vector'],
      place: 'step',
      identity: { amount: 0 },
      create: ({ amount }) => ({ augment: (x, { random }) => ops.mul(x, random.uniform(x.shape, 0.5, 1 + amount)) }),
    }),
  ],
  [
    'an augmentation that overwrites',
    'leaves its inputs as they are',
    definePlugin(Augmentation, {
      name: 'acme/fault',
      summary: 'Faulty.',
      options: none,
      accepts: ['vector'],
      place: 'worker',
      create: () => ({
        augment: (value) => {
          if (typeof value !== 'string') value[0] = 9;
          return value;
        },
      }),
    }),
  ],
  ['a metric that is better the other way', 'perfect is best', evaluator(right, 'lower')],
  ['a metric that knows the last block alone', 'in blocks as in one', evaluator(right)],
  [
    'a metric outside its range',
    'values in their declared range',
    evaluator((scores, targets) => 100 * right(scores, targets)),
  ],
  [
    'a source that reads by itself',
    'a missing file is told in plain words',
    definePlugin(Source, {
      name: 'acme/fault',
      summary: 'Faulty.',
      options: {
        type: 'object',
        additionalProperties: false,
        required: ['path'],
        properties: { path: { type: 'string', format: 'path', description: 'A file.' } },
      },
      access: 'random',
      relations: ['groups'],
      create: ({ path }) => ({
        describe: async () => {
          throw new Error(`ENOENT ${path}`);
        },
        open: async () => {
          throw new Error('ENOENT');
        },
      }),
    }),
  ],
  [
    'a tracker that forgets where it stood',
    'its position is JSON and opens it again',
    definePlugin(Tracker, {
      name: 'acme/fault',
      summary: 'Faulty.',
      options: none,
      create: () => ({
        open: async () => {
          let n = 0;
          return {
            record: () => {
              n++;
            },
            position: () => n,
            close: async () => {},
          };
        },
      }),
    }),
  ],
  [
    'an option without a description',
    'options obey the meta-schema',
    distance(euclid, {
      options: { type: 'object', additionalProperties: false, properties: { power: { type: 'number', default: 2 } } },
    }),
  ],
  ['a distance without a range', 'declares what its kind must', distance(euclid, { range: undefined })],
  [
    'a factory that throws',
    'defaults work',
    distance(euclid, {
      create: () => {
        throw new Error('no');
      },
    }),
  ],
];

/** The same value, twice the gradient. */
export function twice(x: tfc.Tensor): tfc.Tensor {
  return tfc.customGrad((given) => ({
    value: ops.clone(given as tfc.Tensor),
    gradFunc: (dy: tfc.Tensor) => ops.mul(2, dy),
  }))(x);
}
