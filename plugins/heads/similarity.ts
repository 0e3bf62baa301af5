import { Distance, Head, type Range } from '../../core/contract/index.js';
import * as ops from '../../core/engine/ops.js';
import { definePlugin } from '../../core/plugin/define.js';

/** Range of the distance -> range of the similarity. */
function similarityRange([low, high]: Range): Range {
  if (Number.isFinite(high)) return [1 - high, 1 - low];
  return Number.isFinite(low) ? [0, Math.exp(-low)] : [-high, -low];
}

/**
 * A distance turned round, without weights. What suits depends on the distance's range:
 *   bounded (cosine, angular): 1 - d, which for cosine is the cosine itself
 *   bounded below only (euclidean, manhattan): exp(-d), 1 for coincident points, towards 0 far apart
 *   unbounded (negative-dot): -d, the dot product itself
 * Shapes: distance [pairs] -> [pairs].
 * Units: none; larger is more alike.
 * Errors: none of its own.
 */
export const similarity = definePlugin(Head, {
  name: 'similarity',
  summary: 'The distance turned into a similarity, without weights.',
  options: { type: 'object', additionalProperties: false, properties: {} },
  inject: { distance: Distance },
  produces: 'value',
  reads: 'distance',
  range: (_options, distance) => similarityRange(distance),
  create(_options, { distance: { range } }) {
    const [low, high] = range;
    if (Number.isFinite(high)) return { score: ({ distance }) => ops.sub(1, distance()) }; // [pairs]
    if (Number.isFinite(low)) return { score: ({ distance }) => ops.exp(ops.neg(distance())) }; // [pairs]
    return { score: ({ distance }) => ops.neg(distance()) }; // [pairs]
  },
});
