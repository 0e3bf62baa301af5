import type { KernelConfig, Tensor } from '@tensorflow/tfjs-core';
import * as tfc from '@tensorflow/tfjs-core';

/**
 * Images turned about a centre by `radians`, nearest pixel; what comes from outside is the fill value, a number or one per
 * channel (the fourth is then opaque, 255). image [n, h, w, c] -> [n, h, w, c]
 * For every backend: tfjs-node has no such kernel, and tfjs-wasm's rounds the fill value.
 */
export function rotateKernel(backendName: string): KernelConfig {
  return {
    kernelName: tfc.RotateWithOffset,
    backendName,
    kernelFunc: ({ inputs, attrs }) =>
      tfc.tidy(() => rotate(inputs.image as tfc.Tensor4D, attrs as unknown as tfc.RotateWithOffsetAttrs)),
  };
}

function rotate(image: tfc.Tensor4D, { radians, fillValue, center }: tfc.RotateWithOffsetAttrs): Tensor {
  const [, height, width, channels] = image.shape;
  const [x, y] = tfc.backend_util.getImageCenter(center, height, width);
  const [cos, sin] = [Math.cos(radians), Math.sin(radians)];
  const row = [cos, -sin, x - x * cos + y * sin, sin, cos, y - x * sin - y * cos, 0, 0];
  const matrix = tfc.tensor2d(row, [1, 8]); // [1, 8]
  const turned = (images: tfc.Tensor4D, fill: number): Tensor =>
    tfc.image.transform(images, matrix, 'nearest', 'constant', fill);
  if (typeof fillValue === 'number') return turned(image, fillValue); // [n, h, w, c]
  const missing = tfc.sub(1, turned(tfc.ones([1, height, width, 1]), 0)); // [1, h, w, 1]
  const fill = tfc.tensor1d([...fillValue, 255].slice(0, channels)); // [c]
  return tfc.add(turned(image, 0), tfc.mul(missing, fill)); // [n, h, w, c]
}
