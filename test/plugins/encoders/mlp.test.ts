import * as tfc from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { exportWeights } from '../../../core/train/weights.js';
import { mlp } from '../../../plugins/encoders/mlp.js';
import { stepAt, valuesOf } from '../../engine/steps.js';
import { expectClose } from '../numeric.js';
import { build, defaultsOf, input } from './building.js';
import { denseOf, normalizedOf, reluOf } from './forward.js';

describe('values', () => {
  const rows = [
    [1, -2, 0.5, 2],
    [0, 3, -1, 1],
  ];
  test.each([[true], [false]])('hidden layers with relu, a linear embedding, normalize: %s', (normalize) => {
    const encoder = build(mlp, [input('vector', [4])], { options: { hidden: [5, 6], dimensions: 3, normalize } });
    encoder.weights.forEach(({ name, variable }, at) => {
      if (name.endsWith('bias')) variable.assign(tfc.add(tfc.mul(tfc.range(0, variable.size), 0.1), at * 0.01));
    });
    const weights = exportWeights(encoder.weights);
    const layer = (x: readonly number[], n: number): number[] =>
      denseOf(x, weights[`dense-${n}/kernel`]!.values, [...weights[`dense-${n}/bias`]!.values]);
    const expected = rows.flatMap((row) => {
      const embedded = layer(reluOf(layer(reluOf(layer(row, 1)), 2)), 3);
      return normalize ? normalizedOf(embedded) : embedded;
    });
    const found = valuesOf(encoder.apply([tfc.tensor2d(rows)], stepAt(0, false)));
    expectClose(found, expected);
    expect(expected.some((value) => value < 0)).toBe(true);
  });
});

describe('layers', () => {
  const summary = (options: object): string[] =>
    build(mlp, [input('image', [28, 28, 1])], { options: { ...options }, seed: null }).layers.map(
      ({ name, shape, parameters }) => `${name} [${shape}] ${parameters}`,
    );
  test('by default 256, 128, 64', () => {
    expect(summary({})).toEqual([
      `flatten-1 [784] 0`,
      `dense-1 [256] ${784 * 256 + 256}`,
      `dense-2 [128] ${256 * 128 + 128}`,
      `dense-3 [64] ${128 * 64 + 64}`,
    ]);
  });
  test('no hidden layer', () => {
    expect(summary({ hidden: [] })).toEqual(['flatten-1 [784] 0', `dense-1 [64] ${784 * 64 + 64}`]);
  });
  test('batch normalisation before the activation and instead of the bias, dropout after', () => {
    expect(summary({ hidden: [10], batchNormalization: true, dropout: 0.5, normalize: true })).toEqual([
      'flatten-1 [784] 0',
      'dense-1 [10] 7840',
      'batch-normalization-1 [10] 40',
      'activation-1 [10] 0',
      'dropout-1 [10] 0',
      'dense-2 [64] 704',
      'normalize-1 [64] 0',
    ]);
  });
});

test('dropout leaves the seeds of the weights alone', () => {
  const start = (dropout: number): unknown =>
    exportWeights(build(mlp, [input('vector', [4])], { options: { dropout } }).weights);
  expect(start(0.5)).toEqual(start(0));
});

test('the defaults', () => {
  expect(defaultsOf(mlp)).toEqual({
    hidden: [256, 128],
    dimensions: 64,
    activation: 'relu',
    dropout: 0,
    batchNormalization: false,
    normalize: false,
    initializer: 'glorotUniform',
  });
});
