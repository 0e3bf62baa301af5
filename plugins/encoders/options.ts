/** Options that encoders share: one name, one meaning, one default. */
import type { OptionSchema } from '../../core/plugin/options.js';

export const dimensions = {
  type: 'integer',
  minimum: 1,
  default: 64,
  description: 'Length of the embedding.',
} as const satisfies OptionSchema;

export const hidden = {
  type: 'array',
  items: { type: 'integer', minimum: 1, description: 'Units of one layer.' },
  default: [],
  description: 'Units of each fully connected layer before the embedding; none: [].',
} as const satisfies OptionSchema;

export const activation = {
  type: 'string',
  enum: ['relu', 'elu', 'selu', 'gelu', 'swish', 'tanh', 'sigmoid', 'softplus', 'linear'],
  default: 'relu',
  description: 'Function after each hidden layer; the embedding itself is linear.',
} as const satisfies OptionSchema;

export const dropout = {
  type: 'number',
  minimum: 0,
  exclusiveMaximum: 1,
  default: 0,
  description: 'Share of the activations set to zero in training, the others scaled up to make up for it.',
} as const satisfies OptionSchema;

export const batchNormalization = {
  type: 'boolean',
  default: false,
  description:
    'Normalises what enters each activation by the mean and variance of its batch, in use by their moving averages.',
} as const satisfies OptionSchema;

export const normalize = {
  type: 'boolean',
  default: false,
  description: 'Divides every embedding by its length, so that all lie on the unit sphere.',
} as const satisfies OptionSchema;

export const initializer = {
  type: 'string',
  enum: ['glorotUniform', 'glorotNormal', 'heUniform', 'heNormal', 'leCunUniform', 'leCunNormal', 'orthogonal'],
  default: 'glorotUniform',
  description: 'How the kernels start, drawn by the seed of the recipe; biases start at 0.',
} as const satisfies OptionSchema;
