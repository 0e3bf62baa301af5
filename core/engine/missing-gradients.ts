/**
 * Gradients of operations for which tfjs-core has none (of mirrorPad: that of pad, which forgets the mirrored parts).
 */

import type { GradConfig, NamedAttrMap, Tensor } from '@tensorflow/tfjs-core';
import * as tfc from '@tensorflow/tfjs-core';

/** Each slice's gradient is added where the slice was taken. */
const gatherND: GradConfig = {
  kernelName: tfc.GatherNd,
  inputsToSave: ['params', 'indices'],
  gradFunc: (dy, [params, indices]) => ({
    params: () => tfc.scatterND(indices!, dy as Tensor, params!.shape), // params' shape
    indices: () => tfc.zeros(indices!.shape), // indices' shape
  }),
};

/** An operation that only moves numbers: done on the numbers' places, it says where each gradient belongs. */
const moved = (kernelName: string): GradConfig => ({
  kernelName,
  inputsToSave: ['x'],
  gradFunc: (dy, [x], attributes) => ({
    x: () => {
      const places = tfc.reshape(tfc.range(0, x!.size, 1, 'int32'), x!.shape); // x's shape
      const taken = tfc.engine().runKernel(kernelName, { x: places }, attributes) as Tensor; // dy's shape
      return addedAt(dy as Tensor, taken, x!.shape); // x's shape
    },
  }),
});

/** The k largest values' gradients go back to where those stood. */
const topk: GradConfig = {
  kernelName: tfc.TopK,
  inputsToSave: ['x'],
  outputsToSave: [false, true],
  gradFunc: (dy, [x, indices]) => ({
    x: () => {
      const width = x!.shape.at(-1)!;
      const rows = x!.size / width;
      const first = tfc.mul(tfc.range(0, rows, 1, 'int32'), tfc.scalar(width, 'int32')); // [rows]
      const places = tfc.add(tfc.reshape(indices!, [rows, -1]), tfc.reshape(first, [rows, 1])); // [rows, k]
      return addedAt((dy as Tensor[])[0]!, places, x!.shape); // x's shape
    },
  }),
};

/** Numbers added at flat places of a new tensor, zero elsewhere. -> shape */
function addedAt(values: Tensor, places: Tensor, shape: number[]): Tensor {
  const size = tfc.util.sizeFromShape(shape);
  const flat = tfc.unsortedSegmentSum(tfc.reshape(values, [-1]), tfc.reshape(places, [-1]) as tfc.Tensor1D, size); // [size]
  return tfc.reshape(flat, shape); // shape
}

/** By one operand: the einsum of the output's gradient and the other operands, repeated along labels that only it has. */
const einsum: GradConfig = {
  kernelName: tfc.Einsum,
  saveAllInputs: true,
  gradFunc: (dy, operands, attributes) => {
    const { equation } = attributes as NamedAttrMap & tfc.EinsumAttrs;
    const [left, output = ''] = equation.replace(/\s/g, '').split('->') as [string, string?];
    const labels = left.split(',');
    const byOperand = (at: number) => (): Tensor => {
      const others = labels.filter((_, other) => other !== at);
      const shared = Array.from(labels[at]!).filter((label) =>
        [output, ...others].some((other) => other.includes(label)),
      );
      const rest = operands.filter((_, other) => other !== at);
      const way = `${[output, ...others].join(',')}->${shared.join('')}`;
      const gradient = tfc.einsum(way, dy as Tensor, ...rest); // the shared labels
      const { shape } = operands[at]!;
      const once = Array.from(labels[at]!, (label, axis) => (shared.includes(label) ? shape[axis]! : 1));
      return tfc.broadcastTo(tfc.reshape(gradient, once), shape); // the operand's shape
    };
    return Object.fromEntries(labels.map((_, at) => [at, byOperand(at)]));
  },
};

export const missingGradients: readonly GradConfig[] = [
  gatherND,
  moved(tfc.StridedSlice),
  moved(tfc.MirrorPad),
  topk,
  einsum,
];
