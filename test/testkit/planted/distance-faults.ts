import * as tfc from '@tensorflow/tfjs-core';
import { Distance, definePlugin, ops, type Plugin } from 'siamese';
import { type Fault, none } from './fault.js';

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
let calls = 0;

/** Of distances. */
export const distanceFaults: readonly Fault[] = [
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
