import * as tfc from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { exportWeights } from '../../../core/train/weights.js';
import { textCharacters } from '../../../plugins/encoders/text-characters.js';
import { stepAt, valuesOf } from '../../engine/steps.js';
import { drawn, expectClose } from '../numeric.js';
import { build, input } from './building.js';
import { convOf, denseOf, gridOf, reluOf } from './forward.js';
import { encoderProperties, smoothGradients } from './properties.js';

const text = (length: number) => ({ ...input('text', [length]), vocabulary: 9 });
const small = { width: 3, kernels: [2, 3], filters: 4, dimensions: 3 };

function opened(length: number) {
  const encoder = build(textCharacters, [text(length)], { options: small });
  encoder.weights.forEach(({ variable }, i) => {
    tfc.tidy(() => variable.assign(tfc.tensor(drawn(variable.size, 80 + i), variable.shape)));
  });
  return { encoder, weights: exportWeights(encoder.weights) };
}
const padded = (rows: readonly (readonly number[])[], length: number): tfc.Tensor =>
  tfc.tensor2d(rows.map((ids) => Array.from({ length }, (_, i) => ids[i] ?? 0)), [rows.length, length], 'int32'); // biome-ignore format: [rows, length]
const embed = (length: number, rows: readonly (readonly number[])[]): number[] =>
  valuesOf(opened(length).encoder.apply([padded(rows, length)], stepAt(0, false)));

describe('values', () => {
  test('convolutions of two widths, the largest value of each filter, the linear layer', () => {
    const { weights } = opened(6);
    const rows = [[3, 1, 6, 2], [5], [1, 2, 3, 4, 5, 8]];
    const table = weights['embedding-1/embeddings']!.values;
    const expected = rows.flatMap((ids) => {
      const vectors = Array.from({ length: 6 }, (_, t) =>
        Array.from({ length: 3 }, (__, k) => (ids[t] ? table[3 * ids[t]! + k]! : 0)),
      );
      const largest = small.kernels.flatMap((width, n) => {
        const kernel = { height: 1, width, filters: 4, values: weights[`conv1d-${n + 1}/kernel`]!.values, bias: [...weights[`conv1d-${n + 1}/bias`]!.values] }; // biome-ignore format: one kernel
        const found = convOf(gridOf(1, 6, 3, vectors.flat()), kernel, 'same');
        return Array.from({ length: 4 }, (_, filter) =>
          Math.max(...vectors.map((__, t) => (ids[t] ? reluOf([found.at(0, t, filter)])[0]! : 0))),
        );
      });
      return denseOf(largest, weights['dense-1/kernel']!.values, [...weights['dense-1/bias']!.values]);
    });
    expectClose(embed(6, rows), expected);
  });

  test('do not depend on how many characters the field keeps', () =>
    expectClose(embed(4, [[2, 7, 4]]), embed(9, [[2, 7, 4]])));

  test('of nothing but padding: the bias', () =>
    expectClose(embed(5, [[]]), [...opened(5).weights['dense-1/bias']!.values]));

  test('depend on the order', () => {
    const [there, back] = [embed(3, [[1, 2, 3]]), embed(3, [[3, 2, 1]])];
    expect(Math.max(...there.map((value, i) => Math.abs(value - back[i]!)))).toBeGreaterThan(1e-3);
  });
});

encoderProperties(textCharacters, [
  { name: 'one width', inputs: [text(6)], options: { ...small, kernels: [3] } },
  {
    name: 'hidden layers',
    inputs: [text(6)],
    options: { ...small, hidden: [5], batchNormalization: true, normalize: true, dropout: 0.2 },
    tolerance: 5e-3,
  },
]);
smoothGradients(textCharacters, {
  name: 'smooth',
  inputs: [text(6)],
  options: { ...small, activation: 'softplus', hidden: [5] },
});
