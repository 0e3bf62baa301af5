import { Schedule } from '../../core/contract/index.js';
import { definePlugin } from '../../core/plugin/define.js';

/**
 * The learning rate stays what it is: factor 1.
 * Errors: none of its own.
 */
export const constant = definePlugin(Schedule, {
  name: 'constant',
  summary: 'The learning rate stays the same.',
  options: { type: 'object', additionalProperties: false, properties: {} },
  create: () => ({ factor: () => 1 }),
});
