import * as tfc from '@tensorflow/tfjs-core';
import type { Case } from './case.js';

/** A tensor of a case, read. */
export interface Result {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly values: readonly number[];
}

/** Runs a case on the active engine. Errors: it leaves more tensors behind than it returns. */
export function resultsOf(one: Case): Result[] {
  const before = tfc.memory().numTensors;
  const tensors = one.run();
  const results = tensors.map((tensor) => ({
    shape: tensor.shape,
    dtype: tensor.dtype,
    values: Array.from(tensor.dataSync()),
  }));
  tfc.dispose(tensors);
  const left = tfc.memory().numTensors - before;
  if (left !== 0) throw new Error(`${one.name} leaves ${left} tensors behind`);
  return results;
}

/** What differs, one line each; numbers may differ by `tolerance` relative to max(1, |number|), whole numbers not at all. */
export function disagreements(name: string, a: readonly Result[], b: readonly Result[], tolerance = 2e-5): string[] {
  if (a.length !== b.length) return [`${name}: ${a.length} results against ${b.length}`];
  return a.flatMap((one, at) => {
    const other = b[at]!;
    const kinds = [one, other].map(({ shape, dtype }) => `${dtype} [${shape}]`);
    if (kinds[0] !== kinds[1]) return [`${name}, result ${at}: ${kinds.join(' against ')}`];
    const bound = one.dtype === 'float32' ? tolerance : 0;
    const place = one.values.findIndex((value, index) => !near(value, other.values[index]!, bound));
    return place < 0
      ? []
      : [`${name}, result ${at}, place ${place}: ${one.values[place]} against ${other.values[place]}`];
  });
}

const near = (a: number, b: number, bound: number): boolean =>
  a === b || (Number.isNaN(a) && Number.isNaN(b)) || Math.abs(a - b) <= bound * Math.max(1, Math.abs(a));
