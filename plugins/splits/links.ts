import type { OptionSchema } from '../../core/plugin/options.js';

/** Option of the splits that keep linked items together. */
export const links = {
  type: 'string',
  enum: ['all', 'same'],
  default: 'all',
  description:
    'Which given pairs tie their items together. same: those of target 1 alone; different pairs across parts are then left out.',
} as const satisfies OptionSchema;
