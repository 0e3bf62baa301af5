import type { KernelConfig, Tensor, TensorInfo } from '@tensorflow/tfjs-core';
import * as tfc from '@tensorflow/tfjs-core';

/**
 * `onValue` at the index, `offValue` elsewhere. indices [..] -> [.., depth]
 * tfjs-wasm's own kernel writes whole numbers whatever the dtype: here it makes int32 zeros and ones, which are converted.
 */
export function oneHotKernel(original: KernelConfig): KernelConfig {
  return {
    ...original,
    kernelFunc: (call) => {
      const { onValue, offValue, dtype } = call.attrs as unknown as tfc.OneHotAttrs;
      return tfc.tidy(() => {
        const attrs = { ...call.attrs, dtype: 'int32', onValue: 1, offValue: 0 };
        const info = original.kernelFunc({ ...call, attrs }) as TensorInfo;
        const hot: Tensor = tfc.engine().makeTensorFromTensorInfo(info); // [.., depth]
        if (onValue === 1 && offValue === 0) return tfc.cast(hot, dtype); // [.., depth]
        return tfc.cast(tfc.add(tfc.mul(tfc.cast(hot, 'float32'), onValue - offValue), offValue), dtype); // [.., depth]
      });
    },
  };
}
