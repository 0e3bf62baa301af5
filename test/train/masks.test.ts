import '@tensorflow/tfjs-backend-cpu';
import type { Tensor } from '@tensorflow/tfjs-core';
import * as tfc from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { batchMasks, labelledBatchOf } from '../../core/train/masks.js';

const ids = (values: readonly number[]): Tensor => tfc.tensor1d(values as number[], 'int32'); // [values]
const rows = (mask: Tensor): number[][] => mask.arraySync() as number[][];

describe('labelledBatchOf', () => {
  it('compares the rows of a batch with one another, never with themselves', () => {
    const embeddings = tfc.ones([3, 2]); // [3, 2]
    const batch = labelledBatchOf(embeddings, ids([4, 7, 4]));
    expect(rows(batch.positive)).toEqual([
      [0, 0, 1],
      [0, 0, 0],
      [1, 0, 0],
    ]);
    expect(rows(batch.negative)).toEqual([
      [0, 1, 0],
      [1, 0, 1],
      [0, 1, 0],
    ]);
    expect([batch.references, batch.referenceLabels]).toEqual([batch.embeddings, batch.labels]);
    expect([batch.positive.dtype, batch.negative.dtype]).toEqual(['float32', 'float32']);
  });

  it('knows an item that stands in the batch twice', () => {
    const batch = labelledBatchOf(tfc.ones([3, 2]), ids([4, 4, 4]), { items: ids([10, 11, 10]) });
    expect(rows(batch.positive)).toEqual([
      [0, 1, 0],
      [1, 0, 1],
      [0, 1, 0],
    ]);
    expect(rows(batch.negative)).toEqual([
      [0, 0, 0],
      [0, 0, 0],
      [0, 0, 0],
    ]);
  });

  it('takes an impostor as a negative of its group, a positive of nothing and unknown to all others', () => {
    // rows: two of group 0, one of group 1, two impostors of group 0
    const batch = labelledBatchOf(tfc.ones([5, 2]), ids([0, 0, 1, -1, -1]), { impostorOf: ids([-1, -1, -1, 0, 0]) });
    expect(rows(batch.positive)).toEqual([
      [0, 1, 0, 0, 0],
      [1, 0, 0, 0, 0],
      [0, 0, 0, 0, 0],
      [0, 0, 0, 0, 0],
      [0, 0, 0, 0, 0],
    ]);
    expect(rows(batch.negative)).toEqual([
      [0, 0, 1, 1, 1],
      [0, 0, 1, 1, 1],
      [1, 1, 0, 0, 0],
      [1, 1, 0, 0, 0],
      [1, 1, 0, 0, 0],
    ]);
  });

  it('lets rows without a group meet nothing', () => {
    const batch = labelledBatchOf(tfc.ones([3, 2]), ids([-1, -1, 2]));
    expect(rows(batch.positive).flat().concat(rows(batch.negative).flat())).toEqual(new Array(18).fill(0));
  });

  it('is symmetric, never both, and as two loops over the labels say', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -1, max: 3 }), { minLength: 1, maxLength: 10 }), (labels) => {
        const batch = labelledBatchOf(tfc.ones([labels.length, 1]), ids(labels));
        const expected = (same: boolean) =>
          labels.map((a, i) => labels.map((b, j) => Number(i !== j && a >= 0 && b >= 0 && (a === b) === same)));
        expect(rows(batch.positive)).toEqual(expected(true));
        expect(rows(batch.negative)).toEqual(expected(false));
      }),
      { numRuns: 50 },
    );
  });
});

describe('batchMasks', () => {
  it('compares a batch with the batch and its memory, where the same item and empty places are known', () => {
    const anchors = { labels: ids([0, 1]), items: ids([5, 6]) };
    const references = { labels: ids([0, 1, 0, 0, -1]), items: ids([5, 6, 5, 9, -1]) };
    const { positive, negative } = batchMasks(anchors, references);
    expect(rows(positive)).toEqual([
      [0, 0, 0, 1, 0],
      [0, 0, 0, 0, 0],
    ]);
    expect(rows(negative)).toEqual([
      [0, 1, 0, 0, 0],
      [1, 0, 1, 1, 0],
    ]);
  });

  it('compares with the other tower, where no row is the same item', () => {
    const { positive } = batchMasks({ labels: ids([0, 1]) }, { labels: ids([0, 1, 1]) });
    expect(rows(positive)).toEqual([
      [1, 0, 0],
      [0, 1, 1],
    ]);
  });

  it('is a constant of the gradient', () => {
    const gradient = tfc.grad((x: Tensor) => {
      const { positive } = batchMasks({ labels: ids([0, 0]) }, { labels: ids([0, 1]) });
      return tfc.sum(tfc.mul(positive, x));
    })(tfc.ones([2, 2]));
    expect(rows(gradient)).toEqual([
      [1, 0],
      [1, 0],
    ]);
  });
});
