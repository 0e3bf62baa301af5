import * as tfc from '@tensorflow/tfjs-core';
import type { Facts, WeightSpecs } from '../contract/index.js';
import type { Options, View } from '../plugin/view.js';
import { initialWeight } from '../train/declared-weights.js';
import type { NetworkWeight } from '../train/network.js';

/** Weights that a distance, head or loss declares: as variables by their own name, and as weights of the network. */
export interface DeclaredWeights {
  readonly variables: Readonly<Record<string, tfc.Variable>>;
  readonly weights: readonly NetworkWeight[];
}

export function declareWeights(
  definition: View<'distance' | 'head' | 'loss'>,
  how: {
    readonly path: string;
    readonly options: Options;
    readonly facts: Facts;
    readonly seed: number;
    readonly scale: number;
  },
): DeclaredWeights {
  const specs = specsOf(definition, how.facts, how.options);
  const variables: Record<string, tfc.Variable> = {};
  const weights = Object.entries(specs).map(([name, spec]): NetworkWeight => {
    const full = `${how.path}/${name}`;
    const trainable = spec.trainable ?? true;
    const initial = initialWeight(spec, { seed: how.seed, name: full }, { facts: how.facts, options: how.options });
    const variable = tfc.tidy(() => tfc.variable(tfc.tensor(initial.values, [...initial.shape]), trainable));
    variables[name] = variable;
    return {
      name: full,
      variable,
      trainable,
      decay: initial.shape.length > 1,
      scale: how.scale * (spec.learningRateScale ?? 1),
    };
  });
  return { variables, weights };
}

/** The declarations, also where their number depends on facts and options. */
export function specsOf(definition: View<'distance' | 'head' | 'loss'>, facts: Facts, options: Options): WeightSpecs {
  const { weights } = definition;
  return typeof weights === 'function' ? weights(facts, options) : (weights ?? {});
}
