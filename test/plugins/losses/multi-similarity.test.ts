import { describe, expect, it } from 'vitest';
import { multiSimilarity } from '../../../plugins/losses/multi-similarity.js';
import type { Matrix, Vector } from '../numeric.js';
import { anchorsOf, batchLossProperties, cos, mean, onBatch, sum } from './batch-loss.js';

const options = { alpha: 2, beta: 20, base: 0.5, epsilon: null };
const oracle =
  (epsilon: number) =>
  (e: Matrix, labels: Vector): number =>
    mean(
      anchorsOf(labels).map(({ anchor, positives, negatives }) => {
        const c = (i: number): number => cos(e[anchor]!, e[i]!);
        const hardPositives = positives.filter((p) => c(p) - epsilon < Math.max(-Infinity, ...negatives.map(c)));
        const hardNegatives = negatives.filter((n) => c(n) + epsilon > Math.min(Infinity, ...positives.map(c)));
        const all = epsilon === Infinity;
        const pull = sum((all ? positives : hardPositives).map((p) => Math.exp(2 * (0.5 - c(p)))));
        const push = sum((all ? negatives : hardNegatives).map((n) => Math.exp(20 * (c(n) - 0.5))));
        return Math.log(1 + pull) / 2 + Math.log(1 + push) / 20;
      }),
    );

describe('multi-similarity', () => {
  const apart = [[1, 0], [1, 0], [0, 1], [0, 1]]; // biome-ignore format: a table

  it('with its miner costs nothing where groups are apart by more than epsilon, and says so', () => {
    const one = { plugin: multiSimilarity, options: { ...options, epsilon: 0.1 } };
    expect(onBatch(one, { embeddings: apart, labels: [0, 0, 1, 1] })).toMatchObject({
      value: 0,
      monitors: { activeShare: 0 },
    });
    expect(onBatch(one, { embeddings: apart, labels: [0, 1, 0, 1] }).monitors).toEqual({ activeShare: 1 });
  });

  it('without it still costs a little', () => {
    const found = onBatch({ plugin: multiSimilarity, options }, { embeddings: apart, labels: [0, 0, 1, 1] });
    expect(found.value).toBeCloseTo(Math.log(1 + Math.exp(-1)) / 2 + Math.log(1 + 2 * Math.exp(-10)) / 20, 6);
    expect(found.monitors).toEqual({});
  });

  describe('all pairs', () => batchLossProperties({ plugin: multiSimilarity, options, oracle: oracle(Infinity) }));
  describe('mined pairs', () =>
    batchLossProperties({ plugin: multiSimilarity, options: { ...options, epsilon: 0.1 }, oracle: oracle(0.1) }));
});
