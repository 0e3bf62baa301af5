import { Head } from '../../core/contract/index.js';
import { definePlugin } from '../../core/plugin/define.js';

/**
 * No head: the score is the distance itself.
 * Shapes: distance [pairs] -> [pairs].
 * Units: those of the distance; smaller is closer.
 * Errors: none of its own.
 */
export const none = definePlugin(Head, {
  name: 'none',
  summary: 'The distance is the score.',
  options: { type: 'object', additionalProperties: false, properties: {} },
  produces: 'distance',
  reads: 'distance',
  create: () => ({ score: ({ distance }) => distance() }), // [pairs]
});
