import * as tfc from '@tensorflow/tfjs-core';
import { definePlugin, type EmbeddingPair, Encoder, Head, Loss, Optimizer, ops, type Plugin } from 'siamese';
import { distance, euclid } from './distance-faults.js';
import { type Fault, none } from './fault.js';
import { pairLoss, twice } from './loss-faults.js';
import { head, optimizer } from './network-faults.js';

const weighted = { unused: { shape: [], initializer: 'ones' } } as const;

const dense = (units: number, kernelInitializer: 'glorotUniform' | 'ones', said = units): Plugin =>
  definePlugin(Encoder, {
    name: 'acme/fault',
    summary: 'Faulty.',
    options: {
      type: 'object',
      additionalProperties: false,
      properties: { dimensions: { type: 'integer', default: said, description: 'Length of the embedding.' } },
    },
    accepts: { vector: [1] },
    create: (_, { inputs, layers, input, model }) => {
      const x = input(inputs[0]!); // [batch, size]
      const out = layers.dense({ units, kernelInitializer }).apply(x) as typeof x; // [batch, units]
      return model({ inputs: [x], outputs: out });
    },
  });

const onEmbeddings = (score: (pair: EmbeddingPair) => tfc.Tensor, additive?: object): Plugin =>
  definePlugin(Head, {
    name: 'acme/fault',
    summary: 'Faulty.',
    options: none,
    produces: 'value',
    reads: 'embeddings',
    ...(additive ? { additive } : {}),
    create: () => ({ score }),
  });

/** Of what runs in the training step. */
export const tensorFaults: readonly Fault[] = [
  ['a distance without its method', 'has the methods of its kind', distance(euclid, { create: () => ({}) })],
  [
    'a factory that makes tensors',
    'is made without keeping tensors',
    distance(euclid, {
      create: () => {
        tfc.zeros([1]); // [1]
        return { between: euclid };
      },
    }),
  ],
  [
    'a distance relative to nothing',
    'finite everywhere',
    distance((a, b) => ops.div(euclid(a, b), ops.sum(ops.abs(a), 1))),
  ],
  [
    'a metric that looks at one axis',
    'zero only for equal items',
    distance((a, b) => ops.sum(ops.slice(ops.abs(ops.sub(a, b)), [0, 0], [-1, 1]), 1), { metric: true }),
  ],
  ['a steeper distance', 'gradient equals finite differences', distance((a, b) => twice(euclid(a, b)))],
  [
    'a loss with a weight that it does not use',
    'every trainable weight gets a gradient',
    definePlugin(Loss, {
      name: 'acme/fault',
      summary: 'Faulty.',
      options: none,
      needs: { score: 'distance', targets: 'binary' },
      weights: weighted,
      create: () => ({
        perPair: (d, y) => ops.add(ops.mul(y, d), ops.mul(ops.sub(1, y), ops.relu(ops.sub(1, d)))),
      }),
    }),
  ],
  ['a head of one number', 'one score for each pair', head((d) => ops.neg(ops.sum(d)))],
  [
    'a head that adds up',
    'looks at both at once, as declared',
    onEmbeddings(({ left, right }) => ops.sum(ops.add(left, right), 1)),
  ],
  [
    'a head that says it adds up',
    'looks at both at once, as declared',
    onEmbeddings(({ left, right }) => ops.sum(ops.mul(left, right), 1), {}),
  ],
  ['a head with an infinite logarithm', 'finite everywhere', head((d) => ops.neg(ops.log(d)))],
  ['a steeper head', 'gradient equals finite differences', head((d) => twice(ops.neg(d)))],
  [
    'a head with a weight that it does not use',
    'every trainable weight gets a gradient',
    definePlugin(Head, {
      name: 'acme/fault',
      summary: 'Faulty.',
      options: none,
      produces: 'value',
      reads: 'distance',
      weights: weighted,
      create: () => ({ score: ({ distance: between }) => ops.neg(between()) }),
    }),
  ],
  ['an encoder that heeds no dimensions', 'an embedding for each item (vector)', dense(4, 'glorotUniform', 8)],
  ['an encoder whose weights no seed draws', 'one seed, one encoder (vector)', dense(4, 'ones')],
  [
    'an optimizer that loses its slot',
    'returns the weight and its slots',
    definePlugin(Optimizer, {
      name: 'acme/fault',
      summary: 'Faulty.',
      options: none,
      slots: { velocity: 0 },
      create: () => ({
        update: ({ weight, gradient, learningRate }) => ({
          weight: ops.sub(weight, ops.mul(learningRate, gradient)),
          slots: {} as never,
        }),
      }),
    }),
  ],
  [
    'an optimizer that decays whatever it is told',
    'rests where there is no gradient',
    optimizer((weight, gradient, rate) => ops.sub(ops.mul(0.99, weight), ops.mul(rate, gradient))),
  ],
];

/** Of two engines: only where both are here. */
export const engineFaults: readonly Fault[] = [
  [
    'a distance that asks which engine runs',
    'the same on both engines',
    distance((a, b) => ops.mul(tfc.getBackend() === 'tensorflow' ? 2 : 1, euclid(a, b))),
  ],
  [
    'a loss that asks which engine runs',
    'the same on both engines',
    pairLoss((d, y) =>
      ops.mul(
        tfc.getBackend() === 'tensorflow' ? 2 : 1,
        ops.add(ops.mul(y, d), ops.mul(ops.sub(1, y), ops.relu(ops.sub(1, d)))),
      ),
    ),
  ],
];
