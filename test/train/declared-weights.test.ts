import { describe, expect, test } from 'vitest';
import type { WeightSpec } from '../../core/contract/index.js';
import { initialWeight } from '../../core/train/declared-weights.js';

const facts = { groups: 5, dimensions: 3, items: 100, batchSize: 8 };
const place = { seed: 7, name: 'loss.0/proxies' };
const start = (spec: WeightSpec, options = {}) => initialWeight(spec, place, { facts, options });

describe('shapes', () => {
  test('are made of facts, options and numbers', () => {
    expect(start({ shape: ['groups', 'dimensions'], initializer: 'zeros' }).shape).toEqual([5, 3]);
    expect(start({ shape: ['batchSize', 'rank', 2], initializer: 'zeros' }, { rank: 4 }).shape).toEqual([8, 4, 2]);
    expect(start({ shape: [], initializer: { constant: -1 } })).toEqual({ shape: [], values: Float32Array.of(-1) });
  });
  test.each([
    ['rank', {}, 'undefined'],
    ['rank', { rank: 0.5 }, '0.5'],
    ['rank', { rank: 0 }, '0'],
  ])('a size that is none is a problem: %s %o', (size, options, value) => {
    expect(() => start({ shape: [size], initializer: 'zeros' }, options)).toThrow(
      `PLUGIN_FAILED: the weight loss.0/proxies is declared with the size rank, which is ${value}: it must be an integer`,
    );
  });
  test('an initializer unfit for the shape is a problem', () => {
    expect(() => start({ shape: [3], initializer: 'identity' })).toThrow(
      'PLUGIN_FAILED: the weight loss.0/proxies: the identity initializer is for matrices, not for [3]',
    );
  });
});

describe('values', () => {
  test('are drawn by seed and name', () => {
    const spec: WeightSpec = { shape: ['groups', 'dimensions'], initializer: 'heNormal' };
    const values = start(spec).values;
    expect(new Set(values).size).toBe(15);
    expect(start(spec).values).toEqual(values);
    expect(initialWeight(spec, { ...place, seed: 8 }, { facts, options: {} }).values).not.toEqual(values);
    expect(initialWeight(spec, { ...place, name: 'loss.1/proxies' }, { facts, options: {} }).values).not.toEqual(
      values,
    );
  });
  test('of every initializer that can be declared are finite and as many as the shape says', () => {
    const initializers: readonly WeightSpec['initializer'][] = [
      ...(['zeros', 'ones', 'identity', 'glorotNormal', 'glorotUniform', 'heNormal', 'unitSphere'] as const),
      { constant: 2 },
      { normal: 0.1 },
    ];
    for (const initializer of initializers) {
      const { values } = start({ shape: ['groups', 'dimensions'], initializer });
      expect(values).toHaveLength(15);
      expect(values.every(Number.isFinite)).toBe(true);
    }
  });
});
