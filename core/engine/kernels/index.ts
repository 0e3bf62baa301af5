/**
 * What tfjs-wasm lacks for training, does wrongly or does slowly, laid over its kernels. Each is made of its other kernels
 * or works on its memory in place; nothing is read back and uploaded again.
 */

import type { KernelConfig } from '@tensorflow/tfjs-core';
import * as tfc from '@tensorflow/tfjs-core';
import { boolsAsWholeNumbers, stridedSliceKernel } from './bools.js';
import { cast } from './cast.js';
import { conv2dFilterGradient } from './conv2d-filter.js';
import { conv2dInputGradient } from './conv2d-input.js';
import { depthwiseFilterGradient, depthwiseInputGradient } from './depthwise-gradients.js';
import { einsum } from './einsum.js';
import { identity } from './identity.js';
import { matMulKernel } from './matmul.js';
import { oneHotKernel } from './one-hot.js';
import { avgPoolGradient, maxPoolGradient } from './pool-gradients.js';
import { leadingMean, leadingSum } from './reductions.js';
import { rotateKernel } from './rotate.js';
import { segmentSum } from './segment-sum.js';
import { sliceKernel } from './slice.js';
import { transformKernel } from './transform.js';

const own: readonly KernelConfig[] = [
  avgPoolGradient,
  cast,
  conv2dFilterGradient,
  conv2dInputGradient,
  depthwiseFilterGradient,
  depthwiseInputGradient,
  einsum,
  identity,
  maxPoolGradient,
  rotateKernel('wasm'),
  segmentSum,
  transformKernel('wasm'),
];
/** Those that hand a part of their calls to the kernel they replace. */
const around: Readonly<Record<string, (original: KernelConfig) => KernelConfig>> = {
  [tfc.BatchMatMul]: matMulKernel,
  [tfc.Sum]: leadingSum,
  [tfc.Mean]: leadingMean,
  [tfc.OneHot]: oneHotKernel,
  [tfc.Reverse]: boolsAsWholeNumbers,
  [tfc.Select]: boolsAsWholeNumbers,
  [tfc.Slice]: sliceKernel,
  [tfc.StridedSlice]: stridedSliceKernel,
};

/** Called once, when tfjs-wasm has registered its kernels. */
export function registerKernels(): void {
  for (const kernel of own) replace(kernel);
  for (const [name, wrap] of Object.entries(around)) replace(wrap(tfc.getKernel(name, 'wasm')));
}

function replace(kernel: KernelConfig): void {
  if (tfc.getKernel(kernel.kernelName, kernel.backendName)) tfc.unregisterKernel(kernel.kernelName, kernel.backendName);
  tfc.registerKernel(kernel);
}
