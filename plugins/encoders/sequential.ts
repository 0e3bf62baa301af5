import { Encoder, type Input, type SymbolicTensor } from '../../core/contract/index.js';
import { definePlugin } from '../../core/plugin/define.js';
import { fail } from '../../core/problem/index.js';
import { embedding, through } from './blocks.js';
import { dimensions, initializer, normalize } from './options.js';
import { kinds, type LayerSpec, makeLayer, ranks } from './sequential-layers.js';

/**
 * The layers that the recipe lists, one after another, then a linear layer of `dimensions`.
 * Shapes: the one input [batch, ...shape] -> [batch, dimensions]. Padding of text is a token like others.
 * Errors: SHAPE where a layer does not take, or leaves nothing of, what the one before it gives.
 */
export const sequential = definePlugin(Encoder, {
  name: 'sequential',
  summary: 'The layers that the recipe lists and a linear embedding.',
  options: {
    type: 'object',
    additionalProperties: false,
    properties: {
      layers: {
        type: 'array',
        minItems: 1,
        items: { description: 'One layer: its type and its options.', anyOf: kinds },
        description: 'The layers, from the input on.',
      },
      dimensions,
      normalize,
      initializer,
    },
    required: ['layers'],
  },
  accepts: { vector: [1], number: [0, 1], sequence: [2], image: [3], text: [1] },
  create: (options, { inputs, layers, input, model }) => {
    const source = inputs[0]!;
    const from = input(source); // [batch, ...shape]
    const first = source.shape.length === 0 ? through(layers.reshape({ targetShape: [1] }), from) : from; // [batch, ...shape]
    const specs = options.layers as readonly LayerSpec[];
    checkIds(source, specs);
    const last = specs.reduce<SymbolicTensor>((x, spec, i) => {
      const shape = x.shape.slice(1);
      const vocabulary = source.vocabulary ?? 1;
      const making = { layers, rank: shape.length, vocabulary, kernelInitializer: options.initializer };
      checkInput(spec, shape, i);
      const y = through(makeLayer(spec, making), x); // [batch, ...]
      checkOutput(spec, { before: shape, after: y.shape.slice(1) }, i);
      return y; // [batch, ...]
    }, first);
    if (last.shape.length !== 2) {
      const message = `the last layer gives ${shown(last.shape.slice(1))}, the embedding needs a vector`;
      fail('SHAPE', message, { path: 'layers', hint: 'End with flatten or a global pooling.' });
    }
    return model({ inputs: [from], outputs: embedding(last, layers, options) }); // [batch, dimensions]
  },
});

type Sizes = readonly (number | null)[];
const shown = (shape: Sizes): string => `[${shape.join(', ')}]`;

/** Ids mean nothing as numbers, and numbers are no ids. */
function checkIds({ name, dtype, kind }: Input, specs: readonly LayerSpec[]): void {
  specs.forEach(({ type }, i) => {
    if (type === 'embedding' && (i > 0 || dtype !== 'int32')) {
      const why = i > 0 ? 'only the first layer sees them' : `field ${name} is ${kind}`;
      fail('SHAPE', `layer ${i + 1} (embedding) needs the ids of a text: ${why}`, { path: `layers.${i}` });
    }
  });
  if (dtype === 'int32' && specs[0]!.type !== 'embedding') {
    const message = `field ${name} is ${kind}, whose ids mean nothing as numbers: layer 1 (${specs[0]!.type}) cannot take them`;
    fail('SHAPE', message, { path: 'layers.0', hint: 'Begin with { type: embedding, dimensions: ... }.' });
  }
}

function checkInput(spec: LayerSpec, shape: Sizes, i: number): void {
  const taken = ranks[spec.type];
  if (taken && !taken.includes(shape.length)) {
    const words = taken.map((rank) => ['', 'a text', 'a sequence', 'an image'][rank]).join(' or ');
    fail('SHAPE', `layer ${i + 1} (${spec.type}) takes ${words}, but gets ${shown(shape)}`, { path: `layers.${i}` });
  }
  const size = shape.reduce<number>((product, one) => product * (one ?? 1), 1);
  if (spec.type === 'reshape' && spec.shape.reduce((a, b) => a * b, 1) !== size) {
    const message = `layer ${i + 1} (reshape) makes ${shown(spec.shape)} of ${shown(shape)}: ${size} numbers must stay ${size}`;
    fail('SHAPE', message, { path: `layers.${i}.shape` });
  }
}

function checkOutput(
  spec: LayerSpec,
  { before, after }: { readonly before: Sizes; readonly after: Sizes },
  i: number,
): void {
  if (after.every((one) => one === null || one > 0)) return;
  const message = `layer ${i + 1} (${spec.type}) leaves nothing of ${shown(before)}`;
  fail('SHAPE', message, { path: `layers.${i}`, hint: 'Use padding: same, or a smaller kernel or size.' });
}
