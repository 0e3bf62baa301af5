import { Sampler } from '../../core/contract/index.js';
import { definePlugin } from '../../core/plugin/define.js';

/**
 * The given triplets (anchor, positive, negative), each once per epoch, in a random order. The last batch of an epoch
 * holds what remains.
 * Errors: none of its own.
 */
export const givenTriplets = definePlugin(Sampler, {
  name: 'given-triplets',
  summary: 'The given triplets in random order.',
  options: { type: 'object', additionalProperties: false, properties: {} },
  from: 'triplets',
  streams: false,
  yields: 'triplets',
  create: () => ({
    plan({ triplets, batchSize }) {
      if (triplets === 0) return { problem: 'there are no given triplets' };
      return { batches: Math.ceil(triplets / batchSize), rows: triplets, positives: null };
    },
    sample({ triplets }, { draw, batchSize }) {
      const order = draw().shuffle(Int32Array.from(triplets?.anchor.keys() ?? []));
      return {
        count: Math.ceil(order.length / batchSize),
        batch(index) {
          const chosen = order.subarray(index * batchSize, (index + 1) * batchSize);
          return {
            anchor: chosen.map((i) => triplets!.anchor[i]!),
            positive: chosen.map((i) => triplets!.positive[i]!),
            negative: chosen.map((i) => triplets!.negative[i]!),
          };
        },
      };
    },
  }),
});
