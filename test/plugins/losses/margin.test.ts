import { describe, expect, it } from 'vitest';
import { margin } from '../../../plugins/losses/margin.js';
import type { Matrix, Vector } from '../numeric.js';
import { anchorsOf, apart, batchLossProperties, onBatch, type WeightRows } from './batch-loss.js';

const options = { margin: 0.2, boundary: 1.1, learned: 'none', boundaryPenalty: 0 } as const;

/** Over triplets, as the paper has it. */
const oracle =
  (boundaryOf: (weights: WeightRows, label: number) => number, penalty = 0, perGroup = false) =>
  (e: Matrix, labels: Vector, weights: WeightRows): number => {
    let [cost, count, paid] = [0, 0, 0];
    for (const { anchor, positives, negatives } of anchorsOf(labels)) {
      const b = boundaryOf(weights, labels[anchor]!);
      for (const p of positives) {
        for (const n of negatives) {
          const pull = Math.max(0, apart(e[anchor]!, e[p]!) - b + 0.2);
          const push = Math.max(0, b - apart(e[anchor]!, e[n]!) + 0.2);
          cost += pull + push;
          count += Number(pull > 0) + Number(push > 0);
          paid += b;
        }
      }
    }
    const regular = perGroup ? (count === 0 ? 0 : paid / count) : boundaryOf(weights, 0);
    return (count === 0 ? 0 : cost / count) + penalty * regular;
  };

describe('margin', () => {
  it('divides by the terms above 0, each pair counting once for each triplet that it is in', () => {
    const line = [[0], [1.5], [2.5], [9]]; // biome-ignore format: a table
    const { value, monitors } = onBatch({ plugin: margin, options }, { embeddings: line, labels: [0, 0, 1, 2] });
    // anchors 0 and 1.5: pull 1.5 - 1.1 + 0.2 = 0.6, twice each; push of 1.5 by 2.5: 1.1 - 1 + 0.2 = 0.3, once
    expect(value).toBeCloseTo((4 * 0.6 + 0.3) / 5, 5);
    expect(monitors['activeShare']).toBeCloseTo(5 / 8, 6);
  });

  it('shows where a learned boundary stands', () => {
    const one = { plugin: margin, options: { ...options, learned: 'per-group' }, weights: { boundary: [1, 2] } };
    expect(onBatch(one, { embeddings: [[0], [1]], labels: [0, 1] }).monitors['boundary']).toBeCloseTo(1.5, 6);
  });

  it('without triplets leaves a learned boundary where it is', () => {
    const one = { plugin: margin, options: { ...options, learned: 'one' }, weights: { boundary: [1.1] } };
    const found = onBatch(one, { embeddings: [[0], [1]], labels: [0, 0] });
    expect(found.value).toBe(0);
    expect(found.byWeights['boundary']!.map(Math.abs)).toEqual([0]);
  });

  const plugin = margin;
  describe('fixed', () => batchLossProperties({ plugin, options, oracle: oracle(() => 1.1) }));
  describe('one learned boundary', () =>
    batchLossProperties({
      plugin,
      options: { ...options, learned: 'one' },
      weights: { boundary: [1.05] },
      oracle: oracle(({ boundary }) => boundary![0] as number),
    }));
  describe('a boundary for each group', () =>
    batchLossProperties({
      plugin,
      options: { ...options, learned: 'per-group', boundaryPenalty: 0.1 },
      weights: { boundary: [1, 1.3, 0.9] },
      oracle: oracle(({ boundary }, label) => boundary![label] as number, 0.1, true),
    }));
});
