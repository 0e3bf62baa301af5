import { Augmentation } from '../../core/contract/index.js';
import * as ops from '../../core/engine/ops.js';
import { definePlugin } from '../../core/plugin/define.js';

/**
 * Takes a whole field from an item with a probability, as if it were missing: its values become 0, its ids padding. Numbers
 * that are standardised get their mean so. Each field of each item draws by itself, so that all of them may be gone.
 * Shapes: [n, ...shape] -> the same.
 * Errors: none.
 */
export const fieldDropout = definePlugin(Augmentation, {
  name: 'field-dropout',
  summary: 'Leaves out whole fields of items at random.',
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      probability: {
        type: 'number',
        minimum: 0,
        maximum: 1,
        default: 0.1,
        description: 'How likely a field is left out.',
      },
    },
  },
  accepts: ['vector', 'number', 'category', 'text', 'sequence', 'image'],
  place: 'step',
  together: true,
  identity: { probability: 0 },
  create: ({ probability }) => ({
    augment(values, { random }) {
      const shape = values.shape.map((size, i) => (i === 0 ? size : 1));
      const kept = ops.sub(1, random.bernoulli(shape, probability)); // [n, 1, ..]
      return ops.mul(values, ops.cast(kept, values.dtype)); // [n, ...shape]
    },
  }),
});
