import type { backend_util } from '@tensorflow/tfjs-core';
import * as tfc from '@tensorflow/tfjs-core';
import { wasmKernel } from './kernel.js';

type Geometry = backend_util.Conv2DInfo;

/** Where one tap meets one output position: offsets of their first channels, and of the tap in the filter. */
type Meeting = (input: number, output: number, tap: number) => void;

/**
 * Gradient of a depthwise convolution by its filter.
 *   dw[i, j, c, m] = sum over n, y, x of input[n, y*stride + i - top, x*stride + j - left, c] * dy[n, y, x, c*multiplier + m]
 * input [n, h, w, c], dy [n, oh, ow, c*multiplier] -> [kh, kw, c, multiplier]
 */
export const depthwiseFilterGradient = wasmKernel<tfc.DepthwiseConv2dNativeBackpropFilterAttrs>(
  tfc.DepthwiseConv2dNativeBackpropFilter,
  ({ inputs, attributes, heap }) => {
    const { x, dy } = inputs as { x: tfc.Tensor4D; dy: tfc.Tensor4D };
    const geometry = geometryOf(x.shape, attributes.filterShape, attributes);
    const result = heap.allocate(attributes.filterShape); // [kh, kw, c, multiplier]
    const [input, pull] = [heap.view(x), heap.view(dy)];
    const multiplier = attributes.filterShape[3];
    const sums = new Float64Array(result.size); // many small terms: float32 would lose digits
    eachMeeting(geometry, (from, to, tap) => {
      for (let channel = 0; channel < geometry.inChannels; channel++) {
        const value = input[from + channel]!;
        for (let m = channel * multiplier; m < (channel + 1) * multiplier; m++) sums[tap + m]! += value * pull[to + m]!;
      }
    });
    heap.view(result).set(sums);
    return result;
  },
);

/**
 * Gradient of a depthwise convolution by its input.
 *   dx[n, y*stride + i - top, x*stride + j - left, c] = sum over i, j, m of dy[n, y, x, c*multiplier + m] * w[i, j, c, m]
 * dy [n, oh, ow, c*multiplier], filter [kh, kw, c, multiplier] -> [n, h, w, c]
 */
export const depthwiseInputGradient = wasmKernel<tfc.DepthwiseConv2dNativeBackpropInputAttrs>(
  tfc.DepthwiseConv2dNativeBackpropInput,
  ({ inputs, attributes, heap }) => {
    const { dy, filter } = inputs as { dy: tfc.Tensor4D; filter: tfc.Tensor4D };
    const geometry = geometryOf(attributes.inputShape, filter.shape, attributes);
    const result = heap.allocate(attributes.inputShape); // [n, h, w, c]
    const [weights, pull, sums] = [heap.view(filter), heap.view(dy), heap.view(result)];
    const multiplier = filter.shape[3];
    sums.fill(0);
    eachMeeting(geometry, (from, to, tap) => {
      for (let channel = 0; channel < geometry.inChannels; channel++) {
        let sum = 0;
        for (let m = channel * multiplier; m < (channel + 1) * multiplier; m++)
          sum += weights[tap + m]! * pull[to + m]!;
        sums[from + channel]! += sum;
      }
    });
    return result;
  },
);

type Attributes = Pick<
  tfc.DepthwiseConv2dNativeBackpropInputAttrs,
  'strides' | 'dilations' | 'pad' | 'dimRoundingMode'
>;
type Shape4 = [number, number, number, number];

function geometryOf(input: Shape4, filter: Shape4, attributes: Attributes): Geometry {
  const { strides, dilations, pad, dimRoundingMode } = attributes;
  return tfc.backend_util.computeConv2DInfo(input, filter, strides, dilations, pad, dimRoundingMode, true);
}

function eachMeeting(geometry: Geometry, visit: Meeting): void {
  const { inHeight, inWidth, inChannels, outHeight, outWidth, outChannels, filterWidth, padInfo } = geometry;
  for (let row = 0; row < geometry.batchSize * outHeight; row++) {
    const image = Math.floor(row / outHeight);
    for (let i = 0; i < geometry.filterHeight; i++) {
      const y = (row - image * outHeight) * geometry.strideHeight + i * geometry.dilationHeight - padInfo.top;
      if (y < 0 || y >= inHeight) continue;
      for (let column = 0; column < outWidth; column++) {
        for (let j = 0; j < filterWidth; j++) {
          const x = column * geometry.strideWidth + j * geometry.dilationWidth - padInfo.left;
          if (x < 0 || x >= inWidth) continue;
          const input = ((image * inHeight + y) * inWidth + x) * inChannels;
          visit(input, (row * outWidth + column) * outChannels, (i * filterWidth + j) * outChannels);
        }
      }
    }
  }
}
