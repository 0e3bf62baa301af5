import { expect, it } from 'vitest';
import { requireRows } from '../../core/train/batch-rows.js';
import { problemOf } from '../files/problem-of.js';

const rows = (...of: number[]): Int32Array => Int32Array.from(of);
const pool = { size: 5, rightSize: 8 };

it('takes rows of the pool, as many on each side', () => {
  requireRows({ left: rows(0, 4), right: rows(7, 0), target: null }, pool);
  requireRows({ left: rows(0), right: rows(1), target: Float32Array.of(1), weight: Float32Array.of(2) }, pool);
  requireRows({ anchor: rows(1), positive: rows(2), negative: rows(3) }, pool);
  requireRows({ items: rows(4, 4) }, pool);
});

it.each([
  [{ left: rows(0, 5), right: rows(1, 1), target: null }, 'the sampler named the row 5 of left; the pool has the rows 0 to 4'], // biome-ignore format: a table
  [{ left: rows(0), right: rows(8), target: null }, 'the sampler named the row 8 of right; the pool has the rows 0 to 7'], // biome-ignore format: a table
  [{ items: rows(0, -1) }, 'the sampler named the row -1 of items; the pool has the rows 0 to 4'],
  [{ left: rows(0, 1), right: rows(1), target: null }, 'the sampler gave 2 rows of left and 1 of right in one batch'],
  [{ left: rows(0, 1), right: rows(1, 2), target: Float32Array.of(1) }, 'the sampler gave 2 rows and 1 values of target in one batch'], // biome-ignore format: a table
])('tells what a sampler gets wrong', async (given, message) => {
  expect(await problemOf(async () => requireRows(given, pool))).toMatchObject({ code: 'PLUGIN_FAILED', message });
});
