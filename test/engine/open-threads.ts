/** Opens the portable engine with so many threads and prints their count and what a gradient's bytes are: started by itself. */
import { createHash } from 'node:crypto';
import * as tfc from '@tensorflow/tfjs-core';
import { openPortable } from '../../core/engine/portable.js';
import { fixed } from '../parity/case.js';

await openPortable(Number(process.argv[2]));
const { getThreadsCount } = await import('@tensorflow/tfjs-backend-wasm');
const op = (x: tfc.Tensor, filter: tfc.Tensor, weights: tfc.Tensor): tfc.Tensor => {
  const features = tfc.relu(tfc.conv2d(x as tfc.Tensor4D, filter as tfc.Tensor4D, 1, 'same')); // [32, 16, 16, 24]
  return tfc.matMul(tfc.reshape(features, [32, -1]), weights); // [32, 20]
};
const inputs = [fixed([32, 16, 16, 8], 1), fixed([3, 3, 8, 24], 2), fixed([16 * 16 * 24, 20], 3)];
const hash = createHash('sha256');
for (const tensor of [op(inputs[0]!, inputs[1]!, inputs[2]!), ...tfc.grads(op)(inputs)]) hash.update(tensor.dataSync());
process.stdout.write(`${getThreadsCount()} ${hash.digest('hex')}\n`);
if (process.argv[3] === 'throw') throw new Error('of this process itself');
