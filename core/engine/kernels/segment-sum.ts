import * as tfc from '@tensorflow/tfjs-core';
import { wasmKernel } from './kernel.js';

/**
 * Sums the slices of x that carry the same id; ids outside 0 .. numSegments-1 are dropped.
 * x [ids.., rest..], segmentIds [ids..] -> [numSegments, rest..]
 * The gradient of gather, and so of every embedding.
 */
export const segmentSum = wasmKernel<tfc.UnsortedSegmentSumAttrs>(
  tfc.UnsortedSegmentSum,
  ({ inputs, attributes, heap }) => {
    const { x, segmentIds } = inputs as { x: tfc.Tensor; segmentIds: tfc.Tensor };
    const { numSegments } = attributes;
    const result = heap.allocate([numSegments, ...x.shape.slice(segmentIds.rank)], x.dtype as 'float32' | 'int32'); // [numSegments, rest..]
    const [values, ids, sums] = [heap.view(x), heap.view(segmentIds), heap.view(result)];
    const width = sums.length / numSegments;
    sums.fill(0);
    for (let row = 0; row < ids.length; row++) {
      const id = ids[row]!;
      if (id < 0 || id >= numSegments) continue;
      const from = row * width;
      const to = id * width;
      for (let column = 0; column < width; column++) sums[to + column]! += values[from + column]!;
    }
    return result;
  },
);
