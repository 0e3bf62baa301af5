import * as tfc from '@tensorflow/tfjs-core';
import { describe, expect } from 'vitest';
import { nativeBackend, openNative } from '../../core/engine/native.js';
import { type Trace, trace } from '../../core/engine/trace.js';
import { withoutOnes } from '../../core/engine/without-ones.js';
import { openStream } from '../../core/random/index.js';
import { onEngine } from '../run/command.js';
import { opsOf, type Recorded, replay } from './replay.js';

const draw = openStream(4, 'ones').draw(0);
const numbers = (...shape: number[]): tfc.Tensor => {
  const size = shape.reduce((product, length) => product * length, 1);
  const values = Float32Array.from({ length: size }, () => 2 * draw.uniform() - 1);
  return tfc.tensor(values, shape);
};

async function recorded(compute: (x: tfc.Tensor, weight: tfc.Tensor) => tfc.Tensor): Promise<Recorded> {
  await openNative();
  const inputs = { x: numbers(4, 5) };
  const weight = tfc.variable(numbers(4, 5));
  const run = () => ({ made: compute(inputs.x, weight) });
  return { record: trace(nativeBackend(), { inputs, variables: [weight], compute: run }), inputs, variables: [weight] };
}

/** With the values before and after, which must be the same to the bit. */
async function both(compute: (x: tfc.Tensor, weight: tfc.Tensor) => tfc.Tensor): Promise<[Trace, Trace]> {
  const before = await recorded(compute);
  const after = { ...before, record: withoutOnes(before.record) };
  expect(replay(after)).toEqual(replay(before));
  return [before.record, after.record];
}

/** Operations that the output depends on. */
function neededOps({ entries, outputs }: Trace): string[] {
  const needed = new Set(Object.values(outputs).flatMap((one) => (one.from === 'entry' ? [one.entry] : [])));
  for (let at = entries.length - 1; at >= 0; at--) {
    const entry = entries[at]!;
    if (!needed.has(at) || entry.kind === 'constant') continue;
    for (const input of entry.inputs) if (input.from === 'entry') needed.add(input.entry);
  }
  return opsOf({ entries: entries.filter((_, at) => needed.has(at)), outputs, assigned: new Map(), refusal: null });
}

/** Numbers of the largest constant. */
const largest = ({ entries }: Trace): number =>
  Math.max(...entries.map((entry) => (entry.kind === 'constant' ? entry.bytes.length / 4 : 0)));

describe('withoutOnes', () => {
  onEngine('native', 'lets an operation widen by itself what a sum hands back', async () => {
    const squares = (x: tfc.Tensor): tfc.Tensor => tfc.sum(tfc.sum(tfc.square(x), 1)); // []
    const [before, after] = await both((x) => tfc.grad(squares)(x)); // [4, 5]
    expect([largest(before), largest(after)]).toEqual([20, 2]);
    const products = (record: Trace): number => neededOps(record).filter((op) => op === 'Mul').length;
    expect(products(before) - products(after)).toBe(2); // one for each sum
    expect(neededOps(after).filter((op) => op === 'BroadcastTo')).toHaveLength(1); // [4], which a reshape reads
  });

  onEngine('native', 'broadcasts where what reads it does not widen', async () => {
    const relus = (x: tfc.Tensor): tfc.Tensor => tfc.sum(tfc.mul(tfc.sum(tfc.relu(x), 1), [1, 2, 3, 4])); // []
    const [before, after] = await both((x) => tfc.grad(relus)(x)); // [4, 5]
    expect([largest(before), largest(after)]).toEqual([20, 4]);
    expect(neededOps(after).filter((op) => op === 'BroadcastTo')).toHaveLength(1);
  });

  onEngine('native', 'leaves what is read as an outcome, widened', async () => {
    const [, after] = await both((x) => tfc.grad((of: tfc.Tensor) => tfc.sum(tfc.sum(of, 1)))(x)); // [4, 5]
    expect(neededOps(after)).toContain('BroadcastTo');
  });

  const kept: readonly (readonly [string, (x: tfc.Tensor, weight: tfc.Tensor) => tfc.Tensor])[] = [
    ['a product with ones that widens nothing', (x) => tfc.mul(tfc.square(x), tfc.ones([4, 5]))],
    ['a product with other numbers', (x) => tfc.add(tfc.mul(tfc.sum(x, 1, true), tfc.fill([4, 5], 1.5)), x)],
    ['a product of which almost all are ones', (x) => {
        const almost = Float32Array.from({ length: 20 }, (_, i) => (i === 19 ? 2 : 1));
        return tfc.add(tfc.mul(tfc.sum(x, 1, true), tfc.tensor2d(almost, [4, 5])), x);
      }],
    ['whole numbers', (x) => tfc.mul(tfc.argMax(x, 0), tfc.ones([4, 5], 'int32'))],
  ]; // biome-ignore format: one case each
  for (const [what, compute] of kept) {
    onEngine('native', `leaves ${what}`, async () => {
      const [before, after] = await both(compute);
      expect(after).toEqual(before);
    });
  }

  onEngine('native', 'keeps ones that are read elsewhere too', async () => {
    const [, after] = await both((x) => {
      const ones = tfc.ones([4, 5]); // [4, 5]
      return tfc.add(tfc.relu(tfc.mul(tfc.sum(x, 1, true), ones)), tfc.square(ones)); // [4, 5]
    });
    expect(neededOps(after)).not.toContain('BroadcastTo');
    expect(largest(after)).toBe(20);
  });

  onEngine('native', 'widens where neither side is as large as what comes out', async () => {
    const [, after] = await both((x) => {
      const wide = tfc.mul(tfc.sum(x, 1, true), tfc.ones([4, 5])); // [4, 5]
      return tfc.sub(wide, wide); // [4, 5]
    });
    expect(neededOps(after).filter((op) => op === 'BroadcastTo')).toHaveLength(1);
  });
});
