import * as tfc from '@tensorflow/tfjs-core';
import { wasmKernel } from './kernel.js';

/**
 * The same values in another dtype: towards zero for int32, 1 where not zero for bool. [..] -> [..]
 * tfjs-wasm's own kernel keeps the low byte for bool (2 stays 2, -1 is 255, 0.5 is 0), and copies where the dtype stays.
 */
export const cast = wasmKernel<tfc.CastAttrs>(tfc.Cast, ({ inputs, attributes, heap }) => {
  const x = inputs.x!;
  if (x.dtype === attributes.dtype) return tfc.clone(x); // [..]
  const result = heap.allocate(x.shape, attributes.dtype as 'float32' | 'int32' | 'bool'); // [..]
  const [values, target] = [heap.view(x), heap.view(result)];
  if (attributes.dtype === 'bool') for (let at = 0; at < values.length; at++) target[at] = values[at] ? 1 : 0;
  else target.set(values);
  return result;
});
