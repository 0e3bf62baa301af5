import '@tensorflow/tfjs-backend-cpu';
import * as tfc from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PairBlock, PairTable } from '../../core/contract/index.js';
import { distanceScorer, type Scorer, scoreBlocks } from '../../core/evaluate/score.js';
import { euclidean } from '../../plugins/distances/euclidean.js';
import { bound } from './distances.js';
import { pairTable } from './sets.js';

const line = (values: readonly number[]) => ({ values: Float32Array.from(values), size: values.length, dimensions: 1 });
async function blocksOf(pairs: PairTable, scorer: Scorer, embedded = { left: line([1, 2]), right: line([4, 8, 2]) }) {
  const blocks: PairBlock[] = [];
  for await (const block of scoreBlocks(embedded, pairs, scorer)) blocks.push(block);
  return blocks;
}

beforeAll(async () => {
  await tfc.setBackend('cpu');
});
const before = tfc.memory().numTensors;
afterAll(() => expect(tfc.memory().numTensors).toBe(before));

describe('scoreBlocks', () => {
  const pairs = pairTable([[0, 1, 1], [1, 2, 0], [1, 0, 0.5]]); // biome-ignore format: a table

  it('gives the distance as the score, and its opposite as the closeness', async () => {
    const [block] = await blocksOf({ ...pairs, weight: Float32Array.of(1, 2, 3) }, distanceScorer(bound(euclidean)));
    expect(block).toEqual({
      score: Float32Array.of(7, 0, 2),
      closeness: Float32Array.of(-7, 0, -2),
      target: pairs.target,
      weight: Float32Array.of(1, 2, 3),
      left: pairs.left,
      right: pairs.right,
    });
    expect(Object.is(block!.closeness[1], 0)).toBe(true);
  });

  it('gives a value or logit as both', async () => {
    const product: Scorer = { produces: 'logit', score: (left, right) => tfc.sum(tfc.mul(left, right), 1) };
    const [block] = await blocksOf(pairs, product);
    expect(block!.score).toEqual(Float32Array.of(8, 4, 8));
    expect(block!.closeness).toEqual(block!.score);
    expect(block!.weight).toEqual(Float32Array.of(1, 1, 1));
  });

  it('scores many pairs block by block, in order', async () => {
    const many = pairTable(Array.from({ length: 9000 }, (_, i) => [i % 2, i % 3, i % 2]));
    const blocks = await blocksOf(many, distanceScorer(bound(euclidean)));
    expect(blocks.map(({ target }) => target.length)).toEqual([4096, 4096, 808]);
    const scores = blocks.flatMap(({ score }) => [...score]);
    expect(scores).toEqual(Array.from({ length: 9000 }, (_, i) => Math.abs([1, 2][i % 2]! - [4, 8, 2][i % 3]!)));
    expect(blocks.flatMap(({ left }) => [...left])).toEqual([...many.left]);
  });

  it('gives nothing of no pairs', async () => {
    expect(await blocksOf(pairTable([]), distanceScorer(bound(euclidean)))).toEqual([]);
  });
});
