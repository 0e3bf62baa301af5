import { describe, expect, it } from 'vitest';
import { fastAp } from '../../../plugins/losses/fast-ap.js';
import { expectClose } from '../numeric.js';
import { anchorsOf, batchLossProperties, cos, mean, onBatch, sum } from './batch-loss.js';

const at = (degrees: number): number[] => [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];

describe('fast-ap', () => {
  it('is 0 where every positive comes before every negative, and about a half where it comes after one', () => {
    const one = { plugin: fastAp, options: { bins: 4 } };
    const good = onBatch(one, { embeddings: [at(0), at(0), at(180), at(180)], labels: [0, 0, 1, 1] });
    expect(good.value).toBeCloseTo(0, 6);
    const late = onBatch(one, { embeddings: [at(0), at(180), at(0)], labels: [0, 0, 1] });
    expect(late.value).toBeCloseTo(mean([1 - 1 / 2, 1 - 1 / 2]), 6);
  });

  it('takes a distance on an edge, up to rounding, for the beginning of the next bin', () => {
    const one = { plugin: fastAp, options: { bins: 10 } }; // 70 and 160 degrees: squared distance 2, edge 5
    const labels = [0, 0, 1, 1];
    const exact = onBatch(one, { embeddings: [at(0), at(50), at(70), at(160)], labels });
    const beyond = onBatch(one, { embeddings: [at(0), at(50), at(70), at(160.001)], labels });
    expectClose(exact.gradient, beyond.gradient, 1e-3);
  });

  batchLossProperties({
    plugin: fastAp,
    options: { bins: 7 },
    oracle: (e, labels) => {
      const partnered = anchorsOf(labels).filter(({ positives }) => positives.length > 0);
      return mean(
        partnered.map(({ anchor, positives, negatives }) => {
          const share = (edge: number) => (i: number) =>
            Math.max(0, 1 - Math.abs(2 - 2 * cos(e[anchor]!, e[i]!) - (4 * edge) / 7) * (7 / 4));
          let [matches, all, precision] = [0, 0, 0];
          for (let edge = 0; edge <= 7; edge++) {
            const here = sum(positives.map(share(edge)));
            matches += here;
            all += here + sum(negatives.map(share(edge)));
            if (all > 0) precision += (here * matches) / all;
          }
          return 1 - precision / positives.length;
        }),
      );
    },
  });
});
