import { describe, expect, it } from 'vitest';
import { check } from '../../../core/plugin/check.js';
import type { Schema } from '../../../core/plugin/schema.js';
import { view } from '../../../core/plugin/view.js';
import { euclidean } from '../../../plugins/distances/euclidean.js';
import { contrastive } from '../../../plugins/losses/contrastive.js';
import { openDistance } from '../distances/properties.js';
import { expectClose, gradientsOf, matrix, vector } from '../numeric.js';
import { gradientByScore, pairLoss, pairLossProperties, values } from './pair-loss.js';

describe('contrastive', () => {
  const of = pairLoss(contrastive, { margin: 1 });

  it('pulls same pairs by d^2 and pushes different ones by (margin - d)^2 up to the margin', () => {
    expect(values(of, [0.5, 3, 0.5, 1, 3], [1, 1, 0, 0, 0])).toEqual([0.25, 9, 0.25, 0, 0]);
    expect(gradientByScore(of, [0.5, 3, 0.5, 1, 3], [1, 1, 0, 0, 0])).toEqual([1, 6, -1, 0, 0]);
  });

  it('does not move coincident points that are the same, nor explode for those that differ', () => {
    const distance = openDistance(euclidean);
    const points = [
      [1, 2],
      [1, 2],
    ];
    const [byLeft] = gradientsOf(
      (l, r) => of(distance.between(l, r), vector([1, 0])),
      [matrix(points), matrix(points)],
    );
    expect(byLeft!.map(Math.abs)).toEqual([0, 0, 0, 0]);
  });

  it('scales with the units of the distance: all twice as large costs four times as much', () => {
    const doubled = pairLoss(contrastive, { margin: 2 });
    const [d, y] = [
      [0.1, 0.4, 0.9, 1.3],
      [1, 0, 0, 1],
    ];
    expectClose(
      values(
        doubled,
        d.map((x) => 2 * x),
        y,
      ),
      values(of, d, y).map((x) => 4 * x),
      1e-6,
    );
  });

  it('needs distances, binary targets and a margin in the units of the distance', () => {
    expect(view(contrastive).needs).toEqual({ score: 'distance', margins: ['margin'], targets: 'binary' });
    expect(check(contrastive.options as Schema, {}).value).toEqual({ margin: 1 });
    expect(check(contrastive.options as Schema, { margin: 0 }).mistakes.map(({ kind }) => kind)).toEqual(['range']);
  });

  pairLossProperties({
    plugin: contrastive,
    options: { margin: 0.75 },
    oracle: (d, y) => y * d ** 2 + (1 - y) * Math.max(0, 0.75 - d) ** 2,
    scores: [0, 0.25, 0.5, 1.5, 0, 0.125, 0.7, 2],
    targets: [1, 1, 1, 1, 0, 0, 0, 0],
    range: [0, 4],
  });
});
