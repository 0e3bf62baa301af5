import { describe, expect, it } from 'vitest';
import { arcface } from '../../../plugins/losses/arcface.js';
import type { Matrix } from '../numeric.js';
import { batchLossProperties, cos, lse, mean, onBatch, threeProxies } from './batch-loss.js';

const at = (angle: number): number[] => [Math.cos(angle), Math.sin(angle)];
const proxies = [at(0), at(Math.PI / 2)];
const widened = (t: number, m: number): number => (t <= Math.PI - m ? Math.cos(t + m) : Math.cos(t) - m * Math.sin(m));

describe('arcface', () => {
  it('adds the margin to the angle to the own proxy', () => {
    const one = { plugin: arcface, options: { margin: 0.5, scale: 2 }, weights: { proxies } };
    for (const t of [0.2, 1, 2.9]) {
      const { value } = onBatch(one, { embeddings: [at(t).map((x) => 7 * x)], labels: [0] });
      expect(value).toBeCloseTo(Math.log1p(Math.exp(2 * (Math.sin(t) - widened(t, 0.5)))), 5);
    }
  });

  it('is exact, with a gradient, close to its proxy; on it the gradient is finite', () => {
    const one = { plugin: arcface, options: { margin: 0.5, scale: 2 }, weights: { proxies } };
    const near = onBatch(one, { embeddings: [at(1e-4)], labels: [0] });
    const lead = 2 * (Math.sin(1e-4) - Math.cos(0.5001));
    expect(near.gradient[1]).toBeCloseTo((1 / (1 + Math.exp(-lead))) * 2 * (1 + Math.sin(0.5001)), 3);
    const on = onBatch(one, { embeddings: [at(0)], labels: [0] });
    expect(on.gradient.every(Number.isFinite)).toBe(true);
  });

  batchLossProperties({
    plugin: arcface,
    options: { margin: 0.4, scale: 3 },
    weights: threeProxies,
    oracle: (e, labels, weights) =>
      mean(
        labels.flatMap((label, i) => {
          if (label < 0) return [];
          const angles = (weights['proxies'] as Matrix).map((proxy) => Math.acos(cos(e[i]!, proxy)));
          const logits = angles.map((t, group) => 3 * (group === label ? widened(t, 0.4) : Math.cos(t)));
          return [lse(logits) - logits[label]!];
        }),
      ),
  });
});
