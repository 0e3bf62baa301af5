import type { Column, Shape } from '../../core/contract/index.js';
import { fail } from '../../core/problem/index.js';

/**
 * The column of items of one shape, its kind by rank: a number, a vector [n], a sequence [time, channels] or an image
 * [height, width, channels].
 * Errors: SHAPE (more than three sizes, an empty item, an image whose channels are not 1, 3 or 4).
 */
export function itemColumn(label: string, shape: Shape): Column {
  const sizes = `[${shape.join(', ')}]`;
  if (shape.includes(0)) fail('SHAPE', `${label}: items of shape ${sizes} hold no values`);
  if (shape.length === 0) return { kind: 'number', shape: null, nullable: false };
  if (shape.length === 1) return { kind: 'vector', shape, nullable: false };
  if (shape.length === 2) return { kind: 'sequence', shape, nullable: false };
  if (shape.length > 3) {
    fail(
      'SHAPE',
      `${label}: items of shape ${sizes} have ${shape.length} sizes; up to three are read (height, width, channels)`,
    );
  }
  if (![1, 3, 4].includes(shape[2]!)) {
    fail('SHAPE', `${label}: items of shape ${sizes} are no images; their last size must be 1, 3 or 4 channels`);
  }
  return { kind: 'image', shape, nullable: false };
}
