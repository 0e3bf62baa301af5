import { type PairRows, type PairTable, Sampler } from '../../core/contract/index.js';
import { definePlugin } from '../../core/plugin/define.js';
import { openNegatives } from './negatives.js';

/**
 * Each given positive pair beside `perPositive` negatives of the same left item, their right items drawn uniformly
 * from all that are no known match of it: no given positive, no member of its group, not the item itself. They differ
 * from one another where there are enough. Given pairs that are not the same are not drawn.
 * A batch holds whole bundles, floor(batchSize / (1 + perPositive)) of them, the positive first; the last batch of an
 * epoch holds what remains. A pair's weight is that of each row of its bundle.
 * Errors: SAMPLER, where an item matches every right item.
 */
export const randomNegatives = definePlugin(Sampler, {
  name: 'random-negatives',
  summary: 'Each given positive pair beside random pairs of the same left item.',
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      perPositive: {
        type: 'integer',
        minimum: 1,
        default: 4,
        description: 'Random pairs beside each given positive one.',
      },
    },
  },
  from: 'pairs',
  streams: false,
  yields: 'pairs',
  create: ({ perPositive }) => ({
    plan({ positives, pairs, batchSize }) {
      const bundle = 1 + perPositive;
      if (positives === 0)
        return { problem: pairs === 0 ? 'there are no given pairs' : `none of the ${pairs} given pairs is positive` };
      if (batchSize < bundle) {
        return {
          problem: `a positive and its ${perPositive} negatives take ${bundle} rows; train.batchSize is ${batchSize}`,
        };
      }
      return {
        batches: Math.ceil(positives / Math.floor(batchSize / bundle)),
        rows: positives * bundle,
        positives: 1 / bundle,
      };
    },
    sample(pool, { draw, batchSize }) {
      const bundle = 1 + perPositive;
      const bundles = Math.floor(batchSize / bundle);
      const given: PairTable = pool.pairs ?? {
        left: new Int32Array(),
        right: new Int32Array(),
        target: new Float32Array(),
        weight: null,
      };
      const order = draw().shuffle(
        given.left.map((_, pair) => pair).filter((pair) => given.target[pair]! >= (given.positiveFrom ?? 0.5)),
      );
      const negatives = openNegatives(pool);
      const batch = (index: number): PairRows => {
        const random = draw(index + 1);
        const positives = order.subarray(index * bundles, (index + 1) * bundles);
        const size = positives.length * bundle;
        const rows = { left: new Int32Array(size), right: new Int32Array(size), target: new Float32Array(size) };
        const weight = given.weight && new Float32Array(size);
        for (const [i, pair] of positives.entries()) {
          const at = i * bundle;
          rows.left.fill(given.left[pair]!, at, at + bundle);
          rows.right[at] = given.right[pair]!;
          rows.right.set(negatives(given.left[pair]!, perPositive, random), at + 1);
          rows.target[at] = 1;
          weight?.fill(given.weight![pair]!, at, at + bundle);
        }
        return { ...rows, weight };
      };
      return { count: Math.ceil(order.length / bundles), batch };
    },
  }),
});
