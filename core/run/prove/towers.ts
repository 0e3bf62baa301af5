import type { Input, Log } from '../../contract/index.js';
import type { DataSurvey } from '../../data/survey.js';
import type { Registry } from '../../plugin/registry.js';
import { type Problem, ProblemError, problem } from '../../problem/index.js';
import type { Planned, PluginUse } from '../../recipe/types.js';
import { type BuiltEncoder, buildEncoder } from '../../train/encoder.js';
import type { LayerSummary } from '../../train/encoder-summary.js';
import { createEncoder } from '../create.js';
import { projectionInputs } from '../network-parts.js';
import { at } from '../place.js';
import { provePieces } from './pieces.js';

export interface Tower {
  readonly path: string;
  readonly layers: readonly LayerSummary[];
  readonly parameters: number;
}

/** What is proved, and where its plugins are. */
interface Proving {
  readonly planned: Planned;
  readonly registry: Registry;
  readonly log: Log;
}

/** Builds what the recipe says of encoder and projection, for its shapes alone. Problems: SHAPE; those of building. */
export function buildTowers(
  { planned, registry, log }: Proving,
  inputs: DataSurvey['inputs'],
): { towers: Tower[]; dimensions: number | null; problems: readonly Problem[] } {
  const { encoder } = planned.plan;
  const named: readonly (readonly [string, PluginUse, readonly Input[]])[] =
    'type' in encoder
      ? [['encoder', encoder, inputs.left]]
      : [
          ['encoder.left', encoder.left, inputs.left],
          ['encoder.right', encoder.right, inputs.right],
        ];
  try {
    const one = (path: string, use: PluginUse, given: readonly Input[]): BuiltEncoder =>
      buildEncoder({
        plugin: use.type,
        path,
        inputs: given,
        seed: null,
        create: (context) => createEncoder(use, context, { registry, log }),
      });
    const built = named.map(([path, use, given]): readonly [string, BuiltEncoder] => [path, one(path, use, given)]);
    const sizes = built.map(([, tower]) => tower.dimensions);
    const { projection } = planned.plan;
    if (projection)
      built.push(['encoder.projection', one('encoder.projection', projection, projectionInputs(sizes[0]!))]);
    const towers = built.map(([path, { layers, parameters }]) => ({ path, layers, parameters }));
    const pieces = provePieces(
      planned,
      built.map(([path, { dependsOnBatch }]) => ({ path, dependsOnBatch })),
    );
    for (const [, tower] of built) tower.dispose();
    const differ = sizes.length === 2 && sizes[0] !== sizes[1];
    const problems = differ
      ? [
          at(
            planned,
            problem(
              'SHAPE',
              `the left encoder gives ${sizes[0]} dimensions and the right one ${sizes[1]}; both must be the same`,
              { path: 'encoder' },
            ),
          ),
        ]
      : [];
    const seen = built.at(-1)![1].dimensions; // by the losses
    return { towers, dimensions: seen, problems: [...problems, ...pieces] };
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return {
      towers: [],
      dimensions: null,
      problems: error.problems.map((one) => (one.place ? one : at(planned, one, ['encoder']))),
    };
  }
}
