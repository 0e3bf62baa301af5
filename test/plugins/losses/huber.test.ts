import { describe, expect, it } from 'vitest';
import { check } from '../../../core/plugin/check.js';
import type { Schema } from '../../../core/plugin/schema.js';
import { view } from '../../../core/plugin/view.js';
import { huber } from '../../../plugins/losses/huber.js';
import { mse } from '../../../plugins/losses/mse.js';
import { gradientByScore, pairLoss, pairLossProperties, values } from './pair-loss.js';

describe('huber', () => {
  const of = pairLoss(huber, { delta: 2 });

  it('is half the square up to delta, and a straight line of slope delta beyond', () => {
    // errors 1, 2 (the corner), 5, -5, 0
    expect(values(of, [1, 2, 5, -5, 0], [0, 0, 0, 0, 0])).toEqual([0.5, 2, 8, 8, 0]);
    expect(gradientByScore(of, [1, 2, 5, -5, 0], [0, 0, 0, 0, 0])).toEqual([1, 2, 2, -2, 0]);
  });

  it('is half of mse while no error exceeds delta', () => {
    const [scores, targets] = [
      [0.5, -1, 1.75],
      [0, 0.5, 1],
    ];
    const halves = values(pairLoss(mse), scores, targets).map((value) => value / 2);
    expect(values(pairLoss(huber, { delta: 100 }), scores, targets)).toEqual(halves);
  });

  it('needs values, of real targets, and a delta above 0', () => {
    expect(view(huber).needs).toEqual({ score: 'value', targets: 'real' });
    expect(check(huber.options as Schema, {}).value).toEqual({ delta: 1 });
    expect(check(huber.options as Schema, { delta: 0 }).mistakes.map(({ kind }) => kind)).toEqual(['range']);
  });

  pairLossProperties({
    plugin: huber,
    options: { delta: 0.5 },
    oracle: (s, y) => (Math.abs(s - y) <= 0.5 ? (s - y) ** 2 / 2 : 0.5 * (Math.abs(s - y) - 0.25)),
    scores: [-2, -0.25, 0.25, 0.75, 3, 0.375],
    targets: [1, 0, 0.5, 4, -1, 0],
    range: [-10, 10],
  });
});
