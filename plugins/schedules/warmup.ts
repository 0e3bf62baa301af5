import { Schedule } from '../../core/contract/index.js';
import { definePlugin } from '../../core/plugin/define.js';

/**
 * Rises in equal parts to the full learning rate, then follows another schedule over what is left.
 *   (step+1)/steps * the other's first factor, while step < steps; then the other's, which counts its steps from there
 * Epochs are not shifted: a schedule that falls every so many epochs counts them from the start of the training.
 * Units: `steps` in training steps.
 * Errors: none of its own.
 * Source: Goyal et al. 2017, gradual warm-up.
 */
export const warmup = definePlugin(Schedule, {
  name: 'warmup',
  summary: 'Rises to the full learning rate, then follows another schedule.',
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      steps: { type: 'integer', minimum: 0, default: 500, description: 'Training steps that the rise takes.' },
    },
  },
  // biome-ignore lint/suspicious/noThenProperty: the recipe's word; its value is no function
  parts: { then: { slot: Schedule, default: 'constant', description: 'The schedule that follows the rise.' } },
  create: ({ steps }, { then }) => ({
    initial: then.initial ?? null,
    factor(at, state) {
      const after = { ...at, step: Math.max(0, at.step - steps), steps: Math.max(1, at.steps - steps) };
      return Math.min(1, (at.step + 1) / Math.max(1, steps)) * then.factor(after, state);
    },
    observe: (state, event) => then.observe?.(state, event) ?? state,
  }),
});
