import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { KernelConfig, Tensor } from '@tensorflow/tfjs-core';
import * as tfc from '@tensorflow/tfjs-core';

/** What tfjs passes to a kernel, with the types that its op promises. */
export interface Call<Attributes> {
  readonly inputs: Readonly<Record<string, Tensor>>;
  readonly attributes: Attributes;
  readonly heap: Heap;
}

export type Numbers = Float32Array | Int32Array | Uint8Array;

/** The wasm backend's memory: tensors live in it, and JavaScript can read and write them in place. */
export class Heap {
  constructor(private readonly backend: BackendWasm) {}

  /** A new tensor whose numbers are whatever lay there: fill it. May move the memory: take views afterwards. -> shape */
  allocate(shape: readonly number[], dtype: 'float32' | 'int32' | 'bool' = 'float32'): Tensor {
    const info = this.backend.makeOutput([...shape], dtype);
    return tfc.engine().makeTensorFromTensorInfo(info); // shape
  }

  /** The tensor's own memory, not a copy. Valid until the next allocation. */
  view(tensor: Tensor): Numbers {
    return this.backend.typedArrayFromHeap(tensor);
  }
}

/**
 * A kernel of the wasm backend. tfjs keeps what `run` makes off the gradient tape, and disposes all of it but the result.
 */
export function wasmKernel<Attributes>(name: string, run: (call: Call<Attributes>) => Tensor): KernelConfig {
  return {
    kernelName: name,
    backendName: 'wasm',
    kernelFunc: ({ inputs, attrs, backend }) =>
      tfc.tidy(() =>
        run({
          inputs: inputs as Readonly<Record<string, Tensor>>,
          attributes: attrs as unknown as Attributes,
          heap: new Heap(backend as BackendWasm),
        }),
      ),
  };
}
