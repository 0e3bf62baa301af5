import type { Shape } from '../../core/contract/index.js';
import type { Numbers } from '../../core/files/index.js';
import { fail } from '../../core/problem/index.js';

export interface ItemValues {
  /** File or option, for messages. */
  readonly label: string;
  readonly data: Numbers;
  /** Of one item. */
  readonly shape: Shape;
}

/** Errors: DATA_VALUE naming the first value that is NaN or infinite, or became so as float32. */
export function requireFinite({ label, data, shape }: ItemValues): void {
  if (!(data instanceof Float32Array)) return;
  let at = 0;
  while (at < data.length && data[at]! - data[at]! === 0) at++; // a loop, not findIndex: this passes over all of the data
  if (at === data.length) return;
  const width = shape.reduce((product, size) => product * size, 1);
  const index = placeIn(shape, at % width);
  const where = index.length === 0 ? '' : ` at index [${index.join(', ')}]`;
  const row = Math.floor(at / width);
  fail('DATA_VALUE', `${label}: row ${row} holds ${data[at]}${where}; values must be finite (in float32)`);
}

function placeIn(shape: Shape, flat: number): number[] {
  let rest = flat;
  return shape.reduceRight<number[]>((index, size) => {
    index.unshift(rest % size);
    rest = Math.floor(rest / size);
    return index;
  }, []);
}
