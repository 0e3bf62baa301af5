import type { Tensor } from '../../core/engine/ops.js';
import * as ops from '../../core/engine/ops.js';

/** Options of augmentations that move pixels: what comes in from outside the image. */
export const fillOptions = {
  fill: {
    type: 'string',
    enum: ['edge', 'reflect', 'wrap', 'constant'],
    default: 'edge',
    description: 'What comes in from outside: the pixels of the edge, the image mirrored or again, or `value`.',
  },
  value: { type: 'number', default: 0, description: 'What `fill: constant` brings in, in units of the scaled field.' },
} as const;
export interface Fill {
  readonly fill: 'edge' | 'reflect' | 'wrap' | 'constant';
  readonly value: number;
}

/** Where each image takes its pixels from: x' = xx*x + xy*y + x0, y' = yx*x + yy*y + y0, in pixels. Each [n]. */
export interface Affine {
  readonly xx: Tensor;
  readonly xy: Tensor;
  readonly x0: Tensor;
  readonly yx: Tensor;
  readonly yy: Tensor;
  readonly y0: Tensor;
}

const modes = { edge: 'nearest', reflect: 'reflect', wrap: 'wrap', constant: 'constant' } as const;

/** Images [n, height, width, channels] read anew by one affine map each, of the same shape; 2-linear between pixels. */
export function moved(
  images: Tensor,
  { xx, xy, x0, yx, yy, y0 }: Affine,
  how: Fill,
  by: 'nearest' | 'bilinear' = 'bilinear',
): Tensor {
  const flat = ops.zerosLike(xx); // [n]
  const transforms = ops.stack([xx, xy, x0, yx, yy, y0, flat, flat], 1); // [n, 8]
  return ops.image.transform(images as never, transforms as never, by, modes[how.fill], how.value); // [n, height, width, channels]
}

/** The middle between the outermost pixels: x and y. */
export const middle = ({ shape }: Tensor): readonly [x: number, y: number] => [
  (shape[2]! - 1) / 2,
  (shape[1]! - 1) / 2,
];
