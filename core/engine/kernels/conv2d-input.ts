import type { backend_util, Tensor } from '@tensorflow/tfjs-core';
import * as tfc from '@tensorflow/tfjs-core';
import { type Heap, wasmKernel } from './kernel.js';

type Geometry = backend_util.Conv2DInfo;

/**
 * Gradient of conv2d by its input; conv2dTranspose runs it forwards.
 *   dx[n, y, x, c] = sum over i, j, f of dy[n, (y + top - i)/stride, (x + left - j)/stride, f] * w[i, j, c, f], whole places only
 * dy [n, oh, ow, f], filter [kh, kw, c, f] -> [n, h, w, c]
 * As a plain convolution, which tfjs-wasm does fast (its own kernel for this gradient is about ten times slower): dy spread
 * out to the input's grid, by the filter turned by 180 degrees with its channels exchanged.
 */
export const conv2dInputGradient = wasmKernel<tfc.Conv2DBackpropInputAttrs>(
  tfc.Conv2DBackpropInput,
  ({ inputs, attributes, heap }) => {
    const { dy, filter } = inputs as { dy: tfc.Tensor4D; filter: tfc.Tensor4D };
    const { strides, pad, dimRoundingMode, inputShape } = attributes;
    const geometry = tfc.backend_util.computeConv2DInfo(inputShape, filter.shape, strides, 1, pad, dimRoundingMode);
    return tfc.conv2d(spread(heap, dy, geometry), turned(heap, filter), 1, 'valid'); // [n, h, w, c]
  },
);

/** dy at the input's own stride, zeros between and around, so that a `valid` convolution gives the input's size. */
function spread(heap: Heap, dy: Tensor, geometry: Geometry): tfc.Tensor4D {
  const { batchSize, inHeight, inWidth, outHeight, outWidth, outChannels, padInfo } = geometry;
  const height = inHeight + geometry.filterHeight - 1;
  const width = inWidth + geometry.filterWidth - 1;
  const result = heap.allocate([batchSize, height, width, outChannels]); // [n, h+kh-1, w+kw-1, f]
  const target = heap.view(result);
  const source = heap.view(dy);
  const top = geometry.filterHeight - 1 - padInfo.top;
  const left = geometry.filterWidth - 1 - padInfo.left;
  target.fill(0);
  for (let row = 0; row < batchSize * outHeight; row++) {
    const image = Math.floor(row / outHeight);
    const y = (row - image * outHeight) * geometry.strideHeight + top;
    if (y < 0 || y >= height) continue;
    for (let column = 0; column < outWidth; column++) {
      const x = column * geometry.strideWidth + left;
      if (x < 0 || x >= width) continue;
      const from = (row * outWidth + column) * outChannels;
      const to = ((image * height + y) * width + x) * outChannels;
      for (let channel = 0; channel < outChannels; channel++) target[to + channel] = source[from + channel]!;
    }
  }
  return result as tfc.Tensor4D;
}

/** [kh, kw, c, f] -> [kh, kw, f, c], both spatial axes reversed */
function turned(heap: Heap, filter: tfc.Tensor4D): tfc.Tensor4D {
  const [height, width, inner, outer] = filter.shape;
  const result = heap.allocate([height, width, outer, inner]); // [kh, kw, f, c]
  const target = heap.view(result);
  const source = heap.view(filter);
  for (let tap = 0; tap < height * width; tap++) {
    const from = (height * width - 1 - tap) * inner * outer;
    const to = tap * inner * outer;
    for (let i = 0; i < inner; i++) {
      for (let o = 0; o < outer; o++) target[to + o * inner + i] = source[from + i * outer + o]!;
    }
  }
  return result as tfc.Tensor4D;
}
