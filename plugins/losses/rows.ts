import type { Tensor } from '../../core/engine/ops.js';
import * as ops from '../../core/engine/ops.js';

/** 1 in the column that each row names, else 0; a row of 0 for -1. int32 [a] -> [a, columns], a constant of the gradient */
export const oneOf = (places: Tensor, columns: number): Tensor =>
  ops.mask(ops.equal(ops.expandDims(places, 1), ops.range(0, columns, 1, 'int32'))); // [a, columns]; oneHot wants two

/** 1 for each row of a mask that holds a 1, else 0. [a, r] -> [a] */
export const rowsWithAny = (mask: Tensor): Tensor => ops.mask(ops.greater(ops.sum(mask, 1), 0)); // [a]

/** 1 where a mask holds a 1 anywhere, else 0. [a, r] -> [] */
export const holdsAny = (mask: Tensor): Tensor => ops.mask(ops.greater(ops.sum(mask), 0)); // []

/** Share of the weight of `of` that lies on `part`; 0 where there is none. Both [..], of 0 and more -> [] */
export const shareOf = (part: Tensor, of: Tensor): Tensor =>
  ops.constant(() => ops.divNoNan(ops.sum(part), ops.sum(of))); // []
