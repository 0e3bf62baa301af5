import '@tensorflow/tfjs-backend-cpu';
import type { Tensor } from '@tensorflow/tfjs-core';
import * as tfc from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OptimizerInstance } from '../../core/contract/index.js';
import type { NetworkWeight } from '../../core/train/network.js';
import {
  assignAll,
  clipByNorm,
  createOptimizerState,
  type OptimizerState,
  optimizerUpdates,
} from '../../core/train/optimizer.js';
import { expectClose } from '../plugins/numeric.js';

beforeAll(async () => {
  await tfc.setBackend('cpu');
});
const before = tfc.memory().numTensors;
afterAll(() => expect(tfc.memory().numTensors).toBe(before));

const weight = (name: string, values: readonly number[], scale = 1): NetworkWeight => ({
  name,
  variable: tfc.tidy(() => tfc.variable(tfc.tensor1d(values as number[]))),
  trainable: true,
  decay: true,
  scale,
});
const read = (tensor: Tensor): number[] => [...tensor.dataSync()];
const free = (weights: readonly NetworkWeight[]): void => tfc.dispose(weights.map(({ variable }) => variable));

describe('createOptimizerState', () => {
  it('fills each slot of each weight, of its shape, and frees them', () => {
    const weights = [weight('a', [1, 2]), weight('b', [3])];
    const state = createOptimizerState(weights, { moment: 0, floor: 0.1 });
    expect([...state.slots].map(([name, slots]) => [name, Object.fromEntries(Object.entries(slots).map(([slot, value]) => [slot, read(value)]))])).toEqual([
      ['a', { moment: [0, 0], floor: [0.1, 0.1].map(Math.fround) }],
      ['b', { moment: [0], floor: [Math.fround(0.1)] }],
    ]); // biome-ignore format: a table
    state.dispose();
    free(weights);
  });

  it('has none for an optimizer without slots', () => {
    const weights = [weight('a', [1])];
    expect([...createOptimizerState(weights, {}).slots]).toEqual([['a', {}]]);
    free(weights);
  });
});

/** One update of every weight, as a step makes it. */
function applyGradients(
  optimizer: OptimizerInstance<Record<string, number>>,
  state: OptimizerState,
  at: { weights: readonly NetworkWeight[]; gradients: readonly tfc.Tensor[]; learningRate: number; step: number },
): void {
  const learningRate = (scale: number) => tfc.scalar(at.learningRate * scale);
  tfc.tidy(() => {
    assignAll(optimizerUpdates(optimizer, state, { ...at, learningRate, step: tfc.scalar(at.step) }));
  });
}

describe('optimizerUpdates', () => {
  const momentum: OptimizerInstance<Record<string, number>> = {
    update({ weight: old, gradient, slots, learningRate, step }) {
      const velocity = tfc.add(tfc.mul(slots.velocity!, 0.5), gradient);
      return { weight: tfc.sub(old, tfc.mul(tfc.div(learningRate, step), velocity)), slots: { velocity } };
    },
  };

  it('updates weights and slots as loops do, step after step, and leaves nothing behind', () => {
    const weights = [weight('a', [1, 2]), weight('b', [3], 10)];
    const state = createOptimizerState(weights, { velocity: 0 });
    const [expected, velocities] = [[[1, 2], [3]], [[0, 0], [0]]]; // biome-ignore format: a table
    const gradients = [[[1, -1], [2]], [[0.5, 0.25], [-1]], [[0, 2], [4]]]; // biome-ignore format: a table
    for (const [i, given] of gradients.entries()) {
      const tensors = given.map((values) => tfc.tensor1d(values));
      const count = tfc.memory().numTensors;
      applyGradients(momentum, state, { weights, gradients: tensors, learningRate: 0.1, step: i + 1 });
      expect(tfc.memory().numTensors).toBe(count);
      for (const [w, { scale }] of weights.entries()) {
        velocities[w] = velocities[w]!.map((value, k) => 0.5 * value + given[w]![k]!);
        expected[w] = expected[w]!.map((value, k) => value - ((0.1 * scale) / (i + 1)) * velocities[w]![k]!);
      }
      tfc.dispose(tensors);
    }
    expectClose(
      weights.flatMap(({ variable }) => read(variable)),
      expected.flat(),
      1e-6,
    );
    expectClose(
      [...state.slots.values()].flatMap(({ velocity }) => read(velocity!)),
      velocities.flat(),
      1e-6,
    );
    state.dispose();
    free(weights);
  });

  it('takes a weight or a slot that an optimizer gives back as it is, or another slot', () => {
    const weights = [weight('a', [1, 2])];
    const state = createOptimizerState(weights, { one: 1, two: 2, three: 3 });
    const swapping: OptimizerInstance<Record<string, number>> = {
      update: ({ weight: old, slots: { one, two, three } }) => ({ weight: old, slots: { one: two!, two: one!, three: three! } }), // biome-ignore format: one case
    };
    const gradients = [tfc.zeros([2])];
    for (const step of [1, 2, 3]) applyGradients(swapping, state, { weights, gradients, learningRate: 1, step });
    const { one, two, three } = state.slots.get('a')!;
    expect([read(weights[0]!.variable), read(one!), read(two!), read(three!)]).toEqual([[1, 2], [2, 2], [1, 1], [3, 3]]); // biome-ignore format: a table
    tfc.dispose(gradients);
    state.dispose();
    free(weights);
  });
});

describe('assignAll', () => {
  it('sets variables to tensors and to one another', () => {
    const weights = [weight('a', [1]), weight('b', [2]), weight('c', [3])];
    const [a, b, c] = weights.map(({ variable }) => variable) as [tfc.Variable, tfc.Variable, tfc.Variable];
    tfc.tidy(() => {
      assignAll([{ variable: a, next: b }, { variable: b, next: a }, { variable: c, next: tfc.tensor1d([7]) }]); // biome-ignore format: a table
      assignAll([{ variable: c, next: c }]);
      assignAll([]);
    });
    expect([a, b, c].map(read)).toEqual([[2], [1], [7]]);
    free(weights);
  });
});

describe('clipByNorm', () => {
  const norm = (gradients: readonly (readonly number[])[]): number => Math.hypot(...gradients.flat());

  it('agrees with a loop: the direction stays, the common norm is at most the limit', () => {
    const values = fc.array(fc.float({ min: -8, max: 8, noNaN: true }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(
        fc.array(values, { minLength: 1, maxLength: 4 }),
        fc.double({ min: 0.01, max: 10, noNaN: true }),
        (gradients, limit) => {
          // biome-ignore format: one case
          const factor = Math.min(1, limit / Math.max(norm(gradients), 1e-12));
          const clipped = tfc.tidy(() => clipByNorm(gradients.map((one) => tfc.tensor1d(one)), limit).map(read)); // biome-ignore format: one case
          expectClose(clipped.flat(), gradients.flat().map((value) => value * factor), 1e-5); // biome-ignore format: one case
          expect(norm(clipped)).toBeLessThan(limit * (1 + 1e-5) + 1e-12);
        },
      ),
    );
  });

  it('leaves gradients of norm 0 as they are', () => {
    expect(tfc.tidy(() => clipByNorm([tfc.zeros([2]), tfc.zeros([1])], 1).map(read))).toEqual([[0, 0], [0]]); // biome-ignore format: a table
  });
});
