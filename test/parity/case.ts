import * as tfc from '@tensorflow/tfjs-core';
import { statelessUniform } from '../../core/random/index.js';

/** One computation on fixed inputs that every engine must give alike. The caller disposes what `run` returns. */
export interface Case {
  readonly name: string;
  run(): tfc.Tensor[];
  /** Where `run` gives gradients: what of, for a check by finite differences. */
  readonly differentiable?: { readonly op: Op; readonly inputs: () => readonly tfc.Tensor[] };
}

type Shape = readonly number[];
export type Op = (...inputs: tfc.Tensor[]) => tfc.Tensor;

/** Numbers that depend on (shape's size, seed) alone, uniform on [low, high). -> shape */
export function fixed(shape: Shape, seed = 1, low = -1, high = 1): tfc.Tensor {
  const values = statelessUniform(tfc.util.sizeFromShape([...shape]), [seed, 20]);
  return tfc.tensor(
    values.map((value) => low + value * (high - low)),
    [...shape],
  ); // shape
}

/** The same as whole numbers low .. high-1. -> shape, int32 */
export function fixedIntegers(shape: Shape, below: number, seed = 1): tfc.Tensor {
  return tfc.tidy(() => tfc.cast(tfc.floor(fixed(shape, seed, 0, below)), 'int32')); // shape
}

/** All different, at least 0.1 apart, in a fixed disorder: for what has kinks where two values tie. -> shape */
export function distinct(shape: Shape, seed = 1): tfc.Tensor {
  const size = tfc.util.sizeFromShape([...shape]);
  const keys = statelessUniform(size, [seed, 21]);
  const order = Array.from(keys.keys()).sort((a, b) => keys[a]! - keys[b]!);
  return tfc.tensor(
    Float32Array.from(order, (rank) => (rank - size / 2) * 0.1 + 0.03),
    [...shape],
  ); // shape
}

/** The output's gradient that every case starts from. -> shape */
export const pullback = (shape: Shape): tfc.Tensor => fixed(shape, 99);

/** `op`'s value and its gradients by every input, where the output's own gradient is `pullback`. */
function withGradients(op: Op, inputs: readonly tfc.Tensor[]): tfc.Tensor[] {
  return tfc.tidy(() => {
    const value = op(...inputs);
    const gradients = tfc.grads(op)([...inputs], pullback(value.shape)); // each: its input's shape
    return [value, ...gradients];
  });
}

/** A case of one op: its value and gradients. */
export function gradientCase(name: string, op: Op, inputs: () => readonly tfc.Tensor[]): Case {
  return { name, run: () => tfc.tidy(() => withGradients(op, inputs())), differentiable: { op, inputs } };
}

/** The same where it has a corner at the inputs, so that finite differences say nothing. */
export function cornerCase(name: string, op: Op, inputs: () => readonly tfc.Tensor[]): Case {
  return { name, run: () => tfc.tidy(() => withGradients(op, inputs())) };
}

/** A case of values alone, where tfjs has no gradient. */
export function valueCase(name: string, compute: () => tfc.Tensor | tfc.Tensor[]): Case {
  return {
    name,
    run: () =>
      tfc.tidy(() => {
        const result = compute();
        return Array.isArray(result) ? result : [result];
      }),
  };
}
