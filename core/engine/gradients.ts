/**
 * TensorFlow's own gradient operations in the place of tfjs-core's formulas, which are written out in small operations
 * (Relu's takes a dozen): one native call each. For the native engine alone: on another backend tfjs-core's formula holds.
 */

import type { Tensor, TensorInfo } from '@tensorflow/tfjs-core';
import * as tfc from '@tensorflow/tfjs-core';
import type { NativeBackend } from './native-backend.js';
import './ops.js'; // registers tfjs-core's own gradients, over which these are laid

interface NativeGradient {
  readonly forward: string;
  readonly native: string;
  /** What it is computed from beside the incoming gradient dy: the forward pass's input x or output y. */
  readonly from: 'x' | 'y';
  readonly dyFirst: boolean;
}

/** Those that agree with tfjs-core's for every finite x, ties included (Selu and Relu6 do not at their corners). */
const table: readonly NativeGradient[] = [
  { forward: 'Relu', native: 'ReluGrad', from: 'y', dyFirst: true }, // dy where y > 0, else 0
  { forward: 'Sigmoid', native: 'SigmoidGrad', from: 'y', dyFirst: false }, // dy * y * (1 - y)
  { forward: 'Tanh', native: 'TanhGrad', from: 'y', dyFirst: false }, // dy * (1 - y^2)
  { forward: 'Sqrt', native: 'SqrtGrad', from: 'y', dyFirst: false }, // dy / (2 * y)
  { forward: 'Rsqrt', native: 'RsqrtGrad', from: 'y', dyFirst: false }, // -dy * y^3 / 2
  { forward: 'Softplus', native: 'SoftplusGrad', from: 'x', dyFirst: true }, // dy / (1 + exp(-x))
];

/** Lays the native gradients over tfjs-core's. Called once, when the native engine is opened. */
export function registerNativeGradients(): void {
  for (const gradient of table) {
    registerKernel(gradient);
    overlay(gradient);
  }
  shortenStep();
}

/** The step function occurs in gradients (Relu6's): sign(max(x, 0)) is it, NaN included, in two operations instead of seven. */
function shortenStep(): void {
  const before = tfc.getKernel('Step', 'tensorflow');
  tfc.unregisterKernel('Step', 'tensorflow');
  tfc.registerKernel({
    ...before,
    kernelFunc: (parameters) => {
      if (parameters.attrs?.alpha !== 0) return before.kernelFunc(parameters);
      return tfc.tidy(() => tfc.sign(tfc.relu(parameters.inputs.x as Tensor))); // as x
    },
  });
}

/** As a kernel it is on the gradient tape: a gradient of a gradient fails loudly instead of being zero. */
function registerKernel({ native, dyFirst }: NativeGradient): void {
  tfc.registerKernel({
    kernelName: native,
    backendName: 'tensorflow',
    kernelFunc: ({ inputs, backend }) => {
      const { binding } = backend as NativeBackend;
      const type = { name: 'T', type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT };
      const { dy, saved } = inputs as { readonly dy: TensorInfo; readonly saved: TensorInfo };
      return (backend as NativeBackend).executeSingleOutput(native, [type], dyFirst ? [dy, saved] : [saved, dy]); // as dy
    },
  });
}

function overlay({ forward, native, from }: NativeGradient): void {
  const before = tfc.getGradient(forward);
  const inputs = before.inputsToSave?.length ?? 0;
  tfc.registerGradient({
    kernelName: forward,
    inputsToSave: before.inputsToSave ?? [],
    outputsToSave: from === 'y' ? [true] : [],
    gradFunc: (dy, saved, attributes) => {
      const value = (from === 'y' ? saved.at(-1) : saved[0])!;
      const floats = value.dtype === 'float32' && !Array.isArray(dy) && dy.dtype === 'float32';
      if (tfc.getBackend() === 'tensorflow' && floats) {
        return { x: () => tfc.engine().runKernel(native, { dy, saved: value }) as Tensor }; // as dy
      }
      return before.gradFunc(dy, inputs > 0 ? saved.slice(0, inputs) : saved, attributes);
    },
  });
}
