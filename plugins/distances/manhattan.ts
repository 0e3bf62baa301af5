import type { Tensor } from '@tensorflow/tfjs-core';
import { Distance } from '../../core/contract/index.js';
import * as ops from '../../core/engine/ops.js';
import { definePlugin } from '../../core/plugin/define.js';

/** [.., d], [.., d] -> [..], broadcast */
const manhattanGap = (a: Tensor, b: Tensor): Tensor => ops.sum(ops.abs(ops.sub(a, b)), -1); // [..]

/**
 * Manhattan distance: |a - b|_1 = sum_k |a_k - b_k|. On unit vectors at most 2 sqrt(d), a bound that grows with d.
 * Shapes: a [n, d], b [n, d] -> [n]; matrix [n, d], [m, d] -> [n, m] through [n, m, d].
 * Units: those of the embedding. Where a coordinate coincides, its gradient is 0.
 * Errors: none of its own.
 */
export const manhattan = definePlugin(Distance, {
  name: 'manhattan',
  summary: 'Sum of the absolute differences of the coordinates.',
  options: { type: 'object', additionalProperties: false, properties: {} },
  range: [0, Infinity],
  metric: true,
  create: () => ({
    between: manhattanGap,
    matrix: (a, b) => manhattanGap(ops.expandDims(a, 1), ops.expandDims(b, 0)), // [n, m]
  }),
});
