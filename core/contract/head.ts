import type { Tensor } from '@tensorflow/tfjs-core';
import type { Range } from './data.js';
import type { Step } from './random.js';
import type { Weights } from './weights.js';

/** `distance`: smaller is closer. `logit` and `value`: larger is more alike. No third polarity exists. */
export type Score = 'distance' | 'logit' | 'value';

export interface EmbeddingPair {
  /** [pairs, dimensions] */
  readonly left: Tensor;
  /** [pairs, dimensions] */
  readonly right: Tensor;
  /** [pairs]; computed when first asked for. */
  readonly distance: () => Tensor;
}

export interface HeadDeclarations<O> {
  /** One score, a choice that an option makes, or several between which the loss decides: then the first that it reads. */
  readonly produces: Score | readonly Score[] | ((options: O) => Score | readonly Score[]);
  /** Whether it needs the recipe's distance: otherwise a distance in the recipe serves retrieval only. */
  readonly reads: 'distance' | 'embeddings' | ((options: O) => 'distance' | 'embeddings');
  /** Range of the score, for losses on graded targets. Default: that of the distance, or all numbers. */
  readonly range?: Range | ((options: O, distance: Range) => Range);
}

export interface HeadInstance<W> {
  /** -> [pairs] */
  score(pair: EmbeddingPair, weights: Weights<W>, step: Step): Tensor;
}

export interface BoundHead {
  readonly produces: Score;
  score(pair: EmbeddingPair): Tensor;
}
