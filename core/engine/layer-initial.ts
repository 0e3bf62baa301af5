/** The initializers of tfjs-layers, drawn on the host by (seed, name) instead of by their own unseeded generator. */
import * as tfc from '@tensorflow/tfjs-core';
import type { LayerInitializer } from './build-scope.js';
import { drawInitial, type Initial, type InitialPlace } from './initial.js';

interface Config {
  readonly value: number;
  readonly minval: number;
  readonly maxval: number;
  readonly mean: number;
  readonly stddev: number;
  readonly gain: number;
  readonly scale: number;
  readonly mode: 'fanIn' | 'fanOut' | 'fanAvg';
  readonly distribution: 'normal' | 'uniform';
}

/** By class name. The names of Glorot, He and LeCun are `VarianceScaling` to tfjs-layers, too. */
const known: Readonly<Record<string, (config: Config) => Initial>> = {
  Zeros: () => 'zeros',
  Ones: () => 'ones',
  Constant: ({ value }) => ({ constant: value }),
  Identity: ({ gain }) => ({ identity: gain }),
  RandomUniform: ({ minval, maxval }) => ({ uniform: [minval, maxval] }),
  RandomNormal: ({ mean, stddev }) => ({ normal: stddev, mean }),
  TruncatedNormal: ({ mean, stddev }) => ({ truncated: stddev, mean }),
  VarianceScaling: ({ scale, mode, distribution }) => ({ scaling: scale, mode, distribution }),
  Orthogonal: ({ gain }) => ({ orthogonal: gain }),
};

/**
 * The initial values of a layer's weight. -> [product of shape]
 * Errors: an initializer that draws numbers in a way that no seed reaches.
 */
export function drawLayerInitial(
  initializer: LayerInitializer,
  shape: readonly number[],
  place: InitialPlace,
): Float32Array {
  const initial = known[initializer.getClassName()]?.(initializer.getConfig() as unknown as Config);
  if (initial) return drawInitial(initial, shape, place);
  const values = applied(initializer, shape);
  if (applied(initializer, shape).every((value, i) => Object.is(value, values[i]))) return values;
  throw new Error(
    `the initializer "${initializer.getClassName()}" of ${place.name} draws numbers that the seed does not reach; ` +
      `use one of ${Object.keys(known).join(', ')}`,
  );
}

/** What it says by itself: good for one that draws nothing (the bias of an LSTM, whose forget gate starts at 1). */
function applied(initializer: LayerInitializer, shape: readonly number[]): Float32Array {
  return tfc.tidy(() => Float32Array.from(initializer.apply([...shape], 'float32').dataSync()));
}
