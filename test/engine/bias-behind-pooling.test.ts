import * as tfc from '@tensorflow/tfjs-core';
import { describe, expect } from 'vitest';
import { biasBehindPooling } from '../../core/engine/bias-behind-pooling.js';
import { nativeBackend, openNative } from '../../core/engine/native.js';

import { type Trace, trace } from '../../core/engine/trace.js';
import { openStream } from '../../core/random/index.js';
import { onEngine } from '../run/command.js';
import { opsOf, type Recorded, replay } from './replay.js';

const draw = openStream(3, 'rewrite').draw(0);
const numbers = (length: number): Float32Array => Float32Array.from({ length }, () => 2 * draw.uniform() - 1);

/** What convolved images go through, with its gradients. */
type Network = (convolved: tfc.Tensor4D, bias: tfc.Variable) => tfc.Tensor;

/** Gradients of the weighted sum of what comes out, for the filters and the bias. */
async function recorded(network: Network): Promise<Recorded> {
  await openNative();
  const x = tfc.tensor4d(numbers(3 * 7 * 7 * 2), [3, 7, 7, 2]);
  const filter = tfc.variable(tfc.tensor4d(numbers(3 * 3 * 2 * 4), [3, 3, 2, 4]));
  const bias = tfc.variable(tfc.tensor1d(numbers(4)));
  const compute = () => {
    const loss = () => {
      const out = network(tfc.conv2d(x, filter as unknown as tfc.Tensor4D, 1, 'valid'), bias); // [3, ?, ?, 4]
      const weights = tfc.reshape(tfc.linspace(-1, 1, out.size), out.shape); // as out
      return tfc.sum(tfc.mul(weights, tfc.square(out))) as tfc.Scalar; // []
    };
    const { value, grads } = tfc.variableGrads(loss, [filter, bias]);
    const [filters, biases] = [grads[filter.name]!, grads[bias.name]!]; // [3, 3, 2, 4], [4]
    return { value, filters, biases };
  };
  const variables = [filter, bias];
  return { record: trace(nativeBackend(), { inputs: { x }, variables, compute }), inputs: { x }, variables };
}

/** Sizes of what operations of a kind give. */
const sizesOf = ({ entries }: Trace, op: string): string[] =>
  entries.flatMap((entry) => (entry.kind === 'operation' && entry.op === op ? [String(entry.shapes[0])] : []));

const pool = (images: tfc.Tensor): tfc.Tensor4D => tfc.maxPool(images as tfc.Tensor4D, 2, 2, 'valid');

describe('biasBehindPooling', () => {
  onEngine('native', 'moves a bias behind max pooling, to the same values', async () => {
    const before = await recorded((convolved, bias) => tfc.tanh(pool(tfc.add(convolved, bias))));
    const after = { ...before, record: biasBehindPooling(before.record) };
    expect(sizesOf(before.record, 'Add')).toEqual(['3,5,5,4']);
    expect(sizesOf(after.record, 'Add')).toEqual(['3,2,2,4']);
    expect(opsOf(after.record).slice(0, 3)).toEqual(['Conv2D', 'MaxPool', 'Add']);
    const [[value, filters, biases], [same, sameFilters, sameBiases]] = [replay(before), replay(after)];
    expect(same).toEqual(value);
    expect(sameFilters).toEqual(filters);
    sameBiases!.forEach((gradient, i) => {
      expect(gradient).toBeCloseTo(biases![i]!, 4); // summed in another order
    });
  });

  onEngine('native', 'sums the gradient of the bias in front of the pooling', async () => {
    const { record } = await recorded((convolved, bias) => pool(tfc.add(convolved, bias)));
    const inputOf = ({ entries }: Trace): string => {
      const sums = entries.flatMap((entry) => (entry.kind === 'operation' && entry.op === 'Sum' ? [entry] : []));
      const from = sums.at(-1)!.inputs[0]!;
      const entry = from.from === 'entry' ? entries[from.entry]! : null;
      return entry?.kind === 'operation' ? entry.op : 'none';
    };
    expect([inputOf(record), inputOf(biasBehindPooling(record))]).toEqual(['MaxPoolGrad', 'Mul']);
  });

  const kept: readonly (readonly [string, Network])[] = [
    ['a sum that something else reads', (convolved, bias) => {
        const added = tfc.add(convolved, bias); // [3, 5, 5, 4]
        return tfc.add(pool(added), tfc.mean(added));
      }],
    ['an activation between the two', (convolved, bias) => pool(tfc.tanh(tfc.add(convolved, bias)))],
    ['average pooling', (convolved, bias) => tfc.avgPool(tfc.add(convolved, bias) as tfc.Tensor4D, 2, 2, 'valid')],
    ['what is no bias', (convolved, bias) => pool(tfc.add(convolved, tfc.mul(convolved, bias)))],
  ]; // biome-ignore format: one case each
  for (const [what, network] of kept) {
    onEngine('native', `leaves ${what}`, async () => {
      const { record } = await recorded(network);
      expect(biasBehindPooling(record)).toEqual(record);
    });
  }
});
