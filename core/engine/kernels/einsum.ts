import type { Tensor } from '@tensorflow/tfjs-core';
import * as tfc from '@tensorflow/tfjs-core';
import { wasmKernel } from './kernel.js';

/** A tensor whose axes carry labels, one letter each. */
interface Labelled {
  readonly tensor: Tensor;
  readonly labels: string;
}

/**
 * Einstein summation: `ij,jk->ik`. Labels that the output lacks are summed over. No ellipsis, no label twice in one operand.
 * Operands are joined from the left, each join a batched matrix product.
 */
export const einsum = wasmKernel<tfc.EinsumAttrs>(tfc.Einsum, ({ inputs, attributes }) => {
  const [left, output = ''] = attributes.equation.replace(/\s/g, '').split('->') as [string, string?];
  const operands = left.split(',').map((labels, at) => ({ tensor: inputs[at]!, labels }));
  for (const { labels } of operands) {
    if (new Set(labels).size < labels.length) throw new Error(`einsum: "${labels}" has a label twice`);
  }
  const joined = operands.reduce((done, next, at) => {
    const later = operands.slice(at + 1).map(({ labels }) => labels);
    return join(done, next, output + later.join(''));
  });
  return arrange(keep(joined, output), output); // the output's labels
});

/** Sums over the labels that `wanted` lacks. */
function keep({ tensor, labels }: Labelled, wanted: string): Labelled {
  const axes = Array.from(labels, (_, axis) => axis).filter((axis) => !wanted.includes(labels[axis]!));
  if (axes.length === 0) return { tensor, labels };
  return {
    tensor: tfc.sum(tensor, axes),
    labels: Array.from(labels)
      .filter((label) => wanted.includes(label))
      .join(''),
  };
}

/** The axes in the order of `order`. */
function arrange({ tensor, labels }: Labelled, order: string): Tensor {
  return order === labels
    ? tfc.clone(tensor)
    : tfc.transpose(
        tensor,
        Array.from(order, (label) => labels.indexOf(label)),
      );
}

/** The product of two operands, summed over the labels that neither `wanted` nor the result needs. */
function join(first: Labelled, second: Labelled, wanted: string): Labelled {
  const a = keep(first, wanted + second.labels);
  const b = keep(second, wanted + first.labels);
  const only = (labels: string, test: (label: string) => boolean): string => Array.from(labels).filter(test).join('');
  const batch = only(a.labels, (label) => b.labels.includes(label) && wanted.includes(label));
  const summed = only(a.labels, (label) => b.labels.includes(label) && !wanted.includes(label));
  const rows = only(a.labels, (label) => !b.labels.includes(label));
  const columns = only(b.labels, (label) => !a.labels.includes(label));
  const size = (labels: string, of: Labelled): number[] =>
    Array.from(labels, (label) => of.tensor.shape[of.labels.indexOf(label)]!);
  const count = (labels: string, of: Labelled): number => tfc.util.sizeFromShape(size(labels, of));
  const [many, inner] = [count(batch, a), count(summed, a)];
  const x = tfc.reshape(arrange(a, batch + rows + summed), [many, count(rows, a), inner]); // [batch, rows, summed]
  const y = tfc.reshape(arrange(b, batch + summed + columns), [many, inner, count(columns, b)]); // [batch, summed, columns]
  const product = summed === '' ? tfc.mul(x, y) : tfc.matMul(x, y); // [batch, rows, columns]
  const shape = [...size(batch, a), ...size(rows, a), ...size(columns, b)];
  return { tensor: tfc.reshape(product, shape), labels: batch + rows + columns };
}
