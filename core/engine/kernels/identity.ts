import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { KernelConfig } from '@tensorflow/tfjs-core';
import * as tfc from '@tensorflow/tfjs-core';

/** The same numbers once more, shared: no kernel writes into its inputs. tfjs-wasm's own copies them. [..] -> [..] */
export const identity: KernelConfig = {
  kernelName: tfc.Identity,
  backendName: 'wasm',
  kernelFunc: ({ inputs, backend }) => {
    const { dataId, shape, dtype } = inputs.x!;
    (backend as BackendWasm).incRef(dataId);
    return { dataId, shape, dtype };
  },
};
