import { Schedule } from '../../core/contract/index.js';
import { definePlugin } from '../../core/plugin/define.js';

/**
 * Falls evenly on a logarithmic scale, a little at every step: rate^(step/stepsPerEpoch).
 * Units: `rate` is the factor that one epoch leaves.
 * Errors: none of its own.
 */
export const exponential = definePlugin(Schedule, {
  name: 'exponential',
  summary: 'Falls by the same factor in every epoch, smoothly.',
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      rate: {
        type: 'number',
        exclusiveMinimum: 0,
        maximum: 1,
        default: 0.9,
        description: 'Factor that one epoch leaves.',
      },
    },
  },
  create: ({ rate }) => ({ factor: ({ step, stepsPerEpoch }) => rate ** (step / stepsPerEpoch) }),
});
