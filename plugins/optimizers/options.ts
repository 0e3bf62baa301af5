/** Options that optimizers share: one name, one meaning. */
import type { OptionSchema } from '../../core/plugin/options.js';

export const learningRate = {
  type: 'number',
  exclusiveMinimum: 0,
  default: 0.001,
  description: 'Step size, before the schedule and the scales.',
} as const satisfies OptionSchema;

export const beta1 = {
  type: 'number',
  minimum: 0,
  exclusiveMaximum: 1,
  default: 0.9,
  description: 'Share of the first moment (the mean gradient) that each step keeps.',
} as const satisfies OptionSchema;

export const beta2 = {
  type: 'number',
  minimum: 0,
  exclusiveMaximum: 1,
  default: 0.999,
  description: 'Share of the second moment (the mean squared gradient) that each step keeps.',
} as const satisfies OptionSchema;

export const epsilon = {
  type: 'number',
  exclusiveMinimum: 0,
  default: 1e-7,
  description: 'Added where it keeps the divisor from zero.',
} as const satisfies OptionSchema;
