import type { Tensor, Variable } from '@tensorflow/tfjs-core';
import * as tfc from '@tensorflow/tfjs-core';
import { constant } from '../engine/ops.js';

export interface Pieces {
  /** Rows of a piece; the last may have fewer. */
  readonly size: number;
  /** Embeds piece `number`, the same at each call. each [rows, ...shape] -> [rows, dimensions] */
  readonly embed: (inputs: readonly Tensor[], number: number) => Tensor;
  /** What it is to be differentiated by: those of the weights that are trained. */
  readonly variables: readonly Variable[];
}

/**
 * Embeds a batch piece by piece. What is computed on the way is not kept: the gradient embeds each piece once more, and
 * is exact. So a step holds what one piece needs, and the embeddings of all.
 * inputs each [rows, ...shape] -> [rows, dimensions]
 * Source: Gao, Zhang, Han, Callan 2021, Scaling Deep Contrastive Learning Batch Size under Memory Limited Setup.
 */
export function embedPieces(inputs: readonly Tensor[], { size, embed, variables }: Pieces): Tensor {
  const rows = inputs[0]!.shape[0]!;
  const starts = Array.from({ length: Math.ceil(rows / size) }, (_, i) => i * size);
  const piece = (of: readonly Tensor[], number: number, after: readonly Tensor[]): Tensor => {
    const from = number * size;
    const own = rowsAfter(from, Math.min(rows, from + size), after); // int32 [piece]
    const taken = of.map((input) => constant(() => tfc.gather(input, own))); // each [piece, ...shape]
    return embed(taken, number); // [piece, dimensions]
  };
  const forward = (): Tensor => {
    const made: Tensor[] = [];
    for (const number of starts.keys()) made.push(tfc.tidy(() => piece(inputs, number, made.slice(-1)))); // [piece, dimensions]
    return tfc.concat(made, 0); // [rows, dimensions]
  };
  if (variables.length === 0) return forward(); // [rows, dimensions]; nothing of it is trained
  const backward = (dy: Tensor, saved: readonly Tensor[]): Tensor[] => {
    let sums: readonly Tensor[] = [];
    for (const [number, from] of starts.entries()) {
      const before = sums;
      sums = tfc.tidy(() => {
        const own = tfc.slice(dy, [from, 0], [Math.min(size, rows - from), -1]); // [piece, dimensions]
        const value = (): tfc.Scalar =>
          tfc.sum(tfc.mul(piece(saved, number, number === 0 ? [dy] : before), own)) as tfc.Scalar; // []
        const gradients = gradientsApart(value, variables); // shape of each variable
        return gradients.map((gradient, i) => (number === 0 ? gradient : tfc.add(before[i]!, gradient))); // its shape
      });
      tfc.dispose([...before]);
    }
    return [...sums];
  };
  const differentiable = tfc.customGrad((...given) => {
    const save = given.at(-1) as unknown as (tensors: readonly Tensor[]) => void;
    save(inputs); // they are gone by the second pass where they were made in this step
    return { value: forward(), gradFunc: backward };
  });
  return differentiable(...variables); // [rows, dimensions]
}

/**
 * Numbers of rows that are known only once `after` is. A graph runs what it can at any time, and would hold all pieces at
 * once; and it takes two like computations for one, and would keep the first pass for the second.
 * -> int32 [to - from]
 */
function rowsAfter(from: number, to: number, after: readonly Tensor[]): Tensor {
  return constant(() => {
    const rows = tfc.range(from, to, 1, 'int32'); // [piece]
    if (after.length === 0) return rows;
    const samples = after.map((one) => tfc.slice(tfc.reshape(one, [-1]), 0, 1)); // [1] each
    const never = tfc.less(tfc.addN(samples), Number.NEGATIVE_INFINITY); // [1], false whatever they are
    return tfc.add(rows, tfc.cast(never, 'int32')); // [piece]
  });
}

/** Gradients within a gradient: tfjs has one tape for all, which the inner one would leave empty. -> shape of each */
function gradientsApart(value: () => tfc.Scalar, variables: readonly Variable[]): Tensor[] {
  const { state } = tfc.engine();
  const tape = state.activeTape;
  try {
    const { grads } = tfc.variableGrads(value, [...variables]);
    return variables.map((variable) => grads[variable.name] ?? tfc.zerosLike(variable)); // its shape
  } finally {
    state.activeTape = tape;
  }
}
