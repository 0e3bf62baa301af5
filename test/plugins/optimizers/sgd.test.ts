import { describe, expect, it } from 'vitest';
import { view } from '../../../core/plugin/view.js';
import { sgd } from '../../../plugins/optimizers/sgd.js';
import { expectClose } from '../numeric.js';
import { optimizerProperties } from './properties.js';
import { completed, course, type Oracle } from './updating.js';

const oracle =
  (momentum: number, nesterov: boolean): Oracle =>
  ({ weight, slots }, { gradient, learningRate }) => {
    slots['velocity'] = momentum * slots['velocity']! - learningRate * gradient;
    return weight + (nesterov ? momentum * slots['velocity']! - learningRate * gradient : slots['velocity']!);
  };

describe('sgd', () => {
  const one = { start: [1], gradient: () => [2], steps: 2, learningRate: 0.1 };

  it('steps down the gradient', () => {
    expectClose(
      course(sgd, one).map(({ weight }) => weight[0]!),
      [0.8, 0.6],
      1e-6,
    );
  });

  it('keeps a share of its velocity: -0.2, then 0.9 * -0.2 - 0.2 = -0.38', () => {
    const states = course(sgd, { ...one, options: { momentum: 0.9 } });
    expectClose(
      states.map(({ slots }) => slots['velocity']![0]!),
      [-0.2, -0.38],
      1e-6,
    );
    expectClose(
      states.map(({ weight }) => weight[0]!),
      [0.8, 0.42],
      1e-6,
    );
  });

  it('looks ahead with nesterov: 1 + 0.9 * -0.2 - 0.2 = 0.62, then + 0.9 * -0.38 - 0.2 = 0.078', () => {
    const states = course(sgd, { ...one, options: { momentum: 0.9, nesterov: true } });
    expectClose(
      states.map(({ weight }) => weight[0]!),
      [0.62, 0.078],
      1e-6,
    );
  });

  it('names the native op that equals it', () => {
    expect(view(sgd).fused!.op).toBe('ResourceApplyKerasMomentum');
    expect(view(sgd).fused!.attributes(completed(sgd, { momentum: 0.5, nesterov: true }))).toEqual({
      momentum: 0.5,
      use_nesterov: true,
    });
  });

  describe('plain', () => optimizerProperties(sgd, { oracle: oracle(0, false), learningRate: 0.05 }));
  describe('with momentum', () =>
    optimizerProperties(sgd, { oracle: oracle(0.8, false), options: { momentum: 0.8 }, learningRate: 0.02 }));
  describe('with nesterov', () =>
    optimizerProperties(sgd, {
      oracle: oracle(0.8, true),
      options: { momentum: 0.8, nesterov: true },
      learningRate: 0.02,
    }));
});
