import { describe, expect, it } from 'vitest';
import { adam } from '../../../plugins/optimizers/adam.js';
import { adamw } from '../../../plugins/optimizers/adamw.js';
import { expectClose } from '../numeric.js';
import { optimizerProperties } from './properties.js';
import { course, type Oracle, quadratic, start } from './updating.js';

const oracle: Oracle = ({ weight, slots }, { gradient, learningRate, step }) => {
  slots['firstMoment'] = 0.9 * slots['firstMoment']! + 0.1 * gradient;
  slots['secondMoment'] = 0.999 * slots['secondMoment']! + 0.001 * gradient ** 2;
  const rate = (learningRate * Math.sqrt(1 - 0.999 ** step)) / (1 - 0.9 ** step);
  const kept = weight * (1 - learningRate * 0.2);
  return kept - (rate * slots['firstMoment']!) / (Math.sqrt(slots['secondMoment']!) + 1e-7);
};

describe('adamw', () => {
  it('only shrinks a weight that has no gradient: 2, 2 * 0.95, 2 * 0.95^2', () => {
    const options = { weightDecay: 0.5 };
    const states = course(adamw, { options, start: [2], gradient: () => [0], steps: 2, learningRate: 0.1 });
    expectClose(
      states.map(({ weight }) => weight[0]!),
      [1.9, 1.805],
      1e-6,
    );
    expect(states[1]!.slots).toEqual({ firstMoment: [0], secondMoment: [0] }); // the moments do not see the decay
  });

  it('is adam without decay, and for weights that do not decay', () => {
    const path = { start, gradient: quadratic, steps: 20, learningRate: 0.05 };
    const plain = course(adam, path);
    expect(course(adamw, { ...path, options: { weightDecay: 0 } })).toEqual(plain);
    expect(course(adamw, { ...path, options: { weightDecay: 0.5 }, decay: false })).toEqual(plain);
    expect(course(adamw, { ...path, options: { weightDecay: 0.5 } })).not.toEqual(plain);
  });

  optimizerProperties(adamw, { oracle, options: { weightDecay: 0.2 }, learningRate: 0.05 });
});
