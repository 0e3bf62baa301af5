/** Weights that a distance, head or loss declares, as variables that start as in a run. */
import type * as tfc from '@tensorflow/tfjs-core';
import type { Facts } from '../contract/index.js';
import { declareWeights, specsOf } from '../run/declared.js';
import type { Subject } from './subject.js';

type Weighted = 'distance' | 'head' | 'loss';

export interface Declared {
  /** By their own names. */
  readonly weights: Readonly<Record<string, tfc.Variable>>;
  readonly trainable: readonly tfc.Variable[];
}

/** They are freed when the trial ends. */
export function declared<K extends Weighted>(subject: Subject<K>, facts: Facts): Declared {
  const how = { path: 'conformance', options: subject.options, facts, seed: 1, scale: 1 };
  const { variables, weights } = declareWeights(subject.definition as never, how);
  return {
    weights: variables,
    trainable: weights.filter(({ trainable }) => trainable).map(({ variable }) => variable),
  };
}

export const hasWeights = <K extends Weighted>({ definition, options }: Subject<K>, facts: Facts): boolean =>
  Object.keys(specsOf(definition as never, facts, options)).length > 0;
