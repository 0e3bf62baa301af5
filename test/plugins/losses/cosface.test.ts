import { describe, expect, it } from 'vitest';
import { cosface } from '../../../plugins/losses/cosface.js';
import type { Matrix } from '../numeric.js';
import { batchLossProperties, cos, lse, mean, onBatch, threeProxies } from './batch-loss.js';

describe('cosface', () => {
  it('takes the margin from the cosine to the own proxy', () => {
    const one = { plugin: cosface, options: { margin: 0.25, scale: 2 }, weights: { proxies: [[3, 0], [0, 5]] } }; // biome-ignore format: a table
    const { value } = onBatch(one, { embeddings: [[2, 0]], labels: [0] });
    expect(value).toBeCloseTo(Math.log1p(Math.exp(-1.5)), 6);
  });

  batchLossProperties({
    plugin: cosface,
    options: { margin: 0.2, scale: 3 },
    weights: threeProxies,
    oracle: (e, labels, weights) =>
      mean(
        labels.flatMap((label, i) => {
          if (label < 0) return [];
          const logits = (weights['proxies'] as Matrix).map(
            (proxy, group) => 3 * (cos(e[i]!, proxy) - (group === label ? 0.2 : 0)),
          );
          return [lse(logits) - logits[label]!];
        }),
      ),
  });
});
