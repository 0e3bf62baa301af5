import type { Tensor } from '@tensorflow/tfjs-core';
import { type EmbeddingPair, type Facts, Head, type WeightSpec } from '../../core/contract/index.js';
import * as ops from '../../core/engine/ops.js';
import { definePlugin } from '../../core/plugin/define.js';

type From = 'concat' | 'absolute-difference' | 'product' | 'distance';
type Layers = { readonly from: From; readonly hidden: readonly number[] };

/** Features of a pair. -> [pairs, width] */
function features(pair: EmbeddingPair, from: From): Tensor {
  if (from === 'concat') return ops.concat([pair.left, pair.right], 1); // [pairs, 2 dimensions]
  if (from === 'absolute-difference') return ops.abs(ops.sub(pair.left, pair.right)); // [pairs, dimensions]
  if (from === 'product') return ops.mul(pair.left, pair.right); // [pairs, dimensions]
  return ops.expandDims(pair.distance(), 1); // [pairs, 1]
}

const widths: Readonly<Record<From, (dimensions: number) => number>> = {
  concat: (dimensions) => 2 * dimensions,
  'absolute-difference': (dimensions) => dimensions,
  product: (dimensions) => dimensions,
  distance: () => 1,
};

/** kernel1 [width, ..], bias1 [..], and so on: the last layer is the one linear unit. */
function layerSpecs({ dimensions }: Facts, { from, hidden }: Layers): Record<string, WeightSpec> {
  const sizes = [widths[from](dimensions), ...hidden, 1];
  const specs: Record<string, WeightSpec> = {};
  for (let layer = 1; layer < sizes.length; layer++) {
    const last = layer === sizes.length - 1;
    // a lone unit on the distance begins as -d: larger is more alike from the first step on
    const initializer =
      last && from === 'distance' && layer === 1 ? { constant: -1 } : last ? 'glorotUniform' : 'heNormal';
    specs[`kernel${layer}`] = { shape: [sizes[layer - 1]!, sizes[layer]!], initializer };
    specs[`bias${layer}`] = { shape: [sizes[layer]!], initializer: 'zeros' };
  }
  return specs;
}

/**
 * A learned score: w . f(left, right) + b, after relu layers of the sizes `hidden`, where f is
 *   concat: left and right, one after the other; order matters, and without `hidden` no product of the two can arise
 *   absolute-difference: |left - right|; product: left * right; both the same in either order
 *   distance: the recipe's distance, one number
 * Shapes: left [pairs, dimensions], right [pairs, dimensions] -> [pairs].
 * Units: a logit or a plain value, as the loss reads; larger is more alike.
 * Errors: none of its own.
 * Source: |left - right| is Koch, Zemel, Salakhutdinov 2015.
 */
export const dense = definePlugin(Head, {
  name: 'dense',
  summary: 'One linear unit over the pair of embeddings or their distance.',
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      from: {
        type: 'string',
        enum: ['concat', 'absolute-difference', 'product', 'distance'],
        default: 'absolute-difference',
        description: 'What the unit sees of the pair.',
      },
      hidden: {
        type: 'array',
        items: { type: 'integer', minimum: 1, description: 'Units of one layer.' },
        default: [],
        description: 'Relu layers before the unit, by their sizes.',
      },
    },
  },
  produces: ['logit', 'value'],
  reads: ({ from }) => (from === 'distance' ? 'distance' : 'embeddings'),
  range: [-Infinity, Infinity],
  additive: { from: 'concat', hidden: [] },
  weights: layerSpecs,
  create: ({ from, hidden }) => ({
    score(pair, weights) {
      const named: Readonly<Record<string, Tensor>> = weights;
      const linear = (x: Tensor, layer: number): Tensor =>
        ops.add(ops.matMul(x, named[`kernel${layer}`]!), named[`bias${layer}`]!); // [pairs, units]
      const last = hidden.reduce((x, _, i) => ops.relu(linear(x, i + 1)), features(pair, from)); // [pairs, units]
      return ops.squeeze(linear(last, hidden.length + 1), [1]); // [pairs]
    },
  }),
});
