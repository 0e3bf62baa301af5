import { describe, expect, it } from 'vitest';
import { check } from '../../../core/plugin/check.js';
import type { Schema } from '../../../core/plugin/schema.js';
import { view } from '../../../core/plugin/view.js';
import { cosine } from '../../../plugins/distances/cosine.js';
import { cosineEmbedding } from '../../../plugins/losses/cosine-embedding.js';
import { openDistance } from '../distances/properties.js';
import { expectClose, gradientsOf, matrix, vector } from '../numeric.js';
import { gradientByScore, pairLoss, pairLossProperties, values } from './pair-loss.js';

describe('cosine-embedding', () => {
  const of = pairLoss(cosineEmbedding, { margin: 0.25 });

  it('costs 1 - cos for same pairs and what exceeds the margin for different ones', () => {
    // cosines 1, 0, -1 of same pairs; 1, 0.5, 0.25, -1 of different ones
    expect(values(of, [0, 1, 2, 0, 0.5, 0.75, 2], [1, 1, 1, 0, 0, 0, 0])).toEqual([0, 1, 2, 0.75, 0.25, 0, 0]);
    expect(gradientByScore(of, [0.5, 0.5, 2], [1, 0, 0])).toEqual([1, -1, 0]);
  });

  it('has a finite gradient for coincident and for zero vectors', () => {
    const distance = openDistance(cosine);
    const [l, r] = [
      matrix([
        [1, 2],
        [1, 2],
        [0, 0],
      ]),
      matrix([
        [1, 2],
        [2, 4],
        [1, 0],
      ]),
    ];
    for (const gradient of gradientsOf((a, b) => of(distance.between(a, b), vector([1, 0, 1])), [l, r])) {
      expectClose(gradient, [0, 0, 0, 0, 0, 0], 1e-6);
    }
  });

  it('presumes the cosine distance; its margin is a cosine, not a distance', () => {
    expect(view(cosineEmbedding).needs).toEqual({ score: 'distance', distance: 'cosine', targets: 'binary' });
    expect(check(cosineEmbedding.options as Schema, {}).value).toEqual({ margin: 0 });
    expect(check(cosineEmbedding.options as Schema, { margin: -0.5 }).mistakes).toEqual([]);
    expect(check(cosineEmbedding.options as Schema, { margin: 1 }).mistakes.map(({ kind }) => kind)).toEqual(['range']);
  });

  pairLossProperties({
    plugin: cosineEmbedding,
    options: { margin: 0.25 },
    oracle: (d, y) => y * d + (1 - y) * Math.max(0, 1 - d - 0.25),
    scores: [0.125, 1, 2, 0.125, 0.5, 1.5],
    targets: [1, 1, 1, 0, 0, 0],
    range: [0, 2],
  });
});
