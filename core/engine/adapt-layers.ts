/**
 * What layers of tfjs-layers must do otherwise inside a step. Their dropout and noise draw in JavaScript (a recorded step
 * would repeat one mask for ever, with a `seed` every step has the same one): here the numbers are the step's own, by
 * (seed, the layer's path, call, step), so that left pass, right pass and every step differ and a repeated step does not.
 */

import type { Tensor } from '@tensorflow/tfjs-core';
import * as tfc from '@tensorflow/tfjs-core';
import type { PlacedLayer } from './layer-tree.js';
import type { StatelessRandom } from './step-random.js';
import { stepStream } from './step-scope.js';

/** The attributes of the layers below that matter here. */
interface Noisy {
  readonly rate: number;
  readonly stddev: number;
  readonly noiseShape?: readonly number[];
  getNoiseShape(input: Tensor): readonly (number | null)[] | null | undefined;
  call: (inputs: Tensor | Tensor[], kwargs: { readonly training?: boolean }) => Tensor;
  dropoutFunc?: (ones: Tensor, rate: number) => Tensor;
  gamma?: { read(): Tensor | null } | null;
  beta?: { read(): Tensor | null } | null;
}
/** A layer's values in training. [..] -> [..] */
type Perturb = (input: Tensor, layer: Noisy, random: StatelessRandom) => Tensor;

/** 1 / (1 - rate) where a value is kept, else 0. -> shape */
function keepMask(random: StatelessRandom, shape: readonly number[], rate: number): Tensor {
  return tfc.mul(random.bernoulli(shape, 1 - rate), 1 / (1 - rate)); // shape
}

const dropout: Perturb = (input, layer, random) => {
  const shape = (layer.getNoiseShape(input) ?? input.shape).map((size, axis) => size ?? input.shape[axis]!);
  return tfc.mul(input, keepMask(random, shape, layer.rate)); // [..]
};

/** Dropout that keeps mean and variance of selu activations. Source: Klambauer, Unterthiner, Mayr, Hochreiter 2017. */
const alphaDropout: Perturb = (input, { rate, noiseShape }, random) => {
  const saturation = -1.6732632423543772 * 1.0507009873554805; // -alpha * scale of selu
  const a = ((1 - rate) * (1 + rate * saturation ** 2)) ** -0.5;
  const b = -a * saturation * rate;
  const kept = random.bernoulli(noiseShape ?? input.shape, 1 - rate); // noiseShape
  const dropped = tfc.mul(tfc.sub(1, kept), saturation); // noiseShape
  return tfc.add(tfc.mul(tfc.add(tfc.mul(input, kept), dropped), a), b); // [..]
};

const noises: Readonly<Record<string, Perturb>> = {
  Dropout: dropout,
  SpatialDropout1D: dropout,
  AlphaDropout: alphaDropout,
  GaussianDropout: (input, { rate }, random) =>
    tfc.mul(input, random.normal(input.shape, 1, Math.sqrt(rate / (1 - rate)))), // [..]
  GaussianNoise: (input, { stddev }, random) => tfc.add(input, random.normal(input.shape, 0, stddev)), // [..]
};
const cells = ['SimpleRNNCell', 'GRUCell', 'LSTMCell', 'ConvLSTM2DCell'];

/** Changes the layers of one model. `stream` begins the names of their streams. Errors: a layer that cannot be made to fit. */
export function adaptLayers(placed: readonly PlacedLayer[], stream: string): void {
  for (const [layer, path] of new Map(placed.map((one) => [one.layer, one.path]))) {
    const kind = layer.getClassName();
    const noisy = layer as unknown as Noisy;
    const name = `${stream}/${path}`;
    if (noises[kind]) makeStateless(noisy, noises[kind], name);
    // A recurrent layer asks for its masks once per call, for all time steps.
    if (cells.includes(kind)) noisy.dropoutFunc = (ones, rate) => keepMask(stepStream(name), ones.shape, rate); // [..]
    if (kind === 'BatchNormalization') readNothing(noisy);
    if (layer.stateful) throw new Error(`the layer "${path}" is stateful: an embedding depends on its own item alone`);
    if (kind === 'RandomWidth' || kind === 'RandomHeight') {
      throw new Error(`the layer "${path}" (${kind}) changes shapes at random; use an augmentation`);
    }
  }
}

function makeStateless(layer: Noisy, perturb: Perturb, name: string): void {
  const silent = layer.rate === 0 || layer.stddev === 0;
  layer.call = (inputs, { training }) =>
    tfc.tidy(() => {
      const input = Array.isArray(inputs) ? inputs[0]! : inputs; // [..]
      return training === true && !silent ? perturb(input, layer, stepStream(name)) : input; // [..]
    });
}

/** In training, batch normalisation reads gamma and beta even where `scale: false` or `center: false` left them out. */
function readNothing(layer: Noisy): void {
  layer.gamma ??= { read: () => null };
  layer.beta ??= { read: () => null };
}
