import * as tfc from '@tensorflow/tfjs-core';
import { wasmKernel } from './kernel.js';

/**
 * Gradient of maxPool: each output's gradient goes to the first largest of its window.
 * input [n, h, w, c], dy [n, oh, ow, c] -> [n, h, w, c]
 * tfjs-wasm's own kernel sends it to wrong places.
 */
export const maxPoolGradient = wasmKernel<tfc.MaxPoolGradAttrs>(tfc.MaxPoolGrad, ({ inputs, attributes, heap }) => {
  const { input, output, dy } = inputs as { input: tfc.Tensor4D; output: tfc.Tensor4D; dy: tfc.Tensor4D };
  const result = heap.allocate(input.shape); // [n, h, w, c]
  const [values, largest, pull, sums] = [heap.view(input), heap.view(output), heap.view(dy), heap.view(result)];
  const { images, rows, columns, width, channels, imageSize } = windowsOf(input, attributes);
  const left = new Float32Array(channels); // of each channel's gradient in this window: 0 once it is given
  sums.fill(0);
  let from = 0;
  for (let image = 0; image < images * imageSize; image += imageSize) {
    for (const [top, bottom] of rows) {
      for (const [first, end] of columns) {
        for (let channel = 0; channel < channels; channel++) left[channel] = pull[from + channel]!;
        for (let y = top; y < bottom; y++) {
          for (let x = first; x < end; x++) {
            const at = image + (y * width + x) * channels;
            for (let channel = 0; channel < channels; channel++) {
              // no branch: where the largest stands is what a processor cannot guess
              const gradient = left[channel]! * Number(values[at + channel] === largest[from + channel]);
              sums[at + channel]! += gradient;
              left[channel]! -= gradient;
            }
          }
        }
        from += channels;
      }
    }
  }
  return result;
});

/**
 * Gradient of avgPool: each output's gradient is shared out evenly among the window's places inside the input, over which
 * the forward pass takes its mean (tfjs counts the padding, too, in its gradient alone).
 * input [n, h, w, c], dy [n, oh, ow, c] -> [n, h, w, c]
 */
export const avgPoolGradient = wasmKernel<tfc.AvgPoolGradAttrs>(tfc.AvgPoolGrad, ({ inputs, attributes, heap }) => {
  const { input, dy } = inputs as { input: tfc.Tensor4D; dy: tfc.Tensor4D };
  const result = heap.allocate(input.shape); // [n, h, w, c]
  const [pull, sums] = [heap.view(dy), heap.view(result)];
  const { images, rows, columns, width, channels, imageSize } = windowsOf(input, attributes);
  sums.fill(0);
  let from = 0;
  for (let image = 0; image < images * imageSize; image += imageSize) {
    for (const [top, bottom] of rows) {
      for (const [first, end] of columns) {
        const share = 1 / ((bottom - top) * (end - first));
        for (let y = top; y < bottom; y++) {
          for (let x = first; x < end; x++) {
            const at = image + (y * width + x) * channels;
            for (let channel = 0; channel < channels; channel++) sums[at + channel]! += share * pull[from + channel]!;
          }
        }
        from += channels;
      }
    }
  }
  return result;
});

type Attributes = Pick<tfc.MaxPoolGradAttrs, 'filterSize' | 'strides' | 'pad' | 'dimRoundingMode'>;
type Span = readonly [first: number, end: number];

/** The windows, cut to the input: a span of rows for each output row, of columns for each output column. */
interface Windows {
  readonly images: number;
  readonly rows: readonly Span[];
  readonly columns: readonly Span[];
  readonly width: number;
  readonly channels: number;
  readonly imageSize: number;
}

function windowsOf(input: tfc.Tensor4D, { filterSize, strides, pad, dimRoundingMode }: Attributes): Windows {
  const of = tfc.backend_util.computePool2DInfo(input.shape, filterSize, strides, 1, pad, dimRoundingMode);
  const spans = (count: number, size: number, at: (index: number) => Span): Span[] =>
    Array.from({ length: count }, (_, index) => {
      const [start, length] = at(index);
      return [Math.max(0, start), Math.min(size, start + length)] as const;
    });
  return {
    images: of.batchSize,
    rows: spans(of.outHeight, of.inHeight, (y) => [y * of.strideHeight - of.padInfo.top, of.filterHeight]),
    columns: spans(of.outWidth, of.inWidth, (x) => [x * of.strideWidth - of.padInfo.left, of.filterWidth]),
    width: of.inWidth,
    channels: of.inChannels,
    imageSize: of.inHeight * of.inWidth * of.inChannels,
  };
}
