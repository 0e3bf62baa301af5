import { describe, expect, it } from 'vitest';
import { view } from '../../../core/plugin/view.js';
import { rmsprop } from '../../../plugins/optimizers/rmsprop.js';
import { expectClose } from '../numeric.js';
import { optimizerProperties } from './properties.js';
import { completed, course, type Oracle } from './updating.js';

const oracle =
  (rho: number, momentum: number, epsilon: number): Oracle =>
  ({ weight, slots }, { gradient, learningRate }) => {
    slots['meanSquare'] = rho * slots['meanSquare']! + (1 - rho) * gradient ** 2;
    const descent = (learningRate * gradient) / Math.sqrt(slots['meanSquare']! + epsilon);
    slots['velocity'] = momentum * slots['velocity']! + descent;
    return weight - slots['velocity']!;
  };

describe('rmsprop', () => {
  it('follows two steps by hand, epsilon under the root', () => {
    // g = 4: s = 0.25 * 16 = 4, then 0.75 * 4 + 4 = 7; roots of s + 5: 3, sqrt(12)
    const options = { rho: 0.75, momentum: 0.5, epsilon: 5 };
    const states = course(rmsprop, { options, start: [1], gradient: () => [4], steps: 2, learningRate: 0.3 });
    expect(states.map(({ slots }) => slots['meanSquare'])).toEqual([[4], [7]]);
    expectClose(
      states.map(({ slots }) => slots['velocity']![0]!),
      [0.4, 0.2 + 1.2 / Math.sqrt(12)],
      1e-6,
    );
    expectClose(
      states.map(({ weight }) => weight[0]!),
      [0.6, 0.4 - 1.2 / Math.sqrt(12)],
      1e-6,
    );
  });

  it('names the native op that equals it', () => {
    expect(view(rmsprop).fused!.op).toBe('ResourceApplyRMSProp');
    expect(Object.keys(view(rmsprop).slots)).toEqual(['meanSquare', 'velocity']); // in the order of the op
    expect(view(rmsprop).fused!.attributes(completed(rmsprop))).toEqual({ rho: 0.9, momentum: 0, epsilon: 1e-7 });
  });

  optimizerProperties(rmsprop, { oracle: oracle(0.9, 0, 1e-7), learningRate: 0.02 });
  describe('with momentum', () => {
    const options = { rho: 0.8, momentum: 0.5, epsilon: 1e-3 };
    optimizerProperties(rmsprop, { oracle: oracle(0.8, 0.5, 1e-3), options, learningRate: 0.02 });
  });
});
