import * as tfc from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { exportWeights } from '../../../core/train/weights.js';
import { residual } from '../../../plugins/encoders/residual.js';
import { stepAt, valuesOf } from '../../engine/steps.js';
import { expectClose } from '../numeric.js';
import { build, defaultsOf, input } from './building.js';
import { convOf, denseOf, flat, type Grid, gridOf, reluOf } from './forward.js';
import { encoderProperties, smoothGradients } from './properties.js';

const wave = (size: number): number[] => Array.from({ length: size }, (_, i) => Math.sin(12.9898 * (i + 1)));
const like = ({ height, width, channels }: Grid, values: number[]): Grid => gridOf(height, width, channels, values);
const relu = (x: Grid): Grid => like(x, reluOf(flat(x)));
const sum = (x: Grid, y: Grid): Grid => {
  const other = flat(y);
  return like(x, flat(x).map((value, i) => value + other[i]!)); // biome-ignore format: one sum
};
/** The rows and columns that a stride of 2 keeps: of an even size 'same' puts its zeros behind, so the odd ones of stride 1. */
const halved = (x: Grid, first: number): Grid => {
  const [height, width] = [Math.ceil(x.height / 2), Math.ceil(x.width / 2)];
  const values: number[] = [];
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++)
      for (let channel = 0; channel < x.channels; channel++)
        values.push(x.at(2 * row + first, 2 * column + first, channel));
  return gridOf(height, width, x.channels, values);
};

describe('values', () => {
  test('activation(x + conv(activation(conv(x)))), a stride and a shortcut where the filters change, the mean', () => {
    const options = { filters: [3, 4], dimensions: 5, batchNormalization: false };
    const encoder = build(residual, [input('image', [6, 6, 2])], { options });
    for (const { name, variable } of encoder.weights) {
      if (name.endsWith('bias')) variable.assign(tfc.mul(tfc.range(0, variable.size), 0.1));
    }
    const weights = exportWeights(encoder.weights);
    const kernelOf = (n: number) => {
      const { shape, values } = weights[`conv2d-${n}/kernel`]!;
      const bias = [...weights[`conv2d-${n}/bias`]!.values];
      return { height: shape[0]!, width: shape[1]!, filters: shape[3]!, values, bias };
    };
    const conv = (x: Grid, n: number): Grid => convOf(x, kernelOf(n), 'same');
    const image = wave(72);
    const stem = relu(conv(gridOf(6, 6, 2, image), 1));
    const first = relu(sum(conv(relu(conv(stem, 2)), 3), stem));
    // of 6 pixels 'same' pads a stride of 2 by one zero behind: it takes what stride 1 has at 1, 3, 5
    const wide = conv(relu(halved(conv(first, 4), 1)), 5);
    const second = relu(sum(wide, halved(conv(first, 6), 0)));
    const mean = [0, 1, 2, 3].map((channel) => {
      const values = flat(second).filter((_, i) => i % 4 === channel);
      return values.reduce((a, b) => a + b) / values.length;
    });
    const expected = denseOf(mean, weights['dense-1/kernel']!.values, [...weights['dense-1/bias']!.values]);
    expectClose(valuesOf(encoder.apply([tfc.tensor(image, [1, 6, 6, 2])], stepAt(0, false))), expected);
  });
});

describe('layers', () => {
  const summary = (options: object, shape = [8, 8, 1]): string[] =>
    build(residual, [input(shape.length === 3 ? 'image' : 'sequence', shape)], {
      options: { ...options },
      seed: null,
    }).layers.map(({ name, shape: size }) => `${name} [${size}]`);
  test('of two stages, without batch normalisation', () => {
    expect(summary({ filters: [2, 4], batchNormalization: false, dimensions: 3 })).toEqual([
      'conv2d-1 [8,8,2]',
      'conv2d-2 [8,8,2]',
      'conv2d-3 [8,8,2]',
      'add-1 [8,8,2]',
      'activation-1 [8,8,2]',
      'conv2d-4 [4,4,4]',
      'conv2d-5 [4,4,4]',
      'conv2d-6 [4,4,4]',
      'add-2 [4,4,4]',
      'activation-2 [4,4,4]',
      'global-average-pooling2d-1 [4]',
      'dense-1 [3]',
    ]);
  });
  test('of a sequence, of odd sizes, with more blocks and everything else', () => {
    const lines = summary({ filters: [2, 3], blocks: 2, dropout: 0.1, normalize: true }, [7, 2]);
    expect(lines.filter((line) => line.startsWith('add'))).toEqual([
      'add-1 [7,2]',
      'add-2 [7,2]',
      'add-3 [4,3]',
      'add-4 [4,3]',
    ]);
    expect(lines.filter((line) => line.startsWith('batch')).length).toBe(1 + 4 * 2 + 1);
    expect(lines.slice(-4)).toEqual([
      'global-average-pooling1d-1 [3]',
      'dropout-1 [3]',
      'dense-1 [64]',
      'normalize-1 [64]',
    ]);
  });
  test('no size is too small', () => {
    expect(summary({ filters: [2, 2, 2, 2] }, [1, 1, 1]).at(-1)).toBe('dense-1 [64]');
  });
});

const image = [input('image', [9, 8, 2])];
encoderProperties(residual, [
  { name: 'an image', inputs: image, options: { filters: [4, 6], dimensions: 5 }, tolerance: 2e-3 },
  {
    name: 'an image, without batch normalisation, with dropout',
    inputs: image,
    options: { filters: [4, 6], blocks: 2, dimensions: 5, batchNormalization: false, dropout: 0.3, normalize: true },
  },
  { name: 'a sequence', inputs: [input('sequence', [12, 2])], options: { filters: [4], dimensions: 5, kernel: 5 }, tolerance: 2e-3 }, // biome-ignore format: one case
]);
smoothGradients(residual, {
  name: 'smooth',
  inputs: image,
  options: { filters: [3, 4], dimensions: 3, activation: 'tanh', batchNormalization: false },
});

test('the defaults', () => {
  expect(defaultsOf(residual)).toEqual({
    filters: [16, 32, 64],
    blocks: 1,
    kernel: 3,
    dimensions: 64,
    activation: 'relu',
    dropout: 0,
    batchNormalization: true,
    normalize: false,
    initializer: 'heNormal',
  });
});
