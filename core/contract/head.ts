/**
 * What a head is: it turns a pair of embeddings into a score.
 * @module head
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Range } from './data.js';
import type { Step } from './random.js';
import type { Weights } from './weights.js';

/** `distance`: smaller is closer. `logit` and `value`: larger is more alike. No third polarity exists. */
export type Score = 'distance' | 'logit' | 'value';

/** What a head scores: the two embeddings of each pair, and their distance. */
export interface EmbeddingPair {
  /** [pairs, dimensions] */
  readonly left: Tensor;
  /** [pairs, dimensions] */
  readonly right: Tensor;
  /** [pairs]; computed when first asked for. */
  readonly distance: () => Tensor;
}

/** What a head says of its score: which losses can read it follows from here. */
export interface HeadDeclarations<O> {
  /** One score, a choice that an option makes, or several between which the loss decides: then the first that it reads. */
  readonly produces: Score | readonly Score[] | ((options: O) => Score | readonly Score[]);
  /** Whether it needs the recipe's distance: otherwise a distance in the recipe serves retrieval only. */
  readonly reads: 'distance' | 'embeddings' | ((options: O) => 'distance' | 'embeddings');
  /** Range of the score, for losses on graded targets. Default: that of the distance, or all numbers. */
  readonly range?: Range | ((options: O, distance: Range) => Range);
  /**
   * Values of options under which its score is a number of the left item plus a number of the right one, which tells no
   * matching pair from another. `{}`: under all.
   */
  readonly additive?: Partial<O>;
}

/** What the factory of a head returns. */
export interface HeadInstance<W> {
  /** -> [pairs] */
  score(pair: EmbeddingPair, weights: Weights<W>, step: Step): Tensor;
}

/** A head as other plugins see it: its own weights are already bound. */
export interface BoundHead {
  /** Polarity of its score under this recipe. */
  readonly produces: Score;
  /** Score of each pair. -> [pairs] */
  score(pair: EmbeddingPair): Tensor;
}
