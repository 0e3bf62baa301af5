import * as tfc from '@tensorflow/tfjs-core';
import type { NativeBackend } from './native-backend.js';

/** What no reading leaves behind, so that it is seen whether there was one. */
const UNREAD = Number.NaN;

/**
 * Reads a float32 tensor into memory that is there, which may be shared between threads. On the native engine without an
 * array in between: TensorFlow's InplaceUpdate writes into its first operand, which lies in that very memory where that
 * begins at a multiple of 64 bytes. Whatever has not been written so is read as usual.
 */
export function readInto(tensor: tfc.Tensor, target: Float32Array): void {
  if (tfc.getBackend() === 'tensorflow' && tensor.size > 0) {
    target[0] = UNREAD;
    target[tensor.size - 1] = UNREAD;
    write(tensor, target);
    if (!Number.isNaN(target[0]) && !Number.isNaN(target[tensor.size - 1])) return;
  }
  target.set(tensor.dataSync<'float32'>());
}

function write(tensor: tfc.Tensor, target: Float32Array): void {
  const backend = tfc.backend() as NativeBackend;
  const { binding } = backend;
  const row = tfc.reshape(tensor, [1, tensor.size]); // [1, size]
  const made = [
    binding.createTensor(row.shape, binding.TF_FLOAT, target.subarray(0, tensor.size)),
    binding.createTensor([1], binding.TF_INT32, Int32Array.of(0)),
  ];
  try {
    const attributes = [{ name: 'T', type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT }];
    const operands = [...made, ...backend.getInputTensorIds([row])];
    for (const { id } of binding.executeOp('InplaceUpdate', attributes, operands, 1)) made.push(id);
  } finally {
    for (const id of made) binding.deleteTensor(id);
    row.dispose();
  }
}
