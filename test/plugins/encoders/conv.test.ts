import * as tfc from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { ProblemError } from '../../../core/problem/index.js';
import { exportWeights } from '../../../core/train/weights.js';
import { conv } from '../../../plugins/encoders/conv.js';
import { stepAt, valuesOf } from '../../engine/steps.js';
import { expectClose } from '../numeric.js';
import { build, defaultsOf, input } from './building.js';
import { convOf, denseOf, flat, type Grid, gridOf, poolOf, reluOf } from './forward.js';

const wave = (size: number): number[] => Array.from({ length: size }, (_, i) => Math.sin(12.9898 * (i + 1)));
const positive = (x: Grid): Grid => gridOf(x.height, x.width, x.channels, reluOf(flat(x)));

describe('values', () => {
  test.each(['valid', 'same'] as const)('of an image, padding %s', (padding) => {
    const encoder = build(conv, [input('image', [11, 10, 2])], {
      options: { filters: [3, 4], dimensions: 5, padding },
    });
    for (const { name, variable } of encoder.weights) {
      if (name.endsWith('bias')) variable.assign(tfc.mul(tfc.range(0, variable.size), 0.1));
    }
    const weights = exportWeights(encoder.weights);
    const bias = (name: string): number[] => [...weights[`${name}/bias`]!.values];
    const image = wave(11 * 10 * 2);
    let x = gridOf(11, 10, 2, image);
    for (const [i, filters] of [3, 4].entries()) {
      const name = `conv2d-${i + 1}`;
      const kernel = { height: 3, width: 3, filters, values: weights[`${name}/kernel`]!.values, bias: bias(name) };
      x = poolOf(positive(convOf(x, kernel, padding)), 2, 2);
    }
    const expected = denseOf(flat(x), weights['dense-1/kernel']!.values, bias('dense-1'));
    const found = valuesOf(encoder.apply([tfc.tensor(image, [1, 11, 10, 2])], stepAt(0, false)));
    expectClose(found, expected);
  });
  test('of a sequence: along time', () => {
    const encoder = build(conv, [input('sequence', [11, 2])], {
      options: { filters: [3], kernel: 4, pool: 3, dimensions: 2 },
    });
    const weights = exportWeights(encoder.weights);
    const signal = wave(22);
    const kernel = { height: 4, width: 1, filters: 3, values: weights['conv1d-1/kernel']!.values, bias: [0, 0, 0] };
    const x = poolOf(positive(convOf(gridOf(11, 1, 2, signal), kernel, 'valid')), 3, 1);
    const expected = denseOf(flat(x), weights['dense-1/kernel']!.values, [0, 0]);
    const found = valuesOf(encoder.apply([tfc.tensor(signal, [1, 11, 2])], stepAt(0, false)));
    expectClose(found, expected);
  });
});

describe('layers', () => {
  const summary = (options: object): string[] =>
    build(conv, [input('image', [28, 28, 1])], { options: { ...options }, seed: null }).layers.map(
      ({ name, shape, parameters }) => `${name} [${shape}] ${parameters}`,
    );
  test('of the usual recipe: filters [32, 64], dimensions 64', () => {
    expect(summary({ filters: [32, 64], dimensions: 64 })).toEqual([
      `conv2d-1 [26,26,32] ${9 * 32 + 32}`,
      'max-pooling2d-1 [13,13,32] 0',
      'activation-1 [13,13,32] 0',
      `conv2d-2 [11,11,64] ${9 * 32 * 64 + 64}`,
      'max-pooling2d-2 [5,5,64] 0',
      'activation-2 [5,5,64] 0',
      'flatten-1 [1600] 0',
      `dense-1 [64] ${1600 * 64 + 64}`,
    ]);
    expect(build(conv, [input('image', [28, 28, 1])]).parameters).toBe(320 + 18_496 + 102_464);
  });
  test('with everything', () => {
    expect(summary({ filters: [8], batchNormalization: true, dropout: 0.2, normalize: true, padding: 'same' })).toEqual(
      [
        'conv2d-1 [28,28,8] 72',
        'batch-normalization-1 [28,28,8] 32',
        'max-pooling2d-1 [14,14,8] 0',
        'activation-1 [14,14,8] 0',
        'flatten-1 [1568] 0',
        'dropout-1 [1568] 0',
        `dense-1 [64] ${1568 * 64 + 64}`,
        'normalize-1 [64] 0',
      ],
    );
  });
  test('pool 1 is no pooling', () => {
    expect(summary({ filters: [2], pool: 1 }).map((line) => line.split(' ')[0])).toEqual([
      'conv2d-1',
      'flatten-1',
      'dense-1',
    ]);
  });
});

describe('images that are too small', () => {
  const problem = (shape: readonly number[], options: object, path = 'encoder') => {
    try {
      build(conv, [input(shape.length === 3 ? 'image' : 'sequence', shape)], { options: { ...options }, path });
    } catch (error) {
      if (error instanceof ProblemError) return error.problems[0]!;
      throw error;
    }
    return null;
  };
  test('are a problem in the words of the recipe', () => {
    expect(problem([8, 12, 3], { filters: [32, 64] })).toMatchObject({
      code: 'SHAPE',
      path: 'encoder.filters',
      message:
        'an input of 8x12 is too small for filters: [32, 64] with kernel: 3, pool: 2 and padding: valid: ' +
        'convolution 2 (64 filters) gets 3x5 and needs 4x4',
    });
    expect(problem([3, 2], { filters: [4] }, 'encoder.left')).toMatchObject({
      code: 'SHAPE',
      path: 'encoder.left.filters',
    });
  });
  test.each([
    [[4, 4, 1], { filters: [2] }, true],
    [[3, 4, 1], { filters: [2] }, false],
    [[3, 3, 1], { filters: [2], pool: 1 }, true],
    [[10, 10, 1], { filters: [2, 2] }, true],
    [[9, 10, 1], { filters: [2, 2] }, false],
    [[4, 4, 1], { filters: [2, 2], padding: 'same' }, true],
    [[4, 3, 1], { filters: [2, 2], padding: 'same' }, false],
  ])('%o with %o fits: %s', (shape, options, fits) => {
    expect(problem(shape, options) === null).toBe(fits);
  });
});

test('the defaults', () => {
  expect(defaultsOf(conv)).toEqual({
    filters: [32, 64],
    kernel: 3,
    pool: 2,
    padding: 'valid',
    dimensions: 64,
    activation: 'relu',
    dropout: 0,
    batchNormalization: false,
    normalize: false,
    initializer: 'glorotUniform',
  });
});
