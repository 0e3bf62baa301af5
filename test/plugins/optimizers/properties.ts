import { expect, it } from 'vitest';
import type { Plugin } from '../../../core/plugin/define.js';
import { faultsOf } from '../../../core/plugin/valid.js';
import { type Options, view } from '../../../core/plugin/view.js';
import { expectClose } from '../numeric.js';
import { completed, course, type Oracle, oracleCourse, quadratic, start } from './updating.js';

/** What holds for every optimizer: valid, pure, equal to the oracle over 50 steps of a badly scaled quadratic. */
export function optimizerProperties(
  plugin: Plugin<'optimizer'>,
  {
    oracle,
    options = {},
    learningRate,
  }: { readonly oracle: Oracle; readonly options?: Options; readonly learningRate: number },
): void {
  const path = { options, start, gradient: quadratic, steps: 50, learningRate };

  it('is a valid plugin, with a learning rate', () => {
    expect(faultsOf(plugin, 'siamese')).toEqual([]);
    expect(completed(plugin)).toHaveProperty('learningRate', expect.any(Number));
  });

  it('follows its formula, written in loops, for 50 steps', () => {
    const states = course(plugin, path);
    const weights = oracleCourse(oracle, view(plugin).slots, path);
    for (const [step, expected] of weights.entries()) expectClose(states[step]!.weight, expected, 2e-5);
  });

  it('comes nearer to the minimum', () => {
    const value = (weight: readonly number[]): number =>
      weight.reduce((sum, x, i) => sum + [1, 10, 0.01, 3][i]! * (x - [0.5, -1, 2, 0][i]!) ** 2, 0);
    expect(value(course(plugin, path).at(-1)!.weight)).toBeLessThan(0.6 * value(start));
  });

  it('holds no state of its own: the same update twice gives the same', () => {
    expect(course(plugin, path)).toEqual(course(plugin, path));
  });
}
