import { describe, expect, it } from 'vitest';
import { proxyAnchor } from '../../../plugins/losses/proxy-anchor.js';
import type { Matrix } from '../numeric.js';
import { batchLossProperties, cos, mean, onBatch, sum, threeProxies } from './batch-loss.js';

describe('proxy-anchor', () => {
  it('divides the pull by the groups in the batch, the push by all groups', () => {
    const proxies = [[1, 0], [0, 1], [0, -1], [-1, 0]]; // biome-ignore format: a table
    const one = { plugin: proxyAnchor, options: { margin: 0.1, scale: 2 }, weights: { proxies } };
    const { value } = onBatch(one, { embeddings: [[2, 0]], labels: [0] });
    const push = 2 * Math.log1p(Math.exp(0.2)) + Math.log1p(Math.exp(-1.8));
    expect(value).toBeCloseTo(Math.log1p(Math.exp(-1.8)) + push / 4, 6);
  });

  batchLossProperties({
    plugin: proxyAnchor,
    options: { margin: 0.1, scale: 4 },
    weights: threeProxies,
    oracle: (e, labels, weights) => {
      const side = (group: number, own: boolean): number[] =>
        labels.flatMap((label, i) => {
          if (label < 0 || (label === group) !== own) return [];
          const c = cos(e[i]!, (weights['proxies'] as Matrix)[group]!);
          return [Math.exp(4 * (own ? 0.1 - c : c + 0.1))];
        });
      const present = [0, 1, 2].filter((group) => labels.includes(group));
      return (
        mean(present.map((group) => Math.log(1 + sum(side(group, true))))) +
        mean([0, 1, 2].map((group) => Math.log(1 + sum(side(group, false)))))
      );
    },
  });
});
