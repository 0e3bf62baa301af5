import { describe, expect, it } from 'vitest';
import { circle } from '../../../plugins/losses/circle.js';
import type { Matrix, Vector } from '../numeric.js';
import { anchorsOf, batchLossProperties, cos, lse, mean, onBatch } from './batch-loss.js';

const rows = [[1, 0], [1, 0], [0, 1]]; // biome-ignore format: a table

describe('circle', () => {
  it('is softplus of where a positive at 1 and a negative at 0 stand, counting only anchors that have both', () => {
    const found = onBatch(
      { plugin: circle, options: { margin: 0.25, scale: 4 } },
      { embeddings: rows, labels: [0, 0, 1] },
    );
    // -4*(1.25 - 1)*(1 - 0.75) + 4*(0 + 0.25)*(0 - 0.25)
    expect(found.value).toBeCloseTo(Math.log1p(Math.exp(-0.5)), 6);
  });

  it('takes its weights for constants of the gradient', () => {
    const [a, p, n] = [[1, 0], [0.6, 0.8], [0, 1]]; // biome-ignore format: a table
    const one = { plugin: circle, options: { margin: 0.25, scale: 4 } };
    const { gradient } = onBatch(one, { embeddings: [a!, p!, n!], labels: [0, 0, 1] });
    const [pull, push] = [-4 * (1.25 - 0.6) * (0.6 - 0.75), (c: number) => 4 * (c + 0.25) * (c - 0.25)];
    const slope = (x: number): number => 1 / (1 + Math.exp(-x)) / 2; // mean over two anchors
    const [bya, byp] = [slope(pull + push(0)), slope(pull + push(0.8))];
    // d cos(p, n) / dn = (p - n*0.8), by the second anchor; the first anchor's n is at right angles: a
    const expected = [byp * 4 * 1.05 * 0.6 + bya * 4 * 0.25 * 1, 0];
    expect(gradient[4]).toBeCloseTo(expected[0]!, 5);
    expect(gradient[5]).toBeCloseTo(expected[1]!, 5);
  });

  // The gradient of the formula without its weights' gradient: they are computed once, where the differences are taken.
  const start = new WeakMap<Vector, Matrix>();
  batchLossProperties({
    plugin: circle,
    options: { margin: 0.25, scale: 4 },
    oracle: (e, labels) => {
      if (!start.has(labels)) start.set(labels, e);
      const fixed = start.get(labels)!;
      const both = anchorsOf(labels).filter(({ positives, negatives }) => positives.length * negatives.length > 0);
      return mean(
        both.map(({ anchor, positives, negatives }) => {
          const c = (i: number, of = e): number => cos(of[anchor]!, of[i]!);
          const pull = positives.map((p) => -4 * Math.max(0, 1.25 - c(p, fixed)) * (c(p) - 0.75));
          const push = negatives.map((n) => 4 * Math.max(0, c(n, fixed) + 0.25) * (c(n) - 0.25));
          return Math.log1p(Math.exp(lse(pull) + lse(push)));
        }),
      );
    },
  });
});
