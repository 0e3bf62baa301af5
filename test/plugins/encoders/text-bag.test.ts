import * as tfc from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { exportWeights } from '../../../core/train/weights.js';
import { textBag } from '../../../plugins/encoders/text-bag.js';
import { stepAt, valuesOf } from '../../engine/steps.js';
import { drawn, expectClose } from '../numeric.js';
import { build, input } from './building.js';
import { denseOf } from './forward.js';
import { encoderProperties, smoothGradients } from './properties.js';

const text = (length: number) => ({ ...input('text', [length]), vocabulary: 9 });
const small = { grams: [1, 2, 3], buckets: 50, width: 4, dimensions: 3 };

/** The n-grams of the docstring, by numbers of any size. */
function ngramsOf(ids: readonly number[], sizes: readonly number[], buckets: number): number[] {
  const hashOf = (gram: readonly number[]): number => {
    const hash = gram.reduce((h, id) => (40503n * h + BigInt(id)) % 46337n, BigInt(gram.length));
    return 1 + Number(((31327n * hash) % 46337n) % BigInt(buckets));
  };
  const bounded = [0, ...ids, 0];
  return sizes.flatMap((size) => {
    if (size === 1) return ids.map((id) => hashOf([id]));
    return Array.from({ length: bounded.length - size + 1 }, (_, at) => hashOf(bounded.slice(at, at + size)));
  });
}

function opened(length: number, options: object = small) {
  const encoder = build(textBag, [text(length)], { options: { ...options } });
  encoder.weights.forEach(({ variable }, i) => {
    tfc.tidy(() => variable.assign(tfc.tensor(drawn(variable.size, 70 + i), variable.shape)));
  });
  return { encoder, weights: exportWeights(encoder.weights) };
}
const padded = (rows: readonly (readonly number[])[], length: number): tfc.Tensor =>
  tfc.tensor2d(rows.map((ids) => Array.from({ length }, (_, i) => ids[i] ?? 0)), [rows.length, length], 'int32'); // biome-ignore format: [rows, length]

describe('values', () => {
  test('the mean of the n-grams of each text, its bounds among them, through the linear layer', () => {
    const { encoder, weights } = opened(5);
    const rows = [[3, 1, 6], [5], [1, 2, 3, 4, 5], [8, 8]];
    const table = weights['embedding-1/embeddings']!.values;
    const expected = rows.flatMap((ids) => {
      const grams = ngramsOf(ids, small.grams, small.buckets);
      const mean = Array.from({ length: 4 }, (_, k) => grams.reduce((sum, id) => sum + table[4 * id + k]!, 0) / grams.length);
      return denseOf(mean, weights['dense-1/kernel']!.values, [...weights['dense-1/bias']!.values]);
    }); // biome-ignore format: one sum
    expectClose(valuesOf(encoder.apply([padded(rows, 5)], stepAt(0, false))), expected);
  });

  test('do not depend on how many tokens the field keeps', () => {
    const [short, long] = [4, 9].map((length) => valuesOf(opened(length).encoder.apply([padded([[2, 7, 4]], length)], stepAt(0, false)))); // biome-ignore format: both
    expectClose(short!, long!);
  });

  test('of nothing but padding: the bias', () => {
    const { encoder, weights } = opened(5);
    const nothing = valuesOf(encoder.apply([padded([[]], 5)], stepAt(0, false)));
    expectClose(nothing, [...weights['dense-1/bias']!.values]);
  });

  test('ids of a million stay exact', () => {
    const many = { ...input('text', [2]), vocabulary: 1_000_001 };
    const { model } = build(textBag, [many], { options: { ...small, grams: [2], buckets: 32768 } });
    const layer = model.getLayer('ngram-ids-1');
    const ids = layer.apply(tfc.tensor2d([[999_999, 1_000_000]], [1, 2], 'int32')) as tfc.Tensor;
    expect(valuesOf(ids)).toEqual(ngramsOf([999_999, 1_000_000], [2], 32768));
  });
});

test('an n-gram longer than the text is a problem of the recipe', () => {
  const wrong = (): unknown => build(textBag, [text(3)], { options: { grams: [2, 6] } });
  expect(wrong).toThrow('OPTION_RANGE: grams of 6 tokens are longer than the text, which keeps 3 and its bounds');
});

test('the saved topology says what the n-grams are', () => {
  const json = JSON.stringify(build(textBag, [text(5)], { options: small }).model.toJSON(undefined, false));
  for (const part of ['"class_name":"NgramIds"', '"sizes":[1,2,3]', '"buckets":50']) expect(json).toContain(part);
});

encoderProperties(textBag, [
  { name: 'n-grams alone', inputs: [text(6)], options: { ...small, grams: [2, 3], buckets: 8 } },
  {
    name: 'hidden layers',
    inputs: [text(6)],
    options: { ...small, buckets: 8, hidden: [5], batchNormalization: true, normalize: true, dropout: 0.2 },
    tolerance: 5e-3,
  },
]);
smoothGradients(textBag, {
  name: 'smooth',
  inputs: [text(6)],
  options: { ...small, buckets: 8, hidden: [5], activation: 'tanh' },
});
