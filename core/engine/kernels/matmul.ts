import type { KernelConfig, Tensor, TensorInfo } from '@tensorflow/tfjs-core';
import * as tfc from '@tensorflow/tfjs-core';

type Call = Parameters<KernelConfig['kernelFunc']>[0];

/**
 * Matrix product. [.., m, k], [.., k, n] -> [.., m, n]
 * tfjs-wasm's kernel is fast only for two matrices as they lie; a transposed side, which every gradient of a dense layer
 * has, falls into plain loops that are about fifteen times slower. So a transposed side is laid out anew first.
 */
export function matMulKernel(original: KernelConfig): KernelConfig {
  const kernelFunc = (call: Call): TensorInfo | TensorInfo[] => {
    const { transposeA, transposeB } = call.attrs as unknown as tfc.BatchMatMulAttrs;
    return (transposeA || transposeB) && isOneProduct(call.inputs)
      ? product(original, call)
      : original.kernelFunc(call);
  };
  return { ...original, kernelFunc };
}

function isOneProduct({ a, b }: Call['inputs']): boolean {
  return [a!, b!].every(({ shape }) => shape.slice(0, -2).every((size) => size === 1));
}

function product(original: KernelConfig, { inputs, attrs, backend }: Call): TensorInfo {
  const { transposeA, transposeB } = attrs as unknown as tfc.BatchMatMulAttrs;
  return tfc.tidy(() => {
    const a = transposeA ? flipped(inputs.a as Tensor) : inputs.a!; // [.., m, k]
    const b = transposeB ? flipped(inputs.b as Tensor) : inputs.b!; // [.., k, n]
    const result = original.kernelFunc({ inputs: { a, b }, attrs: { transposeA: false, transposeB: false }, backend });
    return tfc.engine().makeTensorFromTensorInfo(result as TensorInfo); // [.., m, n]
  });
}

/** The last two axes exchanged; the others are 1, so one matrix is what moves. [.., r, c] -> [.., c, r] */
function flipped(x: Tensor): Tensor {
  const [rows, columns] = x.shape.slice(-2) as [number, number];
  const moved = tfc.transpose(tfc.reshape(x, [rows, columns])); // [c, r]
  return tfc.reshape(moved, [...x.shape.slice(0, -2), columns, rows]); // [.., c, r]
}
