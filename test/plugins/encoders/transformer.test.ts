import * as tfc from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { ProblemError } from '../../../core/problem/index.js';
import { exportWeights, type NamedArrays } from '../../../core/train/weights.js';
import { transformer } from '../../../plugins/encoders/transformer.js';
import { stepAt, valuesOf } from '../../engine/steps.js';
import { drawn, expectClose } from '../numeric.js';
import { build, defaultsOf, input } from './building.js';
import { denseOf, reluOf } from './forward.js';
import { encoderProperties, itemsOf, smoothGradients } from './properties.js';

type Rows = readonly (readonly number[])[];
const plus = (a: Rows, b: Rows): number[][] => a.map((row, t) => row.map((value, k) => value + b[t]![k]!));
const layerOf = (weights: NamedArrays, name: string, x: Rows): number[][] =>
  x.map((row) =>
    denseOf(row, weights[`${name}kernel`]!.values, [...(weights[`${name}bias`]?.values ?? row.map(() => 0))]),
  );

function normOf(weights: NamedArrays, n: number, x: Rows): number[][] {
  const [gamma, beta] = ['gamma', 'beta'].map((name) => weights[`layer-normalization-${n}/${name}`]!.values);
  return x.map((row) => {
    const mean = row.reduce((sum, value) => sum + value, 0) / row.length;
    const variance = row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / row.length;
    return row.map((value, k) => ((value - mean) / Math.sqrt(variance + 1e-3)) * gamma![k]! + beta![k]!);
  });
}

function attentionOf(weights: NamedArrays, x: Rows, heads: number): number[][] {
  const [query, key, value] = ['query', 'key', 'value'].map((name) => layerOf(weights, `self-attention-1/${name}_`, x));
  const width = x[0]!.length / heads;
  const read = x.map((_, t) =>
    Array.from({ length: x[0]!.length }, (__, place) => {
      const from = Math.floor(place / width) * width;
      const dot = (s: number): number =>
        Array.from({ length: width }, (___, k) => query![t]![from + k]! * key![s]![from + k]!).reduce((a, b) => a + b);
      const powers = x.map((___, s) => Math.exp(dot(s) / Math.sqrt(width)));
      const total = powers.reduce((a, b) => a + b);
      return powers.reduce((sum, power, s) => sum + (power / total) * value![s]![place]!, 0);
    }),
  );
  return layerOf(weights, 'self-attention-1/output_', read);
}

const positionsOf = (time: number, width: number): number[][] =>
  Array.from({ length: time }, (_, t) =>
    Array.from({ length: width }, (__, k) => {
      const angle = t / 10_000 ** ((k - (k % 2)) / width);
      return k % 2 === 0 ? Math.sin(angle) : Math.cos(angle);
    }),
  );

/** One block of relu units after the vectors, as the docstring writes it. */
function forwardOf(weights: NamedArrays, vectors: Rows, dense: number): number[] {
  const placed = plus(vectors, positionsOf(vectors.length, vectors[0]!.length));
  const attended = plus(placed, attentionOf(weights, normOf(weights, 1, placed), 2));
  const hidden = layerOf(weights, `dense-${dense}/`, normOf(weights, 2, attended)).map(reluOf);
  const done = normOf(weights, 3, plus(attended, layerOf(weights, `dense-${dense + 1}/`, hidden)));
  const mean = done[0]!.map((_, k) => done.reduce((sum, row) => sum + row[k]!, 0) / done.length);
  return layerOf(weights, `dense-${dense + 2}/`, [mean])[0]!;
}
const small = { width: 4, heads: 2, blocks: 1, hidden: 6, dimensions: 3, activation: 'relu' };

function opened(one: ReturnType<typeof input>) {
  const encoder = build(transformer, [one], { options: small });
  encoder.weights.forEach(({ variable }, i) => {
    tfc.tidy(() => variable.assign(tfc.add(variable, tfc.tensor(drawn(variable.size, 60 + i).map((x) => x / 3), variable.shape)))); // biome-ignore format: biases and norms, too
  });
  return { encoder, weights: exportWeights(encoder.weights) };
}

describe('values', () => {
  test('of a sequence, attention and all written out', () => {
    const { encoder, weights } = opened(input('sequence', [5, 2]));
    const series = Array.from({ length: 5 }, (_, t) => drawn(2, 20 + t));
    const expected = forwardOf(weights, layerOf(weights, 'dense-1/', series), 2);
    expectClose(valuesOf(encoder.apply([tfc.tensor3d([series])], stepAt(0, false))), expected);
  });
  test('of text: what follows its end is neither attended to nor counted', () => {
    const { encoder, weights } = opened({ ...input('text', [5]), vocabulary: 7 });
    const table = weights['embedding-1/embeddings']!.values;
    const vectors = (ids: readonly number[]): number[][] =>
      ids.map((id) => [...table.subarray(4 * id, 4 * id + 4)].map((value) => value * Math.sqrt(4)));
    const rows = [[3, 1, 6], [5], [1, 2, 3, 4, 5]];
    const padded = tfc.tensor2d(rows.map((ids) => [...ids, 0, 0, 0, 0].slice(0, 5)), [3, 5], 'int32'); // biome-ignore format: one tensor
    const expected = rows.flatMap((ids) => forwardOf(weights, vectors(ids), 1));
    expectClose(valuesOf(encoder.apply([padded], stepAt(0, false))), expected);
  });
  test('of nothing but padding: the bias of the embedding; its gradient is finite', () => {
    const { encoder, weights } = opened({ ...input('text', [5]), vocabulary: 7 });
    const nothing = tfc.zeros([2, 5], 'int32');
    const bias = [...weights['dense-3/bias']!.values];
    expectClose(valuesOf(encoder.apply([nothing], stepAt(0, false))), [...bias, ...bias]);
    const { grads } = tfc.variableGrads(
      () => tfc.sum(encoder.apply([nothing], stepAt(0))) as tfc.Scalar,
      encoder.weights.map(({ variable }) => variable),
    );
    for (const gradient of Object.values(grads)) expect(valuesOf(gradient!).every(Number.isFinite)).toBe(true);
  });
  test('depend on the order', () => {
    const { encoder } = opened({ ...input('text', [3]), vocabulary: 7 });
    const [there, back] = [[1, 2, 3], [3, 2, 1]].map((ids) => valuesOf(encoder.apply([tfc.tensor2d([ids], [1, 3], 'int32')], stepAt(0, false)))); // biome-ignore format: both ways
    expect(Math.max(...there!.map((value, i) => Math.abs(value - back![i]!)))).toBeGreaterThan(1e-3);
  });
});

test('heads that cannot share the width are a problem of the recipe', () => {
  const wrong = (): unknown => build(transformer, [input('sequence', [5, 2])], { options: { width: 10, heads: 4 } });
  expect(wrong).toThrow(ProblemError);
  expect(wrong).toThrow('OPTION_RANGE: heads must divide the width, got 4 for a width of 10');
});

test('the saved topology says what the layers are', () => {
  const { model } = build(transformer, [{ ...input('text', [5]), vocabulary: 7 }], { options: small });
  const json = JSON.stringify(model.toJSON(undefined, false));
  for (const part of ['"class_name":"SelfAttention"', '"heads":2', '"class_name":"PositionalEncoding"', '"scale":2']) {
    expect(json).toContain(part);
  }
});

const sequence = [input('sequence', [6, 2])];
const text = [{ ...input('text', [7]), vocabulary: 11 }];
const options = { width: 8, heads: 2, blocks: 2, hidden: 10, dimensions: 3 };
encoderProperties(transformer, [
  { name: 'a sequence', inputs: sequence, options },
  { name: 'text', inputs: text, options: { ...options, normalize: true } },
  { name: 'text, with dropout and batch normalisation', inputs: text, options: { ...options, blocks: 1, dropout: 0.2, batchNormalization: true }, tolerance: 2e-3 }, // biome-ignore format: one case
]);
smoothGradients(transformer, { name: 'smooth', inputs: text, options: { ...options, blocks: 1 } });

test('padding of another length changes nothing', () => {
  const [short, long] = [5, 9].map((length) => {
    const encoder = build(transformer, [{ ...input('text', [length]), vocabulary: 11 }], { options });
    const [items] = itemsOf([{ ...input('text', [5]), vocabulary: 11 }], 3);
    const ids = tfc.pad(items!, [[0, 0], [0, length - 5]]); // biome-ignore format: [rows, length]
    return valuesOf(encoder.apply([ids], stepAt(0, false)));
  });
  expectClose(long!, short!);
});

test('the defaults', () => {
  expect(defaultsOf(transformer)).toEqual({
    width: 64,
    heads: 4,
    blocks: 2,
    hidden: 128,
    dimensions: 64,
    activation: 'gelu',
    dropout: 0,
    batchNormalization: false,
    normalize: false,
    initializer: 'glorotUniform',
  });
});
