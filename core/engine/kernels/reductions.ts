import type { KernelConfig } from '@tensorflow/tfjs-core';
import * as tfc from '@tensorflow/tfjs-core';
import { wasmKernel } from './kernel.js';

type Attributes = Pick<tfc.SumAttrs, 'axis' | 'keepDims'>;

/**
 * Sum and mean over the leading axes, as the gradients of biases and the moments of batch normalisation have it. Other axes
 * go to tfjs-wasm's own kernel, which would lay all of x out anew for these.
 * x [n.., c..] -> [c..], with keepDims [1.., c..]
 */
export const leadingSum = (original: KernelConfig): KernelConfig => leading(original, () => 1);
export const leadingMean = (original: KernelConfig): KernelConfig => leading(original, (rows) => 1 / rows);

function leading(original: KernelConfig, factor: (rows: number) => number): KernelConfig {
  const own = wasmKernel<Attributes>(original.kernelName, ({ inputs, attributes, heap }) => {
    const x = inputs.x!;
    const count = tfc.util.parseAxisParam(attributes.axis, x.shape).length;
    const rest = x.shape.slice(count);
    const shape = attributes.keepDims ? [...new Array<number>(count).fill(1), ...rest] : rest;
    const result = heap.allocate(shape); // [c..] or [1.., c..]
    const width = result.size;
    const sums = new Float64Array(width); // many small terms: float32 would lose digits
    const values = heap.view(x);
    let at = 0;
    for (; at + 4 * width <= values.length; at += 3 * width) {
      for (let column = 0; column < width; column++, at++) {
        sums[column]! += values[at]! + values[at + width]! + values[at + 2 * width]! + values[at + 3 * width]!;
      }
    }
    for (; at < values.length; at += width) {
      for (let column = 0; column < width; column++) sums[column]! += values[at + column]!;
    }
    const scale = factor(values.length / width);
    heap.view(result).set(sums.map((sum) => sum * scale));
    return result;
  });
  return {
    ...original,
    kernelFunc: (call) =>
      (isLeading(call.inputs.x!, call.attrs as unknown as Attributes) ? own : original).kernelFunc(call),
  };
}

/** Axes 0, 1 .. of a float tensor, but not all of them: then there is nothing to lay out anew. */
function isLeading(x: tfc.TensorInfo, { axis }: Attributes): boolean {
  const axes = tfc.util.parseAxisParam(axis, x.shape).sort((a, b) => a - b);
  return (
    x.dtype === 'float32' && axes.length > 0 && axes.length < x.shape.length && axes.every((value, at) => value === at)
  );
}
