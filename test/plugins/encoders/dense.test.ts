import * as tfc from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { exportWeights } from '../../../core/train/weights.js';
import { dense } from '../../../plugins/encoders/dense.js';
import { stepAt, valuesOf } from '../../engine/steps.js';
import { expectClose } from '../numeric.js';
import { build, defaultsOf, input } from './building.js';
import { denseOf, normalizedOf } from './forward.js';

const rows = [
  [1, -2, 0.5],
  [0, 3, -1],
];

describe('values', () => {
  test('activation(x W + b), then unit length', () => {
    const encoder = build(dense, [input('vector', [3])], {
      options: { dimensions: 4, activation: 'tanh', normalize: true },
    });
    const { 'dense-1/kernel': kernel, 'dense-1/bias': bias } = exportWeights(encoder.weights);
    encoder.weights[1]!.variable.assign(tfc.tensor1d([0.1, 0.2, 0.3, 0.4]));
    expect([...bias!.values]).toEqual([0, 0, 0, 0]);
    const found = valuesOf(encoder.apply([tfc.tensor2d(rows)], stepAt(0, false)));
    const expected = rows.flatMap((row) =>
      normalizedOf(denseOf(row, kernel!.values, [0.1, 0.2, 0.3, 0.4]).map(Math.tanh)),
    );
    expectClose(found, expected);
  });
  test('is linear by default', () => {
    const encoder = build(dense, [input('vector', [3])], { options: { dimensions: 2 } });
    const kernel = exportWeights(encoder.weights)['dense-1/kernel']!.values;
    const found = valuesOf(encoder.apply([tfc.tensor2d(rows)], stepAt(0, false)));
    const expected = rows.flatMap((row) => denseOf(row, kernel, [0, 0]));
    expectClose(found, expected);
    expect(expected.some((value) => value < 0)).toBe(true);
  });
});

describe('inputs', () => {
  test.each([
    [input('vector', [5]), 5],
    [input('number', []), 1],
    [input('number', [1]), 1],
    [input('sequence', [4, 3]), 12],
    [input('image', [4, 3, 2]), 24],
  ])('%o is one vector', (one, size) => {
    const encoder = build(dense, [one], { options: { dimensions: 2 } });
    expect(encoder.weights[0]!.shape).toEqual([size, 2]);
    const x = tfc.reshape(tfc.range(0, 3 * size), [3, ...one.shape]);
    const kernel = exportWeights(encoder.weights)['dense-1/kernel']!.values;
    const found = valuesOf(encoder.apply([x], stepAt(0, false)));
    const expected = [0, 1, 2].flatMap((row) =>
      denseOf(
        Array.from({ length: size }, (_, i) => row * size + i),
        kernel,
        [0, 0],
      ),
    );
    expectClose(found, expected);
  });
  test('several are joined in their order', () => {
    const encoder = build(dense, [input('vector', [2], 'a'), input('number', [], 'b')], { options: { dimensions: 2 } });
    const kernel = exportWeights(encoder.weights)['dense-1/kernel']!.values;
    const found = valuesOf(encoder.apply([tfc.tensor2d([[1, 2]]), tfc.tensor1d([3])], stepAt(0, false)));
    expectClose(found, denseOf([1, 2, 3], kernel, [0, 0]));
  });
});

describe('layers', () => {
  const names = (options: object): string[] =>
    build(dense, [input('vector', [3])], { options: { ...options } }).layers.map(({ name }) => name);
  test('one, with what the options add', () => {
    expect(names({})).toEqual(['dense-1']);
    expect(names({ batchNormalization: true, activation: 'relu', dropout: 0.1, normalize: true })).toEqual([
      'dense-1',
      'batch-normalization-1',
      'activation-1',
      'dropout-1',
      'normalize-1',
    ]);
    expect(names({ batchNormalization: true })).toEqual(['dense-1', 'batch-normalization-1']);
  });
  test.each(['relu', 'elu', 'selu', 'gelu', 'swish', 'tanh', 'sigmoid', 'softplus', 'linear'])(
    '%s runs',
    (activation) => {
      const encoder = build(dense, [input('vector', [3])], { options: { activation } });
      const values = valuesOf(encoder.apply([tfc.tensor2d(rows)], stepAt(0)));
      expect(values.every(Number.isFinite)).toBe(true);
      expect(new Set(values).size).toBeGreaterThan(30);
    },
  );
  test.each(['glorotUniform', 'glorotNormal', 'heUniform', 'heNormal', 'leCunUniform', 'leCunNormal', 'orthogonal'])(
    '%s starts the kernel',
    (initializer) => {
      const values = valuesOf(build(dense, [input('vector', [9])], { options: { initializer } }).weights[0]!.variable);
      expect(new Set(values).size).toBeGreaterThan(500);
    },
  );
});

test('the defaults', () => {
  expect(defaultsOf(dense)).toEqual({
    dimensions: 64,
    activation: 'linear',
    dropout: 0,
    batchNormalization: false,
    normalize: false,
    initializer: 'glorotUniform',
  });
});
