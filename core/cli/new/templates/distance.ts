import { Distance, definePlugin, ops } from 'siamese';

/**
 * Canberra distance: sum |a - b| / (|a| + |b|), 0 where both are 0.
 * Shapes: [n, d], [n, d] -> [n].
 */
export const example = definePlugin(Distance, {
  name: 'acme/example',
  summary: 'Differences relative to sizes, summed.',
  api: 1,
  options: { type: 'object', additionalProperties: false, properties: {} },
  range: [0, Infinity],
  metric: true,
  create: () => ({
    between(a, b) {
      const sizes = ops.add(ops.abs(a), ops.abs(b)); // [n, d]
      return ops.sum(ops.divNoNan(ops.abs(ops.sub(a, b)), sizes), 1); // [n]
    },
  }),
});
