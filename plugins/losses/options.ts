/** Options that losses on cosines share: one name, one meaning, defaults of their papers. */
import type { OptionSchema } from '../../core/plugin/options.js';

export const scale = (usual: number) =>
  ({
    type: 'number',
    exclusiveMinimum: 0,
    default: usual,
    description: 'Sharpness: multiplies the cosines.',
  }) as const satisfies OptionSchema;

/** `nearest`: what counts the more, the smaller it is. */
export const temperature = (usual: number, nearest: 'negatives' | 'items' | 'proxies') =>
  ({
    type: 'number',
    exclusiveMinimum: 0,
    default: usual,
    description: `Divides the cosines: the smaller, the more the nearest ${nearest} count.`,
  }) as const satisfies OptionSchema;
