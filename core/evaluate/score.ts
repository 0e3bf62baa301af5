import * as tfc from '@tensorflow/tfjs-core';
import type { BoundDistance, PairBlock, PairTable, Score } from '../contract/index.js';
import { type EmbeddedItems, evaluationStep, gatherVectors } from './embed.js';

/** How two vectors become a score: the network's head, or a plain distance. */
export interface Scorer {
  readonly produces: Score;
  /** [pairs, dimensions] twice -> [pairs] */
  score(left: tfc.Tensor, right: tfc.Tensor, step: ReturnType<typeof evaluationStep>): tfc.Tensor;
}

export const distanceScorer = (distance: BoundDistance): Scorer => ({
  produces: 'distance',
  score: (left, right) => distance.between(left, right), // [pairs]
});

const BLOCK = 4096;

/** Scores the pairs, block by block. */
export async function* scoreBlocks(embedded: EmbeddedItems, pairs: PairTable, scorer: Scorer): AsyncGenerator<PairBlock> {
  const sign = scorer.produces === 'distance' ? -1 : 1;
  for (let start = 0; start < pairs.left.length; start += BLOCK) {
    const left = pairs.left.subarray(start, start + BLOCK);
    const right = pairs.right.subarray(start, start + BLOCK);
    const scores = tfc.tidy(() =>
      scorer.score(gatherVectors(embedded.left, left), gatherVectors(embedded.right, right), evaluationStep(0)), // [block]
    );
    const score = (await scores.data()) as Float32Array;
    scores.dispose();
    yield {
      closeness: score.map((value) => sign * value),
      score,
      target: pairs.target.subarray(start, start + BLOCK),
      weight: pairs.weight?.subarray(start, start + BLOCK) ?? new Float32Array(left.length).fill(1),
      left,
      right,
    };
  }
}
