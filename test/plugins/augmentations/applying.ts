import * as tfc from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Step, StepAugmentation, StepRandom } from '../../../core/contract/index.js';
import { check } from '../../../core/plugin/check.js';
import type { Plugin } from '../../../core/plugin/define.js';
import { type Options, view } from '../../../core/plugin/view.js';
import { availableBackends } from '../../run/backends.js';

type Draws = readonly (readonly number[])[];
type Nested = number | readonly Nested[];

/** Draws these numbers, call by call: uniform ones in 0..1 before they are stretched, normal ones of mean 0 and deviation 1. */
function scripted(draws: Draws): StepRandom {
  let call = 0;
  const next = (shape: readonly number[]): tfc.Tensor => {
    const values = draws[call++];
    if (!values) throw new Error(`only ${draws.length} draws were expected`);
    return tfc.tensor([...values], [...shape]);
  };
  const stretched = (shape: readonly number[], low = 0, high = 1): tfc.Tensor =>
    tfc.add(low, tfc.mul(next(shape), high - low));
  return {
    uniform: stretched,
    normal: stretched as StepRandom['normal'],
    bernoulli: (shape, probability) => tfc.cast(tfc.less(next(shape), probability), 'float32'),
    integers: (shape, below) => tfc.cast(tfc.floor(tfc.mul(next(shape), below)), 'int32'),
  };
}

/** What a plugin makes of values by draws that are written down, as plain numbers. */
function applying(plugin: Plugin<'augmentation'>, given: Options, dtype: 'float32' | 'int32') {
  const { value, mistakes } = check(plugin.options as never, given);
  expect(mistakes).toEqual([]);
  return (values: Nested, draws: Draws): number[] =>
    tfc.tidy(() => {
      const instance = view(plugin).create(value as Options, {}) as StepAugmentation;
      const index = tfc.scalar(0, 'int32');
      const step: Step = { training: true, random: scripted(draws), index, progress: tfc.scalar(0) };
      const tensor = tfc.tensor(values as never, undefined, dtype);
      const result = instance.augment(tensor, step);
      expect(result.shape).toEqual(tensor.shape);
      expect(result.dtype).toBe(dtype);
      return Array.from(result.dataSync());
    });
}

const engines = (await availableBackends()).filter(({ name }) => name !== 'cpu');
interface Case {
  readonly options: Options;
  readonly values: Nested;
  /** `random` call by call. */
  readonly draws: Draws;
  readonly expected: readonly number[];
}

/** Cases that were computed by hand, on every engine. */
export function augmentationCases(
  plugin: Plugin<'augmentation'>,
  cases: Readonly<Record<string, Case>>,
  dtype: 'float32' | 'int32' = 'float32',
): void {
  describe.each(engines)(`${plugin.name} on $name`, ({ open }) => {
    beforeAll(open);
    it.each(Object.entries(cases))('%s', (_, { options, values, draws, expected }) => {
      const got = applying(plugin, options, dtype)(values, draws);
      expect(got.length).toBe(expected.length);
      got.forEach((one, i) => {
        expect(one, `value ${i} of ${got.join(' ')}`).toBeCloseTo(expected[i]!, 5);
      });
    });
  });
}

/** An image of one channel out of rows. [height, width, 1] */
export const image = (...rows: readonly (readonly number[])[]): Nested =>
  rows.map((row) => row.map((value) => [value]));
