import * as tfc from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { check } from '../../../core/plugin/check.js';
import type { Schema } from '../../../core/plugin/schema.js';
import type { Options } from '../../../core/plugin/view.js';
import { ProblemError } from '../../../core/problem/index.js';
import { exportWeights } from '../../../core/train/weights.js';
import { sequential } from '../../../plugins/encoders/sequential.js';
import { stepAt, valuesOf } from '../../engine/steps.js';
import { expectClose } from '../numeric.js';
import { build, input } from './building.js';
import { denseOf } from './forward.js';
import { encoderProperties } from './properties.js';

/** Options as a recipe gives them, with their defaults. */
function complete(options: object): Options {
  const { value, mistakes } = check(sequential.options as Schema, options);
  expect(mistakes).toEqual([]);
  return value as Options;
}
const mistakesOf = (layers: unknown): string[] =>
  check(sequential.options as Schema, { layers }).mistakes.map(
    ({ at, kind, name, words }) => `${at.join('.')} ${kind} ${name ?? ''}${words}`,
  );

const image = [
  { type: 'conv', filters: 4 },
  { type: 'batch-normalization' },
  { type: 'max-pool' },
  { type: 'depthwise-conv', activation: 'tanh' },
  { type: 'average-pool', size: 3 },
  { type: 'flatten' },
  { type: 'dense', units: 6 },
  { type: 'dropout', rate: 0.2 },
];
const series = [
  { type: 'conv', filters: 4, kernel: 5, stride: 2, padding: 'valid' },
  { type: 'layer-normalization' },
  { type: 'lstm', units: 3, bidirectional: true, sequences: true },
  { type: 'gru', units: 4 },
  { type: 'activation', activation: 'elu' },
];
const text = [{ type: 'embedding', dimensions: 5 }, { type: 'dense', units: 4, activation: 'gelu' }, { type: 'global-average-pool' }]; // biome-ignore format: three layers

test('values: the layers in their order, then the embedding', () => {
  const options = complete({ layers: [{ type: 'dense', units: 4, activation: 'tanh' }, { type: 'reshape', shape: [2, 2] }, { type: 'global-max-pool' }], dimensions: 3 }); // biome-ignore format: one recipe
  const encoder = build(sequential, [input('vector', [3])], { options });
  const weights = exportWeights(encoder.weights);
  const x = [0.3, -1, 2];
  const hidden = denseOf(x, weights['dense-1/kernel']!.values, [0, 0, 0, 0]).map(Math.tanh);
  const pooled = [Math.max(hidden[0]!, hidden[2]!), Math.max(hidden[1]!, hidden[3]!)];
  const expected = denseOf(pooled, weights['dense-2/kernel']!.values, [0, 0, 0]);
  expectClose(valuesOf(encoder.apply([tfc.tensor2d([x])], stepAt(0, false))), expected);
});

test('shapes of every layer', () => {
  const shapes = (layers: readonly object[], one: ReturnType<typeof input>): string[] =>
    build(sequential, [one], { options: complete({ layers }), seed: null }).layers.map(
      ({ name, shape }) => `${name} [${shape}]`,
    );
  expect(shapes(image, input('image', [9, 9, 1]))).toEqual([
    'conv2d-1 [9,9,4]',
    'batch-normalization-1 [9,9,4]',
    'max-pooling2d-1 [4,4,4]',
    'depthwise-conv2d-1 [4,4,4]',
    'average-pooling2d-1 [1,1,4]',
    'flatten-1 [4]',
    'dense-1 [6]',
    'dropout-1 [6]',
    'dense-2 [64]',
  ]);
  expect(shapes(series, input('sequence', [11, 2]))).toEqual([
    'conv1d-1 [4,4]',
    'layer-normalization-1 [4,4]',
    'bidirectional-1 [4,6]',
    'gru-1 [4]',
    'activation-1 [4]',
    'dense-1 [64]',
  ]);
});

describe('a layer that is written wrongly is told of by its own kind', () => {
  test.each([
    [[{ type: 'conv', filter: 8 }], ['0 missing filters', '0 unknown filter']],
    [[{ type: 'dense', units: 0 }], ['0.units range must be >= 1, got 0']],
    [[{ units: 3 }], ['0 missing type']],
    [[{ type: 'flatten', units: 3 }], ['0 unknown units']],
    [[{ type: 'dens', units: 3 }], [expect.stringMatching(/^0\.type choice must be one of dense, conv, .*, got "dens"; did you mean dense/)]], // biome-ignore format: one case
    [['dense'], ['0 type must be a map with type, got "dense"']],
    [[], [' range must have at least 1 item, got 0'].map((line) => `layers${line}`)],
  ])('%j', (layers, expected) => {
    const found = mistakesOf(layers).map((line) => line.replace(/^layers\.?(?=\d)/, ''));
    expect(found).toEqual(expected);
  });
});

describe('layers that do not fit each other are a problem of the recipe', () => {
  const problem = (layers: readonly object[], one: ReturnType<typeof input>) => {
    try {
      build(sequential, [one], { options: complete({ layers }) });
    } catch (error) {
      if (error instanceof ProblemError) return error.problems[0]!;
      throw error;
    }
    return null;
  };
  const ids = { ...input('text', [5]), vocabulary: 7 };
  test.each([
    [[{ type: 'conv', filters: 2 }], input('vector', [5]), 'encoder.layers.0', 'layer 1 (conv) takes a sequence or an image, but gets [5]'],
    [[{ type: 'conv', filters: 2, kernel: 7, padding: 'valid' }], input('image', [5, 5, 1]), 'encoder.layers.0', 'layer 1 (conv) leaves nothing of [5, 5, 1]'],
    [[{ type: 'max-pool' }], input('image', [4, 4, 1]), 'encoder.layers', 'the last layer gives [2, 2, 1], the embedding needs a vector'],
    [[{ type: 'reshape', shape: [2, 2] }], input('vector', [5]), 'encoder.layers.0.shape', 'layer 1 (reshape) makes [2, 2] of [5]: 5 numbers must stay 5'],
    [[{ type: 'dense', units: 2 }], ids, 'encoder.layers.0', 'field text is text, whose ids mean nothing as numbers: layer 1 (dense) cannot take them'],
    [[{ type: 'embedding', dimensions: 2 }], input('vector', [5]), 'encoder.layers.0', 'layer 1 (embedding) needs the ids of a text: field vector is vector'],
    [[{ type: 'embedding', dimensions: 2 }, { type: 'embedding', dimensions: 2 }], ids, 'encoder.layers.1', 'layer 2 (embedding) needs the ids of a text: only the first layer sees them'],
  ])('%j', (layers, one, path, message) => {
    expect(problem(layers, one)).toMatchObject({ code: 'SHAPE', path, message });
  }); // biome-ignore format: a table
});

encoderProperties(sequential, [
  { name: 'an image', inputs: [input('image', [9, 9, 1])], options: complete({ layers: image, dimensions: 3 }), tolerance: 2e-3 }, // biome-ignore format: one case
  { name: 'a sequence', inputs: [input('sequence', [11, 2])], options: complete({ layers: series, dimensions: 3, normalize: true }) }, // biome-ignore format: one case
  { name: 'text', inputs: [{ ...input('text', [5]), vocabulary: 7 }], options: complete({ layers: text, dimensions: 3 }) }, // biome-ignore format: one case
]);
