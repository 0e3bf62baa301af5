import type { KernelConfig } from '@tensorflow/tfjs-core';
import * as tfc from '@tensorflow/tfjs-core';
import { type Numbers, wasmKernel } from './kernel.js';

/**
 * A box of x. x [..] -> size
 * tfjs-wasm's own kernel copies the whole of x out of the memory first, for every time step of a recurrent layer.
 */
export function sliceKernel(original: KernelConfig): KernelConfig {
  const own = wasmKernel<tfc.SliceAttrs>(tfc.Slice, ({ inputs, attributes, heap }) => {
    const x = inputs.x!;
    const [begin, size] = tfc.slice_util.parseSliceParams(x, attributes.begin, attributes.size) as [number[], number[]];
    const result = heap.allocate(size, x.dtype as 'float32' | 'int32' | 'bool'); // size
    if (result.size > 0) copyBox(heap.view(x), heap.view(result), { shape: x.shape, begin, size });
    return result;
  });
  return { ...own, kernelFunc: (call) => (call.inputs.x!.dtype === 'string' ? original : own).kernelFunc(call) };
}

interface Box {
  readonly shape: readonly number[];
  readonly begin: readonly number[];
  readonly size: readonly number[];
}

/** Copies runs as long as they lie together: the last axes that are taken whole, and the one before them. */
function copyBox(source: Numbers, target: Numbers, { shape, begin, size }: Box): void {
  let inner = shape.length - 1;
  while (inner > 0 && size[inner] === shape[inner]) inner--;
  const strides = shape.map((_, axis) => tfc.util.sizeFromShape(shape.slice(axis + 1)));
  const run = (size[inner] ?? 1) * (strides[inner] ?? 1);
  const first = begin.reduce((sum, start, axis) => sum + start * strides[axis]!, 0);
  const at = new Array<number>(Math.max(0, inner)).fill(0);
  for (let to = 0; to < target.length; to += run) {
    let from = first;
    for (let axis = 0; axis < inner; axis++) from += at[axis]! * strides[axis]!;
    if (run > 16) target.set(source.subarray(from, from + run), to);
    else for (let step = 0; step < run; step++) target[to + step] = source[from + step]!;
    for (let axis = inner - 1; axis >= 0; axis--) {
      at[axis]!++;
      if (at[axis]! < size[axis]!) break;
      at[axis] = 0;
    }
  }
}
