import { describe, expect, it } from 'vitest';
import { view } from '../../../core/plugin/view.js';
import { adagrad } from '../../../plugins/optimizers/adagrad.js';
import { expectClose } from '../numeric.js';
import { optimizerProperties } from './properties.js';
import { completed, course, type Oracle } from './updating.js';

const oracle =
  (epsilon: number): Oracle =>
  ({ weight, slots }, { gradient, learningRate }) => {
    slots['squareSum'] = slots['squareSum']! + gradient ** 2;
    return weight - (learningRate * gradient) / (Math.sqrt(slots['squareSum']!) + epsilon);
  };

describe('adagrad', () => {
  it('follows two steps by hand, from a sum of 0.1', () => {
    // g = 0.5: s = 0.35, 0.6
    const options = { epsilon: 0.25 };
    const states = course(adagrad, { options, start: [1], gradient: () => [0.5], steps: 2, learningRate: 0.2 });
    const first = 1 - 0.1 / (Math.sqrt(0.35) + 0.25);
    expectClose(
      states.map(({ slots }) => slots['squareSum']![0]!),
      [0.35, 0.6],
      1e-6,
    );
    expectClose(
      states.map(({ weight }) => weight[0]!),
      [first, first - 0.1 / (Math.sqrt(0.6) + 0.25)],
      1e-6,
    );
  });

  it('names the native op that equals it', () => {
    expect(view(adagrad).fused!.op).toBe('ResourceApplyAdagradV2');
    expect(view(adagrad).fused!.attributes(completed(adagrad))).toEqual({ epsilon: 1e-7, update_slots: true });
  });

  optimizerProperties(adagrad, { oracle: oracle(1e-7), learningRate: 0.3 });
  describe('with another epsilon', () => {
    optimizerProperties(adagrad, { oracle: oracle(0.5), options: { epsilon: 0.5 }, learningRate: 0.4 });
  });
});
