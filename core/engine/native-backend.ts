import type { KernelBackend, Tensor, TensorInfo } from '@tensorflow/tfjs-core';

/** The C++ addon, of which only the constants are named here. */
export interface NativeBinding {
  readonly TF_Version: string;
  readonly TF_FLOAT: number;
  readonly TF_INT32: number;
  readonly TF_ATTR_TYPE: number;
  readonly TF_ATTR_STRING: number;
}

/** tfjs-node's backend: it runs any TensorFlow operation by name. */
export interface NativeBackend extends KernelBackend {
  readonly binding: NativeBinding;
  executeSingleOutput(name: string, attributes: readonly unknown[], inputs: readonly TensorInfo[]): Tensor;
  executeMultipleOutputs(
    name: string,
    attributes: readonly unknown[],
    inputs: readonly TensorInfo[],
    outputs: number,
  ): Tensor[];
}
