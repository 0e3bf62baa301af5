/** Options of sources that read given pairs: how much the two are the same. */
import type { OptionSchema } from '../../core/plugin/options.js';

export const target = {
  type: ['string', 'null'],
  format: 'column',
  default: null,
  description: 'Column that says how much the two are the same. null: every row is a positive pair.',
} as const satisfies OptionSchema;

export const polarity = {
  type: 'string',
  enum: ['same-is-high', 'same-is-low'],
  default: 'same-is-high',
  description: 'Whether a high or a low target means the same; converted once, on reading.',
} as const satisfies OptionSchema;

export const range = {
  anyOf: [
    {
      type: 'array',
      items: { type: 'number', description: 'A bound.' },
      minItems: 2,
      maxItems: 2,
      description: '[low, high].',
    },
    { type: ['null'], description: 'Not graded.' },
  ],
  default: null,
  description: 'Lowest and highest target of a graded scale, mapped to 0..1.',
} as const satisfies OptionSchema;

export const positiveFrom = {
  type: ['number', 'null'],
  default: null,
  description:
    'Target from which on (with same-is-low: down from which) a pair is the same, in the units of the column.',
} as const satisfies OptionSchema;

export const weight = {
  type: ['string', 'null'],
  format: 'column',
  default: null,
  description: 'Column of weights of the pairs, 0 or more.',
} as const satisfies OptionSchema;
