import { type Problem, problem } from '../../problem/index.js';
import type { Planned } from '../../recipe/types.js';
import type { BuiltEncoder } from '../../train/encoder.js';
import { at } from '../place.js';

interface Tower extends Pick<BuiltEncoder, 'dependsOnBatch'> {
  /** `encoder`, `encoder.left`. */
  readonly path: string;
}

/** Problem VALUE_CHOICE for each encoder that cannot be given a batch piece by piece. */
export function provePieces(planned: Planned, towers: readonly Tower[]): readonly Problem[] {
  const { microBatch } = planned.plan.train;
  if (microBatch === null) return [];
  return towers.flatMap(({ path, dependsOnBatch }) => {
    if (!dependsOnBatch) return [];
    const message = `train.microBatch is ${microBatch}, but ${path} has a layer whose values depend on the whole batch, as batch normalisation's do: in pieces it would compute something else`;
    return [at(planned, problem('VALUE_CHOICE', message, { path }), ['encoder'])];
  });
}
