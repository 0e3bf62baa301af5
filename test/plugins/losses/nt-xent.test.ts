import { describe, expect, it } from 'vitest';
import { ntXent } from '../../../plugins/losses/nt-xent.js';
import { anchorsOf, batchLossProperties, cos, mean, onBatch, sum } from './batch-loss.js';

const axes = [[1, 0], [0, 1], [1, 0], [0, 1]]; // biome-ignore format: a table

describe('nt-xent', () => {
  it('is log 2 for a positive and a negative as near as each other, and little for a positive alone nearby', () => {
    const one = { plugin: ntXent, options: { temperature: 1 } };
    // anchors 0 and 1 are a pair at cosine 0, with a negative at 1 and one at 0 each; likewise 2 and 3
    const expected = Math.log(1 + Math.E + 1);
    expect(onBatch(one, { embeddings: axes, labels: [0, 0, 1, 1] }).value).toBeCloseTo(expected, 6);
    expect(onBatch(one, { embeddings: axes, labels: [0, 1, 0, 1] }).value).toBeCloseTo(Math.log(1 + 2 / Math.E), 6);
  });

  it('leaves the other positives of the anchor out: more copies of a positive change nothing', () => {
    const one = { plugin: ntXent, options: { temperature: 0.5 } };
    const two = onBatch(one, { embeddings: axes.slice(0, 3), labels: [0, 1, 0] }).value;
    const three = onBatch(one, { embeddings: [...axes.slice(0, 3), [1, 0]], labels: [0, 1, 0, 0] }).value;
    expect(three).toBeCloseTo(two, 6);
  });

  it('takes impostors of a group for its negatives', () => {
    const one = { plugin: ntXent, options: { temperature: 1 } };
    const batch = { embeddings: axes.slice(0, 3), labels: [0, 0, -1] };
    expect(onBatch(one, batch).value).toBe(0);
    expect(onBatch(one, { ...batch, impostorOf: [-1, -1, 0] }).value).toBeGreaterThan(1);
  });

  batchLossProperties({
    plugin: ntXent,
    options: { temperature: 0.3 },
    oracle: (e, labels) => {
      const anchors = anchorsOf(labels);
      if (!anchors.some(({ negatives }) => negatives.length > 0)) return 0;
      return mean(
        anchors.flatMap(({ anchor, positives, negatives }) => {
          const s = (i: number): number => Math.exp(cos(e[anchor]!, e[i]!) / 0.3);
          return positives.map((p) => -Math.log(s(p) / (s(p) + sum(negatives.map(s)))));
        }),
      );
    },
  });
});
