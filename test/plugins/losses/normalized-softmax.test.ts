import { describe, expect, it } from 'vitest';
import { normalizedSoftmax } from '../../../plugins/losses/normalized-softmax.js';
import type { Matrix } from '../numeric.js';
import { batchLossProperties, cos, lse, mean, onBatch, threeProxies } from './batch-loss.js';

describe('normalized-softmax', () => {
  it('is the cross entropy of cosines over the temperature, whatever the lengths', () => {
    const one = { plugin: normalizedSoftmax, options: { temperature: 0.5 }, weights: { proxies: [[3, 0], [0, 5]] } }; // biome-ignore format: a table
    const { value } = onBatch(one, { embeddings: [[0, 2]], labels: [0] });
    expect(value).toBeCloseTo(Math.log1p(Math.exp(2)), 6);
  });

  batchLossProperties({
    plugin: normalizedSoftmax,
    options: { temperature: 0.3 },
    weights: threeProxies,
    oracle: (e, labels, weights) =>
      mean(
        labels.flatMap((label, i) => {
          if (label < 0) return [];
          const logits = (weights['proxies'] as Matrix).map((proxy) => cos(e[i]!, proxy) / 0.3);
          return [lse(logits) - logits[label]!];
        }),
      ),
  });
});
