import { Schedule } from '../../core/contract/index.js';
import { definePlugin } from '../../core/plugin/define.js';

/**
 * Falls by a factor every so many epochs: factor^floor(epoch/every), epochs from 0.
 * Units: `every` in epochs; `factor` is a factor on the learning rate.
 * Errors: none of its own.
 */
export const step = definePlugin(Schedule, {
  name: 'step',
  summary: 'Falls by a factor every so many epochs.',
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      every: { type: 'integer', minimum: 1, default: 10, description: 'Epochs between two falls.' },
      factor: { type: 'number', exclusiveMinimum: 0, maximum: 1, default: 0.1, description: 'What each fall leaves.' },
    },
  },
  create: ({ every, factor }) => ({ factor: ({ epoch }) => factor ** Math.floor(epoch / every) }),
});
