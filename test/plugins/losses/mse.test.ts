import { describe, expect, it } from 'vitest';
import { view } from '../../../core/plugin/view.js';
import { mse } from '../../../plugins/losses/mse.js';
import { gradientByScore, pairLoss, pairLossProperties, values } from './pair-loss.js';

describe('mse', () => {
  const of = pairLoss(mse);

  it('is the square of the error, real targets included', () => {
    expect(values(of, [3, -1, 2.5], [1, 1, 2.5])).toEqual([4, 4, 0]);
    expect(gradientByScore(of, [3, -1, 2.5], [1, 1, 2.5])).toEqual([4, -4, 0]);
  });

  it('needs values, of real targets', () => {
    expect(view(mse).needs).toEqual({ score: 'value', targets: 'real' });
  });

  pairLossProperties({
    plugin: mse,
    oracle: (s, y) => (s - y) ** 2,
    scores: [-2, -0.5, 0.25, 0.75, 3],
    targets: [1, 0, 0.5, 4, -1],
    range: [-10, 10],
  });
});
