import { Schedule } from '../../core/contract/index.js';
import { definePlugin } from '../../core/plugin/define.js';

/**
 * Half a cosine from 1 down to `minimum`, over the whole training or once per cycle.
 *   minimum + (1-minimum) * (1 + cos(pi*x))/2, x the share of the cycle that is done, in [0, 1)
 * Units: `minimum` is a factor on the learning rate.
 * Errors: none of its own.
 * Source: Loshchilov, Hutter 2017, SGDR, with cycles of equal length.
 */
export const cosine = definePlugin(Schedule, {
  name: 'cosine',
  summary: 'Falls along half a cosine.',
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      minimum: { type: 'number', minimum: 0, maximum: 1, default: 0, description: 'Factor that it falls to.' },
      cycles: { type: 'integer', minimum: 1, default: 1, description: 'How often it starts again from 1.' },
    },
  },
  create: ({ minimum, cycles }) => ({
    factor({ step, steps }) {
      if (step >= steps) return minimum;
      const done = ((step * cycles) / steps) % 1;
      return minimum + ((1 - minimum) * (1 + Math.cos(Math.PI * done))) / 2;
    },
  }),
});
