import type { Tensor } from '@tensorflow/tfjs-core';
import * as tfc from '@tensorflow/tfjs-core';
import { statelessUniform, streamKey } from '../random/index.js';
import { constant } from './ops.js';

/** Random tensors of one step, the same on both engines: a plugin gets them as `step.random`. */
export interface StatelessRandom {
  /** Uniform on [low, high), default [0, 1). -> shape */
  uniform(shape: readonly number[], low?: number, high?: number): Tensor;
  /** Normal, default mean 0 and deviation 1. -> shape */
  normal(shape: readonly number[], mean?: number, deviation?: number): Tensor;
  /** 1 with the given probability, else 0. -> shape, float32 */
  bernoulli(shape: readonly number[], probability: number | Tensor): Tensor;
  /** Uniform integers 0 .. below-1. -> shape, int32 */
  integers(shape: readonly number[], below: number): Tensor;
}

const KERNEL = 'StatelessRandomUniform';

/** Gives the JavaScript backends TensorFlow's stateless uniform numbers. `tensorflow` brings its own op: see `registerNativeUniform`. */
export function registerUniform(backendName: 'cpu' | 'wasm'): void {
  if (tfc.getKernel(KERNEL, backendName)) return;
  tfc.registerKernel({
    kernelName: KERNEL,
    backendName,
    kernelFunc: ({ inputs, attrs, backend }) => {
      const host = backend as tfc.KernelBackend;
      const seed = host.readSync(inputs['seed']!.dataId) as Int32Array;
      const shape = attrs!['shape'] as unknown as number[];
      const values = statelessUniform(
        shape.reduce((a, b) => a * b, 1),
        [seed[0]!, seed[1]!],
      );
      return { dataId: host.write(values, shape, 'float32'), shape, dtype: 'float32' }; // the tensor around it is made by tfjs
    },
  });
}

/** The part of tfjs-node's backend that runs one TensorFlow op by name. */
interface OpRunner {
  executeSingleOutput(name: string, attributes: readonly unknown[], inputs: readonly tfc.TensorInfo[]): tfc.TensorInfo;
}

/** The native engine's own op: float32 out of an int32 seed of two and an int32 shape. */
export function registerNativeUniform(types: {
  readonly float: number;
  readonly int: number;
  readonly type: number;
}): void {
  if (tfc.getKernel(KERNEL, 'tensorflow')) return;
  tfc.registerKernel({
    kernelName: KERNEL,
    backendName: 'tensorflow',
    kernelFunc: ({ inputs, attrs, backend }) => {
      const shape = tfc.tensor1d(attrs!['shape'] as unknown as number[], 'int32'); // [rank]
      const attributes = [
        { name: 'dtype', type: types.type, value: types.float },
        { name: 'T', type: types.type, value: types.int },
        { name: 'Tseed', type: types.type, value: types.int },
      ];
      const result = (backend as unknown as OpRunner).executeSingleOutput(KERNEL, attributes, [shape, inputs['seed']!]); // shape
      shape.dispose();
      return result;
    },
  });
}

/**
 * Randomness of one step for one plugin: every call is keyed by (seed, stream, number of the call) and the step's index, a
 * tensor, so that a recorded step draws anew at each run.
 */
export function stepRandom(seed: number, stream: string, index: Tensor): StatelessRandom {
  let call = 0;
  const uniform = (shape: readonly number[], low = 0, high = 1): Tensor =>
    constant(() => {
      const key = streamKey(seed, `${stream}#${call++}`)[0] >>> 1; // 31 bits: an int32 that is not negative
      const pair = tfc.stack([tfc.scalar(key, 'int32'), index]); // [2]
      const values = tfc.engine().runKernel(KERNEL, { seed: pair }, { shape: [...shape] }) as Tensor; // shape
      return low === 0 && high === 1 ? values : tfc.add(tfc.mul(values, high - low), low); // shape
    });
  const normal = (shape: readonly number[], mean = 0, deviation = 1): Tensor =>
    constant(() => {
      const radius = tfc.sqrt(tfc.mul(-2, tfc.log(tfc.sub(1, uniform(shape))))); // shape
      const wave = tfc.cos(tfc.mul(2 * Math.PI, uniform(shape))); // shape; Box, Muller 1958
      return tfc.add(mean, tfc.mul(deviation, tfc.mul(radius, wave))); // shape
    });
  const bernoulli = (shape: readonly number[], probability: number | Tensor): Tensor =>
    constant(() => tfc.cast(tfc.less(uniform(shape), probability), 'float32')); // shape
  const integers = (shape: readonly number[], below: number): Tensor =>
    constant(() => tfc.cast(tfc.floor(tfc.mul(uniform(shape), below)), 'int32')); // shape
  return { uniform, normal, bernoulli, integers };
}
