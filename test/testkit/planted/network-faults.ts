import * as tfc from '@tensorflow/tfjs-core';
import { definePlugin, Encoder, Head, Optimizer, ops, type Plugin } from 'siamese';
import { type Fault, none } from './fault.js';

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
let calls = 0;

/** Of encoders, heads and optimizers. */
export const networkFaults: readonly Fault[] = [
  [
    'an encoder with numbers that are no weights',
    'saved and loaded it is the same (vector)',
    encoder((x) => ops.mul(x, 1 + (calls++ % 1000))),
  ],
  ['an encoder that embeds an item in two ways', 'shared weights (vector)', encoder((x) => ops.add(x, calls++ % 1000))],
  ['an infinite embedding', 'finite (vector)', encoder((x) => ops.div(x, ops.sum(ops.abs(x))))],
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
];
