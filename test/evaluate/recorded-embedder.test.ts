import * as tfc from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import type { Input } from '../../core/contract/index.js';
import { openEngine } from '../../core/engine/open.js';
import type { Refusal } from '../../core/engine/trace.js';
import { BATCH, type Embedder, embedSide } from '../../core/evaluate/embed.js';
import { type RecordedEmbedder, recordedEmbedder } from '../../core/evaluate/recorded-embedder.js';
import { onEngine } from '../run/command.js';

const inputs: readonly Input[] = [{ name: 'value', kind: 'vector', shape: [1], dtype: 'float32', vocabulary: null }];
const side = (size: number, gathered: number[] = []) => ({
  size,
  key: String,
  gather(rows: Int32Array) {
    gathered.push(rows.length);
    return { value: Float32Array.from(rows) };
  },
});

interface Fake {
  readonly recorded: RecordedEmbedder | null;
  readonly refused: readonly Refusal[];
  readonly scale: tfc.Variable;
  calls(): number;
}

/** An encoder of one weight. */
function fake(apply: (value: tfc.Tensor, scale: tfc.Variable) => tfc.Tensor): Fake {
  const refused: Refusal[] = [];
  const scale = tfc.variable(tfc.scalar(2));
  let calls = 0;
  const encoder = {
    ...{ inputs, dimensions: 1 },
    weights: [{ name: 'scale', variable: scale, shape: [], trainable: true, decay: false }],
    apply(batch: readonly tfc.Tensor[]): tfc.Tensor {
      calls++;
      return apply(batch[0]!, scale);
    },
  };
  const recorded = recordedEmbedder(encoder, (refusal) => refused.push(refusal));
  return { recorded, refused, scale, calls: () => calls };
}
const native = async (): Promise<void> => void (await openEngine('native', () => {}));
const embedded = async (size: number, embedder: Embedder): Promise<number[]> => [
  ...(await embedSide(side(size), embedder)).values,
];
const multiples = (size: number, by: number): number[] => Array.from({ length: size }, (_, i) => i * by);

onEngine('native', 'an encoder is recorded at the first whole batch, and reads its weights as they stand', async () => {
  await native();
  const { recorded, refused, scale, calls } = fake((value, by) => tfc.mul(value, by));
  expect(await embedded(BATCH - 1, recorded!)).toEqual(multiples(BATCH - 1, 2));
  expect(calls()).toBe(1); // too few for a whole batch
  const gathered: number[] = [];
  const { values } = await embedSide(side(2 * BATCH + 3, gathered), recorded!);
  expect([...values]).toEqual(multiples(2 * BATCH + 3, 2));
  expect([calls(), gathered]).toEqual([4, [BATCH, BATCH, BATCH]]);
  scale.assign(tfc.scalar(3));
  const tensors = tfc.memory().numTensors;
  expect(await embedded(BATCH, recorded!)).toEqual(multiples(BATCH, 3));
  expect([calls(), tfc.memory().numTensors, refused]).toEqual([4, tensors, []]);
  recorded!.dispose();
  scale.dispose();
});

const refusals: readonly (readonly [string, Parameters<typeof fake>[0], string])[] = [
  [
    'that draws in JavaScript',
    (value, by) => tfc.mul(value, tfc.add(by, Math.random() < 2 ? 0 : 1)),
    'draws random numbers from Math.random',
  ],
  ['that reads values', (value, by) => tfc.mul(value, by.dataSync()[0]!), "reads a tensor's values"],
  [
    'that changes its weights',
    (value, by) => {
      const product = tfc.mul(value, by);
      by.assign(tfc.mul(by, 1));
      return product;
    },
    'changes its weights in evaluation',
  ],
];
for (const [name, apply, cause] of refusals) {
  onEngine('native', `an encoder ${name} goes on operation by operation, and that is told once`, async () => {
    await native();
    const { recorded, refused, scale } = fake(apply);
    expect(await embedded(BATCH + 1, recorded!)).toEqual(multiples(BATCH + 1, 2));
    expect(await embedded(BATCH + 1, recorded!)).toEqual(multiples(BATCH + 1, 2));
    expect(refused).toHaveLength(1);
    expect(refused[0]).toMatchObject({ part: 'the encoder', cause: expect.stringContaining(cause) });
    scale.dispose();
  });
}

it('nothing is recorded on another engine', async () => {
  await openEngine('portable', () => {});
  expect(fake((value) => value).recorded).toBeNull();
});
