import type { backend_util, Tensor } from '@tensorflow/tfjs-core';
import * as tfc from '@tensorflow/tfjs-core';
import { type Heap, type Numbers, wasmKernel } from './kernel.js';

type Geometry = backend_util.Conv2DInfo;
/** Images first .. first+count-1 of the batch. */
type Images = readonly [first: number, count: number];

/** Floats of unfolded input at a time: a megabyte, which stays in the cache until the product has read it. */
const CHUNK = 1 << 18;

/**
 * Gradient of conv2d by its filter.
 *   dw[i, j, c, f] = sum over n, y, x of input[n, y*stride + i - top, x*stride + j - left, c] * dy[n, y, x, f]
 * input [n, h, w, c], dy [n, oh, ow, f] -> [kh, kw, c, f]
 * As a matrix product, a few images at a time: the input unfolded to [kh*kw*c, positions] by dy [positions, f].
 */
export const conv2dFilterGradient = wasmKernel<tfc.Conv2DBackpropFilterAttrs>(
  tfc.Conv2DBackpropFilter,
  ({ inputs, attributes, heap }) => {
    const { x, dy } = inputs as { x: tfc.Tensor4D; dy: tfc.Tensor4D };
    const { strides, pad, dimRoundingMode, filterShape } = attributes;
    const geometry = tfc.backend_util.computeConv2DInfo(x.shape, filterShape, strides, 1, pad, dimRoundingMode);
    const taps = geometry.filterHeight * geometry.filterWidth * geometry.inChannels;
    const images = Math.max(1, Math.floor(CHUNK / (taps * geometry.outHeight * geometry.outWidth)));
    const parts: Tensor[] = [];
    for (let first = 0; first < geometry.batchSize; first += images) {
      const range = [first, Math.min(images, geometry.batchSize - first)] as const;
      parts.push(tfc.tidy(() => product(heap, geometry, [x, dy], range))); // [taps, f]
    }
    return tfc.reshape(tfc.addN(parts), filterShape); // [kh, kw, c, f]
  },
);

function product(heap: Heap, geometry: Geometry, [x, dy]: readonly [Tensor, Tensor], images: Images): Tensor {
  const { filterHeight, filterWidth, inChannels, outHeight, outWidth, outChannels } = geometry;
  const positions = images[1] * outHeight * outWidth;
  const unfolded = heap.allocate([filterHeight * filterWidth * inChannels, positions]); // [taps, positions]
  const pull = heap.allocate([positions, outChannels]); // [positions, f]
  const from = images[0] * outHeight * outWidth * outChannels;
  heap.view(pull).set(heap.view(dy).subarray(from, from + pull.size));
  unfold(geometry, heap.view(x), heap.view(unfolded), images);
  return tfc.matMul(unfolded, pull); // [taps, f]
}

/** Row (i, j, c) of `target` holds what tap (i, j) sees of channel c at every output position; 0 in the padding. */
function unfold(geometry: Geometry, source: Numbers, target: Numbers, [first, count]: Images): void {
  const { inHeight, inWidth, inChannels, outHeight, outWidth, strideHeight, strideWidth, padInfo } = geometry;
  let at = 0;
  for (let i = 0; i < geometry.filterHeight; i++) {
    for (let j = 0; j < geometry.filterWidth; j++) {
      const left = padInfo.left - j;
      const low = Math.min(outWidth, Math.max(0, Math.ceil(left / strideWidth)));
      const high = Math.max(low, Math.min(outWidth, Math.ceil((inWidth + left) / strideWidth)));
      for (let channel = 0; channel < inChannels; channel++) {
        for (let row = 0; row < count * outHeight; row++, at += outWidth) {
          const image = Math.floor(row / outHeight);
          const y = (row - image * outHeight) * strideHeight + i - padInfo.top;
          if (y < 0 || y >= inHeight) {
            target.fill(0, at, at + outWidth);
            continue;
          }
          let from = (((first + image) * inHeight + y) * inWidth + low * strideWidth - left) * inChannels + channel;
          for (let x = 0; x < low; x++) target[at + x] = 0;
          for (let x = low; x < high; x++, from += strideWidth * inChannels) target[at + x] = source[from]!;
          for (let x = high; x < outWidth; x++) target[at + x] = 0;
        }
      }
    }
  }
}
