import type { Facts } from '../../contract/index.js';
import type { DataSurvey } from '../../data/survey.js';
import type { Registry } from '../../plugin/registry.js';
import type { Plan, PluginUse } from '../../recipe/types.js';
import { declaredShape } from '../../train/declared-weights.js';
import { definitionOf } from '../create.js';
import { specsOf } from '../declared.js';

/** A weight outside the encoder. */
export interface Declared {
  readonly name: string;
  readonly shape: readonly number[];
}

/** Weights that distance, head and losses declare, by path. */
export function declaredWeights(
  plan: Plan,
  registry: Registry,
  known: { readonly data: DataSurvey; readonly dimensions: number },
): readonly Declared[] {
  const facts = factsOf(plan, known);
  const of = (kind: 'distance' | 'head' | 'loss', use: PluginUse, path: string): readonly Declared[] =>
    Object.entries(specsOf(definitionOf(registry, kind, use), facts, use.options)).map(([name, spec]) => ({
      name: `${path}/${name}`,
      shape: declaredShape(spec, `${path}/${name}`, { facts, options: use.options }),
    }));
  return [
    ...of('distance', plan.distance, 'distance'),
    ...of('head', plan.head, 'head'),
    ...plan.loss.flatMap(({ use }, i) => of('loss', use, plan.loss.length === 1 ? 'loss' : `loss.${i}`)),
  ];
}

/** What is known of the training part before it is opened. */
export function factsOf(plan: Plan, known: { readonly data: DataSurvey; readonly dimensions: number }): Facts {
  const { groupSizes, items } = known.data.train;
  return { groups: groupSizes.length, items, dimensions: known.dimensions, batchSize: plan.train.batchSize };
}
