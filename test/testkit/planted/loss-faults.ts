import * as tfc from '@tensorflow/tfjs-core';
import { definePlugin, Loss, ops, type Plugin } from 'siamese';
import { euclid } from './distance-faults.js';
import { type Fault, none } from './fault.js';

export const pairLoss = (perPair: (score: tfc.Tensor, target: tfc.Tensor) => tfc.Tensor): Plugin =>
  definePlugin(Loss, {
    name: 'acme/fault',
    summary: 'Faulty.',
    options: none,
    needs: { score: 'distance', targets: 'binary' },
    create: () => ({ perPair }),
  });
/** The same value, twice the gradient. */
export function twice(x: tfc.Tensor): tfc.Tensor {
  return tfc.customGrad((given) => ({
    value: ops.clone(given as tfc.Tensor),
    gradFunc: (dy: tfc.Tensor) => ops.mul(2, dy),
  }))(x);
}

/** Of losses. */
export const lossFaults: readonly Fault[] = [
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
    'a batch loss that counts half of the positives where few are known',
    'the same where few positives are known',
    definePlugin(Loss, {
      name: 'acme/fault',
      summary: 'Faulty.',
      options: none,
      needs: { embeddings: 'labelled-batch', mostPositives: true },
      create: () => ({
        perBatch: ({ embeddings, positive, mostPositives }) => {
          const near = ops.mul(positive, ops.squaredDistances(embeddings, embeddings)); // [a, r]
          const share = mostPositives < near.shape[1]! ? 0.5 : 1;
          return { terms: [{ values: ops.mul(share, ops.sum(near, 1)) }] };
        },
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
    'a variance of one pair',
    'batch of one',
    pairLoss((d, y) => ops.add(ops.mul(y, d), ops.div(ops.sub(d, ops.mean(d)), d.shape[0]! - 1))),
  ],
  ['a loss that is reduced', 'returns what its contract says', pairLoss((d, y) => ops.mean(ops.mul(d, y)))],
];
