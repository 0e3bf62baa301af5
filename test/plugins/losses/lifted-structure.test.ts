import { describe, expect, it } from 'vitest';
import { manhattan } from '../../../plugins/distances/manhattan.js';
import { liftedStructure } from '../../../plugins/losses/lifted-structure.js';
import { anchorsOf, apart, batchLossProperties, lse, mean, onBatch } from './batch-loss.js';

describe('lifted-structure', () => {
  const line = [[0], [1], [4]]; // biome-ignore format: a table
  const options = { negativeMargin: 6, positiveMargin: 0.5 };

  it('adds how far the positives and how near the negatives are; an anchor without positives has the negatives alone', () => {
    const { value } = onBatch({ plugin: liftedStructure, options }, { embeddings: line, labels: [0, 0, 1] });
    expect(value).toBeCloseTo((0.5 + 2 + (0.5 + 3) + Math.log(Math.exp(2) + Math.exp(3))) / 3, 5);
  });

  it("measures by the recipe's distance, without normalising", () => {
    const rows = [[0, 0], [1, 2], [9, 9]]; // biome-ignore format: a table
    const one = { plugin: liftedStructure, options: { ...options, negativeMargin: 20 }, distance: manhattan };
    const { value } = onBatch(one, { embeddings: rows, labels: [0, 0, 1] });
    expect(value).toBeCloseTo((2.5 + 2 + 2.5 + 5 + Math.log(Math.exp(2) + Math.exp(5))) / 3, 5);
  });

  batchLossProperties({
    plugin: liftedStructure,
    options: { negativeMargin: 1, positiveMargin: 0.1 },
    oracle: (e, labels) => {
      const anchors = anchorsOf(labels);
      return mean(
        anchors.map(({ anchor, positives, negatives }) => {
          const d = (i: number): number => apart(e[anchor]!, e[i]!);
          return Math.max(0, lse(positives.map((p) => d(p) - 0.1)) + lse(negatives.map((n) => 1 - d(n))));
        }),
      );
    },
  });
});
