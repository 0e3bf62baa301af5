import { parts, Split } from '../../core/contract/index.js';
import { definePlugin } from '../../core/plugin/define.js';

/**
 * Divides nothing: everything is for training, but for the validation and test parts that a source brings by itself.
 * Errors: none of its own.
 */
export const none = definePlugin(Split, {
  name: 'none',
  summary: 'No division: all is for training.',
  options: { type: 'object', additionalProperties: false, properties: {} },
  of: ['items', 'pairs'],
  disjoint: [],
  create: () => ({
    folds: 1,
    assign: ({ size, given }) => Array.from({ length: size }, (_, row) => parts[given?.[row] ?? 0]!),
    assignRow: () => 'train',
  }),
});
