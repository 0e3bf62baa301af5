import { describe, expect, it } from 'vitest';
import { view } from '../../../core/plugin/view.js';
import { bce } from '../../../plugins/losses/bce.js';
import { expectClose } from '../numeric.js';
import { gradientByScore, pairLoss, pairLossProperties, values } from './pair-loss.js';

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

describe('bce', () => {
  const of = pairLoss(bce);

  it('costs ln 2 for a logit of 0, with gradient p - y', () => {
    expectClose(values(of, [0, 0], [1, 0]), [Math.LN2, Math.LN2], 1e-7);
    expectClose(gradientByScore(of, [0, 0, 2], [1, 0, 1]), [-0.5, 0.5, sigmoid(2) - 1], 1e-7);
  });

  it('stays finite for logits that overflow an exponential, and keeps its digits where it is small', () => {
    expect(values(of, [200, -200, 200, -200], [1, 0, 0, 1])).toEqual([0, 0, 200, 200]);
    expectClose(gradientByScore(of, [200, -200, 200, -200], [1, 0, 0, 1]), [0, 0, 1, -1], 1e-7);
    const small = Math.log1p(Math.exp(-12));
    expectClose(
      values(of, [12, -12], [1, 0]).map((value) => value / small),
      [1, 1],
      1e-3,
    );
  });

  it('is least where the probability is a graded target', () => {
    for (const target of [0.1, 0.5, 0.8]) {
      const logit = Math.log(target / (1 - target));
      expectClose(gradientByScore(of, [logit], [target]), [0], 1e-6);
    }
  });

  it('costs the same when score and target are both turned round', () => {
    const logits = [-3, -0.5, 0.25, 4];
    expect(values(of, logits, [1, 1, 1, 1])).toEqual(
      values(
        of,
        logits.map((x) => -x),
        [0, 0, 0, 0],
      ),
    );
  });

  it('needs logits, and takes graded targets', () => {
    expect(view(bce).needs).toEqual({ score: 'logit', targets: 'graded' });
  });

  pairLossProperties({
    plugin: bce,
    oracle: (x, y) => -y * Math.log(sigmoid(x)) - (1 - y) * Math.log(1 - sigmoid(x)),
    scores: [-6, -1, 0, 0.5, 2, 6, -2, 3],
    targets: [0, 1, 0, 1, 0, 1, 0.25, 0.75],
    range: [-120, 120],
  });
});
