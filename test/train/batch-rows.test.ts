import { expect, it } from 'vitest';
import { requireBatches, requireRows } from '../../core/train/batch-rows.js';
import { problemOf } from '../files/problem-of.js';

const rows = (...of: number[]): Int32Array => Int32Array.from(of);
const pool = { size: 5, rightSize: 8 };
const pairs = { ...pool, yields: 'pairs' } as const;
const items = { ...pool, yields: 'labelled-batch' } as const;
const triplets = { ...pool, yields: 'triplets' } as const;

it('takes rows of the pool, as many on each side', () => {
  requireRows({ left: rows(0, 4), right: rows(7, 0), target: null }, pairs);
  requireRows({ left: rows(0), right: rows(1), target: Float32Array.of(1), weight: Float32Array.of(2) }, pairs);
  requireRows({ left: rows(0), right: rows(1), target: Float32Array.of(-3), weight: null }, pairs);
  requireRows({ anchor: rows(1), positive: rows(2), negative: rows(3) }, triplets);
  requireRows({ items: rows(4, 4) }, items);
});

const left = rows(0, 1);
const right = rows(1, 2);
const target = Float32Array.of(1, 0);
it.each([
  [{ left: rows(0, 5), right: rows(1, 1), target: null }, pairs, 'the sampler named the row 5 of left; the pool has the rows 0 to 4'], // biome-ignore format: a table
  [{ left: rows(0), right: rows(8), target: null }, pairs, 'the sampler named the row 8 of right; the pool has the rows 0 to 7'], // biome-ignore format: a table
  [{ items: rows(0, -1) }, items, 'the sampler named the row -1 of items; the pool has the rows 0 to 4'],
  [{ left, right: rows(1), target: null }, pairs, 'the sampler gave 2 rows of left and 1 of right in one batch'],
  [{ left, right, target: Float32Array.of(1) }, pairs, 'the sampler gave 2 rows and 1 values of target in one batch'],
  [{ left, target: null }, pairs, 'the sampler gave no rows of right in a batch: it must be an Int32Array'],
  [{ left: [0, 1], right, target: null }, pairs, 'the sampler gave no rows of left in a batch: it must be an Int32Array'], // biome-ignore format: a table
  [undefined, triplets, 'the sampler gave no rows of anchor in a batch: it must be an Int32Array'],
  [{ left: rows(), right: rows(), target: null }, pairs, 'the sampler gave an empty batch'],
  [{ items: rows() }, items, 'the sampler gave an empty batch'],
  [{ left, right }, pairs, 'the sampler gave no target in a batch: it must be a Float32Array or null'],
  [{ left, right, target: Float32Array.of(1, Number.NaN) }, pairs, 'the sampler gave the target NaN in a batch: it must be a finite number'], // biome-ignore format: a table
  [{ left, right, target, weight: Float32Array.of(Infinity, 1) }, pairs, 'the sampler gave the weight Infinity in a batch: it must be a finite number'], // biome-ignore format: a table
])('tells what a sampler gets wrong: %#', async (given, of, message) => {
  expect(await problemOf(async () => requireRows(given as never, of))).toMatchObject({
    code: 'PLUGIN_FAILED',
    message,
  });
});

it.each([
  [undefined, 'the sampler gave nothing: sample must return { count, batch }'],
  [{ count: 2.5, batch: () => null }, 'the sampler gave the count 2.5: sample must return { count, batch }'],
  [{ count: 3 }, 'the sampler gave the count 3: sample must return { count, batch }'],
])('tells what is no batches: %#', async (given, message) => {
  expect(await problemOf(async () => requireBatches(given as never))).toMatchObject({ code: 'PLUGIN_FAILED', message });
});
