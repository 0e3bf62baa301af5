import { describe, expect, it } from 'vitest';
import { view } from '../../../core/plugin/view.js';
import { mae } from '../../../plugins/losses/mae.js';
import { gradientByScore, pairLoss, pairLossProperties, values } from './pair-loss.js';

describe('mae', () => {
  const of = pairLoss(mae);

  it('is the size of the error, with a gradient of 1 or -1, and 0 where there is none', () => {
    expect(values(of, [3, -1, 2.5], [1, 1, 2.5])).toEqual([2, 2, 0]);
    expect(gradientByScore(of, [3, -1, 2.5], [1, 1, 2.5])).toEqual([1, -1, 0]);
  });

  it('needs values, of real targets', () => {
    expect(view(mae).needs).toEqual({ score: 'value', targets: 'real' });
  });

  pairLossProperties({
    plugin: mae,
    oracle: (s, y) => Math.abs(s - y),
    scores: [-2, -0.5, 0.25, 0.75, 3],
    targets: [1, 0, 0.5, 4, -1],
    range: [-10, 10],
  });
});
