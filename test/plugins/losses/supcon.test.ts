import { describe, expect, it } from 'vitest';
import { supcon } from '../../../plugins/losses/supcon.js';
import { anchorsOf, batchLossProperties, cos, lse, mean, onBatch } from './batch-loss.js';

describe('supcon', () => {
  it('is log of how many are met, minus nothing, where all are alike', () => {
    const alike = [[1, 1], [2, 2], [1, 1], [3, 3]]; // biome-ignore format: a table
    const found = onBatch(
      { plugin: supcon, options: { temperature: 0.1 } },
      { embeddings: alike, labels: [0, 0, 1, 1] },
    );
    expect(found.value).toBeCloseTo(Math.log(3), 6);
  });

  it('counts no anchor that is alone in its group', () => {
    const rows = [[1, 0], [0, 1], [1, 1]]; // biome-ignore format: a table
    const found = onBatch({ plugin: supcon, options: { temperature: 1 } }, { embeddings: rows, labels: [0, 0, 1] });
    const expected = Math.log(1 + Math.exp(Math.SQRT1_2));
    expect(found.value).toBeCloseTo(expected, 6);
  });

  batchLossProperties({
    plugin: supcon,
    options: { temperature: 0.3 },
    oracle: (e, labels) => {
      const anchors = anchorsOf(labels);
      if (!anchors.some(({ negatives }) => negatives.length > 0)) return 0;
      const partnered = anchors.filter(({ positives }) => positives.length > 0);
      return mean(
        partnered.map(({ anchor, positives, negatives }) => {
          const s = (i: number): number => cos(e[anchor]!, e[i]!) / 0.3;
          return lse([...positives, ...negatives].map(s)) - mean(positives.map(s));
        }),
      );
    },
  });
});
