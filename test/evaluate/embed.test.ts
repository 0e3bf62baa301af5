import '@tensorflow/tfjs-backend-cpu';
import * as tfc from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Input, Step } from '../../core/contract/index.js';
import type { ItemSet, Side } from '../../core/data/item-set.js';
import { registerUniform } from '../../core/engine/step-random.js';
import { baselineDistance, rawInput, rawInputProblem } from '../../core/evaluate/baselines.js';
import { type Embedder, embedItems, gatherVectors } from '../../core/evaluate/embed.js';
import { euclidean } from '../../plugins/distances/euclidean.js';
import { bound } from './distances.js';
import { itemSet } from './sets.js';

const input = (name: string, shape: readonly number[], more: Partial<Input> = {}): Input => ({
  name,
  kind: 'vector',
  shape,
  dtype: 'float32',
  vocabulary: null,
  ...more,
});
const inputs = [input('position', [2]), input('image', [1, 2, 1], { kind: 'image' })];
/** Item i has position (i, i + 1) and image (10 i, 20 i). */
const side = (size: number, gathered: number[] = []): Side => ({
  size,
  key: String,
  gather(rows) {
    gathered.push(rows.length);
    return {
      position: Float32Array.from([...rows].flatMap((row) => [row, row + 1])),
      image: Float32Array.from([...rows].flatMap((row) => [10 * row, 20 * row])),
    };
  },
});
const items = (left: Side, right = left): ItemSet => ({ ...itemSet({}), left, right });
/** -> (sum of the position, sum of the image) */
const sums = (steps: Step[] = []): Embedder => ({
  inputs,
  dimensions: 2,
  apply([position, image], step) {
    steps.push(step);
    expect([position!.shape.slice(1), image!.shape.slice(1)]).toEqual([[2], [1, 2, 1]]);
    return tfc.stack([tfc.sum(position!, 1), tfc.sum(image!, [1, 2, 3])], 1);
  },
});

beforeAll(async () => {
  registerUniform('cpu');
  await tfc.setBackend('cpu');
});
const before = tfc.memory().numTensors;
afterAll(() => expect(tfc.memory().numTensors).toBe(before));

describe('embedItems', () => {
  it('embeds every item in order, block by block, outside training', async () => {
    const gathered: number[] = [];
    const steps: Step[] = [];
    const encoder = sums(steps);
    const { left, right } = await embedItems(items(side(1200, gathered)), { left: encoder, right: encoder });
    expect(gathered).toEqual([512, 512, 176]);
    expect(left).toEqual({
      size: 1200,
      dimensions: 2,
      values: Float32Array.from({ length: 2400 }, (_, i) => (i % 2 === 0 ? i + 1 : 30 * ((i - 1) / 2))),
    });
    expect(right).toBe(left);
    expect(steps.every(({ training }) => !training)).toBe(true);
  });

  it('embeds two tables, or one table by two towers, twice', async () => {
    const [one, other] = [sums(), { ...sums(), dimensions: 1, apply: (tensors: tfc.Tensor[]) => tfc.sum(tensors[0]!, 1, true) }]; // biome-ignore format: one case
    const two = await embedItems(items(side(2), side(3)), { left: one, right: one });
    expect([two.left.values, two.right.values]).toEqual([Float32Array.of(1, 0, 3, 30), Float32Array.of(1, 0, 3, 30, 5, 60)]); // biome-ignore format: one case
    const towers = await embedItems(items(side(2)), { left: one, right: other });
    expect([towers.left.values, towers.right.values]).toEqual([Float32Array.of(1, 0, 3, 30), Float32Array.of(1, 3)]);
  });

  it('gives the same at every call, whatever is drawn', async () => {
    const noisy: Embedder = {
      ...sums(),
      apply: ([position], { random }) => tfc.add(position!, random.uniform(position!.shape)),
    };
    const values = async () => (await embedItems(items(side(4)), { left: noisy, right: noisy })).left.values;
    expect(await values()).toEqual(await values());
  });

  it('embeds no items as none', async () => {
    expect((await embedItems(items(side(0)), { left: sums(), right: sums() })).left).toEqual({ values: new Float32Array(), size: 0, dimensions: 2 }); // biome-ignore format: one case
  });
});

describe('gatherVectors', () => {
  it('takes rows in any order, some twice', () => {
    const vectors = { values: Float32Array.of(1, 2, 3, 4, 5, 6), size: 3, dimensions: 2 };
    const rows = gatherVectors(vectors, Int32Array.of(2, 0, 2));
    expect(rows.arraySync()).toEqual([[5, 6], [1, 2], [5, 6]]); // biome-ignore format: a table
    rows.dispose();
  });
});

describe('the raw input', () => {
  it('is all numbers of an item, one input after another', async () => {
    const raw = rawInput(inputs);
    expect(raw.dimensions).toBe(4);
    const { left } = await embedItems(items(side(3)), { left: raw, right: raw });
    expect([...left.values]).toEqual([0, 1, 0, 0, 1, 2, 10, 20, 2, 3, 20, 40]);
  });

  it('cannot be compared across tables, nor where it is ids', () => {
    expect(rawInputProblem(inputs, inputs)).toBeNull();
    expect(rawInputProblem(inputs, [...inputs])).toBe('raw-input is left out: the two sides have different fields');
    const named = [...inputs, input('name', [8], { kind: 'text', dtype: 'int32', vocabulary: 40 })];
    expect(rawInputProblem(named, named)).toBe('raw-input is left out: field "name" is text');
  });

  it('is measured by the distance of the run, unless that has weights for embeddings alone', () => {
    const [own, plain] = [bound(euclidean), bound(euclidean)];
    expect(baselineDistance(own, false, plain)).toBe(own);
    expect(baselineDistance(own, true, plain)).toBe(plain);
  });
});
