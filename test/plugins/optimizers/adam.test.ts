import { describe, expect, it } from 'vitest';
import { view } from '../../../core/plugin/view.js';
import { adam } from '../../../plugins/optimizers/adam.js';
import { expectClose } from '../numeric.js';
import { optimizerProperties } from './properties.js';
import { completed, course, type Oracle } from './updating.js';

const oracle =
  (beta1: number, beta2: number, epsilon: number): Oracle =>
  ({ weight, slots }, { gradient, learningRate, step }) => {
    slots['firstMoment'] = beta1 * slots['firstMoment']! + (1 - beta1) * gradient;
    slots['secondMoment'] = beta2 * slots['secondMoment']! + (1 - beta2) * gradient ** 2;
    const rate = (learningRate * Math.sqrt(1 - beta2 ** step)) / (1 - beta1 ** step);
    return weight - (rate * slots['firstMoment']!) / (Math.sqrt(slots['secondMoment']!) + epsilon);
  };

describe('adam', () => {
  it('takes a first step of the learning rate, whatever the size of the gradient', () => {
    const [first] = course(adam, { start: [1, 1, 1], gradient: () => [1e-3, -5, 1e4], steps: 1, learningRate: 0.01 });
    expectClose(first!.weight, [1 - 0.01 * (1 / (1 + 1e-7 / (1e-3 * Math.sqrt(0.001)))), 1.01, 0.99], 1e-6);
  });

  it('follows two steps by hand', () => {
    // g = 1, then -1, betas 1/2 and 3/4: m = 0.5, -0.25; v = 0.25, 0.4375
    const options = { beta1: 0.5, beta2: 0.75, epsilon: 0.5 };
    let call = 0;
    const gradient = (): number[] => [call++ === 0 ? 1 : -1];
    const [first, second] = course(adam, { options, start: [0], gradient, steps: 2, learningRate: 1 });
    expect(first!.slots).toEqual({ firstMoment: [0.5], secondMoment: [0.25] });
    expect(second!.slots).toEqual({ firstMoment: [-0.25], secondMoment: [0.4375] });
    // rate sqrt(1/4)/(1/2) = 1, step 0.5/(0.5 + 0.5) = 0.5
    expectClose(first!.weight, [-0.5], 1e-6);
    // rate sqrt(7/16)/(3/4) = 0.881917, step -0.25/(0.661438 + 0.5) = -0.215250
    expectClose(second!.weight, [-0.5 + 0.1898328], 1e-6);
  });

  it('names the native op that equals it', () => {
    expect(view(adam).fused!.op).toBe('ResourceApplyAdam');
    expect(Object.keys(view(adam).slots)).toEqual(['firstMoment', 'secondMoment']); // in the order of the op
    expect(view(adam).fused!.attributes(completed(adam))).toEqual({
      beta1: 0.9,
      beta2: 0.999,
      epsilon: 1e-7,
      use_nesterov: false,
    });
  });

  optimizerProperties(adam, { oracle: oracle(0.9, 0.999, 1e-7), learningRate: 0.05 });
  describe('with other options', () => {
    const options = { beta1: 0.6, beta2: 0.9, epsilon: 1e-3 };
    optimizerProperties(adam, { oracle: oracle(0.6, 0.9, 1e-3), options, learningRate: 0.03 });
  });
});
