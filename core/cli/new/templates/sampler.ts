import { definePlugin, Sampler } from 'siamese';

/** Each item that has a group, once an epoch, beside another item that has one; the groups tell the targets. */
export const example = definePlugin(Sampler, {
  name: 'acme/example',
  summary: 'Each item beside a random other.',
  api: 1,
  options: { type: 'object', additionalProperties: false, properties: {} },
  from: 'groups',
  streams: true,
  yields: 'pairs',
  create: () => ({
    plan({ groupSizes, batchSize }) {
      const items = groupSizes.reduce((sum, size) => sum + size, 0);
      return items < 2 ? { problem: 'a pair needs two items' } : { batches: Math.ceil(items / batchSize), rows: items };
    },
    sample(pool, { draw, batchSize }) {
      const order = draw().shuffle(pool.members);
      return {
        count: Math.ceil(order.length / batchSize),
        batch(index) {
          const random = draw(index + 1); // keyed by the batch: batches may be asked for in any order
          const left = order.slice(index * batchSize, (index + 1) * batchSize);
          const right = left.map((row) => {
            const other = order[random.below(order.length - 1)]!;
            return other === row ? order[order.length - 1]! : other; // the last stands in for the item itself
          });
          return { left, right, target: null };
        },
      };
    },
  }),
});
