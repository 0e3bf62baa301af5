import * as tfc from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { exportWeights } from '../../../core/train/weights.js';
import { recurrent } from '../../../plugins/encoders/recurrent.js';
import { stepAt, valuesOf } from '../../engine/steps.js';
import { drawn, expectClose } from '../numeric.js';
import { build, defaultsOf, input } from './building.js';
import { denseOf } from './forward.js';
import { encoderProperties, smoothGradients } from './properties.js';

type Vector = readonly number[];
interface Cell {
  readonly kernel: Float32Array;
  readonly recurrent: Float32Array;
  readonly bias: Float32Array;
  readonly units: number;
}
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
/** x kernel + h recurrent + bias, for all gates. */
const gatesOf = (x: Vector, h: Vector, { kernel, recurrent: own, bias }: Cell): number[] => {
  const none = [...bias].map(() => 0);
  const fromState = denseOf(h, own, none);
  return denseOf(x, kernel, [...bias]).map((value, i) => value + fromState[i]!);
};
/** Gates input, forget, candidate, output. */
function lstmOf(series: readonly Vector[], cell: Cell): number[] {
  let [h, c] = [new Array<number>(cell.units).fill(0), new Array<number>(cell.units).fill(0)];
  for (const x of series) {
    const gates = gatesOf(x, h, cell);
    const gate = (n: number, i: number): number => gates[n * cell.units + i]!;
    c = c.map((value, i) => sigmoid(gate(1, i)) * value + sigmoid(gate(0, i)) * Math.tanh(gate(2, i)));
    h = c.map((value, i) => sigmoid(gate(3, i)) * Math.tanh(value));
  }
  return h;
}
/** Gates update, reset, candidate; the reset before the product. */
function gruOf(series: readonly Vector[], cell: Cell): number[] {
  let h = new Array<number>(cell.units).fill(0);
  for (const x of series) {
    const gates = gatesOf(x, h, cell);
    const gate = (n: number, i: number): number => sigmoid(gates[n * cell.units + i]!);
    const reset = h.map((value, i) => gate(1, i) * value);
    const candidate = gatesOf(x, reset, cell)
      .map(Math.tanh)
      .slice(2 * cell.units);
    h = h.map((value, i) => gate(0, i) * value + (1 - gate(0, i)) * candidate[i]!);
  }
  return h;
}
const forms = { lstm: lstmOf, gru: gruOf };

function opened(options: object, one = input('sequence', [5, 2])) {
  const encoder = build(recurrent, [one], { options: { dimensions: 3, units: [4], ...options } });
  const weights = exportWeights(encoder.weights);
  const cellOf = (path: string): Cell => ({
    kernel: weights[`${path}/kernel`]!.values as Float32Array,
    recurrent: weights[`${path}/recurrent_kernel`]!.values as Float32Array,
    bias: weights[`${path}/bias`]!.values as Float32Array,
    units: 4,
  });
  const embedded = (state: Vector): number[] => denseOf(state, weights['dense-1/kernel']!.values, [0, 0, 0]);
  return { encoder, weights, cellOf, embedded };
}
const series = Array.from({ length: 5 }, (_, t) => drawn(2, 20 + t));

describe('values', () => {
  test.each(['lstm', 'gru'] as const)('of %s, its gates written out', (cell) => {
    const { encoder, cellOf, embedded } = opened({ cell });
    const expected = embedded(forms[cell](series, cellOf(`${cell}-1`)));
    expectClose(valuesOf(encoder.apply([tfc.tensor3d([series])], stepAt(0, false))), expected);
  });
  test.each(['lstm', 'gru'] as const)('of a bidirectional %s: both ways side by side', (cell) => {
    const { encoder, cellOf, embedded } = opened({ cell, bidirectional: true });
    const forward = forms[cell](series, cellOf('bidirectional-1/forward'));
    const backward = forms[cell](series.toReversed(), cellOf('bidirectional-1/backward'));
    expectClose(
      valuesOf(encoder.apply([tfc.tensor3d([series])], stepAt(0, false))),
      embedded([...forward, ...backward]),
    );
  });
  test.each(['lstm', 'gru'] as const)('of text through %s: padding leaves the state alone', (cell) => {
    const text = { ...input('text', [5]), vocabulary: 7 };
    const { encoder, weights, cellOf, embedded } = opened({ cell, tokenDimensions: 2 }, text);
    const table = weights['embedding-1/embeddings']!.values;
    const vectors = (ids: Vector): number[][] => ids.map((id) => [table[2 * id]!, table[2 * id + 1]!]);
    const rows = [[3, 1, 6], [5], [1, 2, 3, 4, 5]];
    const padded = tfc.tensor2d(rows.map((ids) => [...ids, 0, 0, 0, 0].slice(0, 5)), [3, 5], 'int32'); // biome-ignore format: one tensor
    const expected = rows.flatMap((ids) => embedded(forms[cell](vectors(ids), cellOf(`${cell}-1`))));
    expectClose(valuesOf(encoder.apply([padded], stepAt(0, false))), expected);
  });
  test.each([true, false])('of nothing but padding: the bias of the embedding, bidirectional %s', (bidirectional) => {
    const text = { ...input('text', [4]), vocabulary: 7 };
    const { encoder } = opened({ bidirectional }, text);
    const values = valuesOf(encoder.apply([tfc.zeros([1, 4], 'int32')], stepAt(0, false)));
    expect(values.map(Math.abs)).toEqual([0, 0, 0]);
  });
});

test('layers', () => {
  const options = { units: [6, 4], bidirectional: true, batchNormalization: true, dropout: 0.2, normalize: true };
  const { layers } = build(recurrent, [input('sequence', [5, 2])], { options });
  expect(layers.map(({ name, shape }) => `${name} [${shape}]`)).toEqual([
    'bidirectional-1 [5,12]',
    'dropout-1 [5,12]',
    'bidirectional-2 [8]',
    'dropout-2 [8]',
    'batch-normalization-1 [8]',
    'dense-1 [64]',
    'normalize-1 [64]',
  ]);
});

const sequence = [input('sequence', [6, 2])];
const text = [{ ...input('text', [7]), vocabulary: 11 }];
encoderProperties(recurrent, [
  { name: 'lstm', inputs: sequence, options: { units: [5, 4], dimensions: 3 } },
  { name: 'gru', inputs: sequence, options: { cell: 'gru', units: [5], dimensions: 3, dropout: 0.3, normalize: true } },
  { name: 'text, both ways', inputs: text, options: { units: [4], bidirectional: true, tokenDimensions: 3, dimensions: 3 } }, // biome-ignore format: one case
  { name: 'text, gru, two layers', inputs: text, options: { cell: 'gru', units: [4, 4], bidirectional: true, batchNormalization: true, dimensions: 3 }, tolerance: 2e-3 }, // biome-ignore format: one case
]);
smoothGradients(recurrent, {
  name: 'smooth',
  inputs: text,
  options: { units: [4, 3], bidirectional: true, tokenDimensions: 3, dimensions: 3 },
});

test('the defaults', () => {
  expect(defaultsOf(recurrent)).toEqual({
    cell: 'lstm',
    units: [64],
    bidirectional: false,
    tokenDimensions: 32,
    dimensions: 64,
    activation: 'tanh',
    dropout: 0,
    batchNormalization: false,
    normalize: false,
    initializer: 'glorotUniform',
  });
});
