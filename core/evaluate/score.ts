import * as tfc from '@tensorflow/tfjs-core';
import type { BoundDistance, PairBlock, PairTable, Score, Step } from '../contract/index.js';
import { type EmbeddedItems, evaluationStep, gatherVectors } from './embed.js';

/** How two vectors become a score: the network's head, or a plain distance. */
export interface Scorer {
  readonly produces: Score;
  /** [pairs, dimensions] twice -> [pairs] */
  score(left: tfc.Tensor, right: tfc.Tensor, step: Step): tfc.Tensor;
}

export const distanceScorer = (distance: BoundDistance): Scorer => ({
  produces: 'distance',
  score: (left, right) => distance.between(left, right), // [pairs]
});

const BLOCK = 4096;

/** Scores the pairs, block by block. */
export async function* scoreBlocks(
  embedded: EmbeddedItems,
  pairs: PairTable,
  scorer: Scorer,
): AsyncGenerator<PairBlock> {
  for (let start = 0; start < pairs.left.length; start += BLOCK) {
    const left = pairs.left.subarray(start, start + BLOCK);
    const right = pairs.right.subarray(start, start + BLOCK);
    const scores = tfc.tidy(() => {
      const a = gatherVectors(embedded.left, left); // [block, dimensions]
      const b = gatherVectors(embedded.right, right); // [block, dimensions]
      return scorer.score(a, b, evaluationStep(0)); // [block]
    });
    const score = await scores.data<'float32'>();
    scores.dispose();
    yield {
      closeness: scorer.produces === 'distance' ? score.map((distance) => 0 - distance) : score,
      score,
      target: pairs.target.subarray(start, start + BLOCK),
      weight: pairs.weight?.subarray(start, start + BLOCK) ?? new Float32Array(left.length).fill(1),
      left,
      right,
    };
  }
}
