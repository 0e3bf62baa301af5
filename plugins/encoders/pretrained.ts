import { Encoder, type Layers, type LayersModel, type SymbolicTensor } from '../../core/contract/index.js';
import { definePlugin } from '../../core/plugin/define.js';
import { fail } from '../../core/problem/index.js';
import { dropped, embedding, through } from './blocks.js';
import { batchNormalization, dimensions, dropout, initializer, normalize } from './options.js';

/**
 * A model that TensorFlow.js saved, down to its layer `cut`, then the mean over all places, batch normalisation, dropout,
 * and a linear layer of `dimensions`. Frozen, it works as in use: no dropout of its own, and its batch normalisation by
 * the averages that it came with. With `trainable` all of it is trained on. Its layers are one in `scales`: encoder.model-1.
 * Shapes: the one input of the model [batch, ...shape] -> [batch, dimensions].
 * Errors: DATA_MISSING, DATA_FORMAT, DATA_SIZE of its files; SHAPE where the field is not what the model takes.
 */
export const pretrained = definePlugin(Encoder, {
  name: 'pretrained',
  summary: 'A saved TensorFlow.js model, frozen or trained on, and a linear embedding.',
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      path: { type: 'string', format: 'path', description: 'Its model.json; the weights lie beside it.' },
      cut: {
        type: ['string', 'null'],
        default: null,
        description: 'Name of the layer whose output is taken; null: the last.',
      },
      trainable: {
        type: 'boolean',
        default: false,
        description: 'Whether the model is trained, too; else it is frozen.',
      },
      dimensions,
      dropout: { ...dropout, description: `${dropout.description} Before the embedding.` },
      batchNormalization: {
        ...batchNormalization,
        description:
          'Normalises what the model gives by the mean and variance of its batch, in use by their moving averages.',
      },
      normalize,
      initializer,
    },
    required: ['path'],
  },
  accepts: { vector: [1], sequence: [2], image: [3], text: [1] },
  create: (options, { inputs, layers, input, load, model }) => {
    const source = inputs[0]!;
    const base = load(options.path, options.cut);
    checkInput(base, source.shape);
    if (!options.trainable) freeze(base);
    const from = input(source); // [batch, ...shape]
    const features = pooled(through(base, from), layers); // [batch, size]
    const scaled = options.batchNormalization ? through(layers.batchNormalization(), features) : features; // [batch, size]
    return model({ inputs: [from], outputs: embedding(dropped(scaled, layers, options.dropout), layers, options) }); // [batch, dimensions]
  },
});

/** One vector for each item. [batch, ...] -> [batch, size] */
function pooled(x: SymbolicTensor, layers: Layers): SymbolicTensor {
  if (x.shape.length === 2) return x; // [batch, size]
  if (x.shape.length === 3) return through(layers.globalAveragePooling1d({}), x); // [batch, channels]
  return x.shape.length === 4 ? through(layers.globalAveragePooling2d({}), x) : through(layers.flatten(), x); // [batch, channels]
}

function checkInput({ inputs }: LayersModel, shape: readonly number[]): void {
  if (inputs.length !== 1)
    fail('SHAPE', `the model takes ${inputs.length} inputs, only one can be given`, { path: 'path' });
  const wanted = inputs[0]!.shape.slice(1);
  const fits = wanted.length === shape.length && wanted.every((size, i) => size === null || size === shape[i]);
  if (fits) return;
  const sizes = wanted.map((size) => size ?? 'any').join(', ');
  fail('SHAPE', `the model takes [${sizes}], but the field is [${shape.join(', ')}]`, { path: 'path' });
}

/** No weight is trained, and every layer works as in use, whatever the step does. */
function freeze(base: LayersModel): void {
  base.trainable = false;
  const call = base.call.bind(base);
  base.call = (x, kwargs) => call(x, { ...kwargs, training: false });
}
