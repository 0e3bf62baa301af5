import { describe, expect, it } from 'vitest';
import { negativeDot } from '../../../plugins/distances/negative-dot.js';
import { nPairs } from '../../../plugins/losses/n-pairs.js';
import { anchorsOf, batchLossProperties, dot, mean, onBatch, sum } from './batch-loss.js';

describe('n-pairs', () => {
  it('is on dot products as they are, not on cosines', () => {
    const rows = [[2, 0], [3, 0], [0, 5]]; // biome-ignore format: a table
    const found = onBatch({ plugin: nPairs, options: { regularization: 0 } }, { embeddings: rows, labels: [0, 0, 1] });
    expect(found.value).toBeCloseTo(Math.log(1 + Math.exp(-6)), 6);
  });

  it('adds the mean squared length', () => {
    const rows = [[2, 0], [3, 0]]; // biome-ignore format: a table
    const found = onBatch({ plugin: nPairs, options: { regularization: 0.1 } }, { embeddings: rows, labels: [0, 0] });
    expect(found.value).toBeCloseTo(0.65, 6);
  });

  batchLossProperties({
    plugin: nPairs,
    distance: negativeDot,
    options: { regularization: 0 },
    oracle: (e, labels) => {
      const anchors = anchorsOf(labels);
      return mean(
        anchors.flatMap(({ anchor, positives, negatives }) => {
          const s = (i: number): number => dot(e[anchor]!, e[i]!);
          return positives.map((p) => Math.log(1 + sum(negatives.map((n) => Math.exp(s(n) - s(p))))));
        }),
      );
    },
  });
});
