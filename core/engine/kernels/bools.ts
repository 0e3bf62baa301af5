import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { KernelConfig, Tensor, TensorInfo } from '@tensorflow/tfjs-core';
import * as tfc from '@tensorflow/tfjs-core';

type Call = Parameters<KernelConfig['kernelFunc']>[0];

/**
 * Bools moved as int32. tfjs-wasm's own kernels of reverse, where and stridedSlice move four bytes per value, also
 * where a value is a bool of one byte: they write beyond their output.
 */
export function boolsAsWholeNumbers(original: KernelConfig): KernelConfig {
  return {
    ...original,
    kernelFunc: (call) => {
      const moved = Object.entries(call.inputs).filter(([name, x]) => name !== 'condition' && x?.dtype === 'bool');
      if (moved.length === 0) return original.kernelFunc(call);
      return tfc.tidy(() => {
        const whole = moved.map(([name, x]) => [name, tfc.cast(x as Tensor, 'int32')] as const); // each: its own shape
        const inputs = { ...call.inputs, ...Object.fromEntries(whole) };
        const info = original.kernelFunc({ ...call, inputs }) as TensorInfo;
        return tfc.cast(tfc.engine().makeTensorFromTensorInfo(info), 'bool'); // the kernel's output
      });
    },
  };
}

/** tfjs-wasm's own kernel calls its result float32 even where it moved int32. */
export function stridedSliceKernel(original: KernelConfig): KernelConfig {
  const typed = (call: Call): TensorInfo => {
    const { dtype } = call.inputs.x!;
    const info = original.kernelFunc(call) as TensorInfo;
    (call.backend as BackendWasm).dataIdMap.get(info.dataId).dtype = dtype;
    return { ...info, dtype };
  };
  return boolsAsWholeNumbers({ ...original, kernelFunc: typed });
}
