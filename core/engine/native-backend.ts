import type { DataId, KernelBackend, Tensor, TensorInfo } from '@tensorflow/tfjs-core';

/** A tensor inside TensorFlow: its number, its shape and its type (TensorFlow's DataType). */
export interface NativeTensor {
  readonly id: number;
  readonly shape: readonly number[];
  readonly dtype: number;
}

/** An attribute of an operation as tfjs-node writes it; `type` is one of the `TF_ATTR_` constants. */
export interface NativeAttribute {
  readonly name: string;
  readonly type: number;
  readonly value: unknown;
}

export type NativeValues = Float32Array | Int32Array | Uint8Array;

/** The C++ addon, as far as it is used here. */
export interface NativeBinding {
  readonly TF_Version: string;
  readonly TF_FLOAT: number;
  readonly TF_INT32: number;
  readonly TF_ATTR_TYPE: number;
  readonly TF_ATTR_STRING: number;
  readonly TF_ATTR_INT: number;
  readonly TF_ATTR_FLOAT: number;
  readonly TF_ATTR_BOOL: number;
  readonly TF_ATTR_SHAPE: number;
  createTensor(shape: readonly number[], dtype: number, values: NativeValues): number;
  deleteTensor(id: number): void;
  tensorDataSync(id: number): NativeValues;
  executeOp(
    name: string,
    attributes: readonly NativeAttribute[],
    inputs: readonly number[],
    outputs: number,
  ): NativeTensor[];
  loadSavedModel(folder: string, tags: string): number;
  deleteSavedModel(model: number): void;
  /** `inputNames` and `outputNames`: `node:0` each, separated by commas. */
  runSavedModel(model: number, inputs: readonly number[], inputNames: string, outputNames: string): NativeTensor[];
}

/** What the backend knows of a tensor's data. */
export interface NativeData {
  readonly shape: readonly number[];
  readonly dtype: number;
  /** -1 while its values are still in JavaScript. */
  readonly id: number;
}

/** tfjs-node's backend: it runs any TensorFlow operation by name. */
export interface NativeBackend extends KernelBackend {
  binding: NativeBinding;
  readonly tensorMap: { get(dataId: DataId): NativeData };
  executeSingleOutput(name: string, attributes: readonly unknown[], inputs: readonly TensorInfo[]): Tensor;
  executeMultipleOutputs(
    name: string,
    attributes: readonly unknown[],
    inputs: readonly TensorInfo[],
    outputs: number,
  ): Tensor[];
  /** Numbers of tensors inside TensorFlow; what is still in JavaScript is handed over first. */
  getInputTensorIds(tensors: readonly TensorInfo[]): number[];
  /** A tensor around what TensorFlow returned. */
  createOutputTensor(made: NativeTensor): Tensor;
}
