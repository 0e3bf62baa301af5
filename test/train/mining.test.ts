import '@tensorflow/tfjs-backend-cpu';
import * as tfc from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Embedded, MiningPoint, SamplerInstance, State, Yields } from '../../core/contract/index.js';
import type { Training } from '../../core/data/open.js';
import { createPool } from '../../core/data/pool.js';
import type { TrainingEvent } from '../../core/train/events.js';
import { type LoopSettings, type LoopState, train } from '../../core/train/loop.js';
import { openMining } from '../../core/train/mining.js';
import type { Network } from '../../core/train/network.js';
import { createEagerStep } from '../../core/train/step.js';
import { contrastive } from '../../plugins/losses/contrastive.js';
import { hardPairs } from '../../plugins/samplers/hard-pairs.js';
import { problemOf } from '../files/problem-of.js';
import { create } from '../plugins/samplers/drawing.js';
import { inputs, itemsOf, lossOf, lossPlugin, networkOf, smallEncoder, stepSettings, valuesOf } from './networks.js';

beforeAll(async () => {
  await tfc.setBackend('cpu');
});

const rows = Array.from({ length: 12 }, (_, i) => [Math.sin(i), Math.cos(2 * i), i / 12]);
const groups = rows.map((_, row) => row % 3);
const items = itemsOf(rows, groups);
const pool = createPool({ size: 12, groups: items.groups });
const training: Training = {
  access: 'random',
  counts: { items: 12, rightItems: 12, groupSizes: Int32Array.of(4, 4, 4), pairs: 0, positives: 0, triplets: 0 },
  async *pools() {
    yield { items, pool, index: 0 };
  },
};
const network = (): Network => networkOf({ left: smallEncoder(), losses: [lossOf(lossPlugin(contrastive, { margin: 1 }))] }); // biome-ignore format: one case
const sampling = { epoch: 0, progress: 0, batchSize: 4, draw: () => null as never };

describe('openMining', () => {
  it('hands over the embeddings of the pool, and neighbours as a loop over all of them finds', async () => {
    const net = network();
    const before = tfc.memory().numTensors;
    const seen: Embedded[] = [];
    const asked = Int32Array.of(5, 0, 11);
    let found: ReturnType<Embedded['neighbours']> | null = null;
    const sampler = {
      mine: {
        due: () => true,
        mine: async (_pool: unknown, embedded: Embedded) => {
          seen.push(embedded);
          found = embedded.neighbours(asked, 13);
          return { json: 1 };
        },
      },
    } as unknown as SamplerInstance<Yields>;
    const mining = openMining({ sampler, network: net, settle: () => {}, access: 'random', from: null });
    expect(await mining.before({ items, pool, index: 0 }, { epoch: 0, step: 0, batch: 0 }, sampling)).toBe(true);
    expect(mining.state).toEqual({ json: 1 });
    expect(tfc.memory().numTensors).toBe(before);
    const { embeddings, dimensions } = seen[0]!;
    expect([embeddings.length, dimensions]).toEqual([24, 2]);
    const at = (row: number): number[] => [...embeddings.subarray(2 * row, 2 * row + 2)];
    for (const [i, row] of asked.entries()) {
      const away = (other: number): number => Math.hypot(at(row)[0]! - at(other)[0]!, at(row)[1]! - at(other)[1]!);
      const order = [...groups.keys()].filter((other) => other !== row).sort((a, b) => away(a) - away(b));
      expect([...found!.rows.subarray(13 * i, 13 * (i + 1))]).toEqual([...order, -1, -1]);
      for (const [k, other] of order.entries()) expect(found!.distances[13 * i + k]).toBeCloseTo(away(other), 5);
    }
  });

  it('keeps its state until mining is due again, on a stream until the next buffer', async () => {
    let mined = 0;
    const sampler = { mine: { due: ({ step }: MiningPoint) => step === 2, mine: async () => ({ json: ++mined }) } };
    const open = (access: 'random' | 'stream', from: State | null) =>
      openMining({
        sampler: sampler as unknown as SamplerInstance<Yields>,
        network: network(),
        settle: () => {},
        access,
        from,
      });
    const one = open('random', { json: 7 });
    const at = { items, pool, index: 0 };
    one.enter(0);
    expect(await one.before(at, { epoch: 0, step: 1, batch: 1 }, sampling)).toBe(false);
    expect(one.state).toEqual({ json: 7 });
    expect(await one.before(at, { epoch: 0, step: 2, batch: 2 }, sampling)).toBe(true);
    expect(one.state).toEqual({ json: 1 });
    const stream = open('stream', { json: 7 });
    stream.enter(3);
    expect(stream.state).toEqual({ json: 7 });
    stream.enter(0);
    expect(stream.state).toBeNull();
  });

  it('names the sampler where it throws', async () => {
    const broken = { mine: { due: () => true, mine: () => Promise.reject(new Error('no')) } };
    const mining = openMining({ sampler: broken as unknown as SamplerInstance<Yields>, network: network(), settle: () => {}, access: 'random', from: null }); // biome-ignore format: one case
    const { code, message } = await problemOf(() => mining.before({ items, pool, index: 0 }, { epoch: 0, step: 0, batch: 0 }, sampling)); // biome-ignore format: one case
    expect([code, message]).toEqual(['PLUGIN_FAILED', 'the sampler threw while it mined: no']);
  });
});

/** A real training with hard pairs, stopped after so many steps, or resumed. */
async function trained(
  options: object,
  more: { readonly stop?: number; readonly from?: LoopState; readonly net?: Network },
) {
  const net = more.net ?? network();
  const controller = new AbortController();
  const step = createEagerStep(stepSettings(net, { slots: {} , optimizer: { update: ({ weight, gradient, learningRate, slots }) => ({ weight: tfc.sub(weight, tfc.mul(gradient, learningRate)), slots }) } })); // biome-ignore format: one case
  const met: string[] = [];
  const settings: LoopSettings = {
    step: {
      ...step,
      run(feeds) {
        for (const { batch } of feeds) if (batch.kind === 'pairs') met.push(`${batch.rows.left}|${batch.rows.right}`);
        const results = step.run(feeds);
        if (feeds.some(({ at }) => at.index + 1 === more.stop)) controller.abort();
        return results;
      },
    },
    feed: { training, sampler: create(hardPairs, { ranks: [1, 2], ...options }) as SamplerInstance<Yields>, yields: 'pairs', batchSize: 5, seed: 3, augmentations: [], inputs: { left: inputs, right: inputs } }, // biome-ignore format: one case
    network: net,
    schedule: { factor: () => 1 },
    learningRate: 0.3,
    epochs: 5,
    steps: null,
    stepsPerEpoch: null,
    stepsPerPass: 3,
    evaluateEvery: 'epoch',
    checkpointEvery: 'epoch',
    validate: null,
    monitor: null,
    earlyStopping: null,
    snapshot: () => ({}),
    checkpoint: async () => {},
    report: (_event: TrainingEvent) => {},
    signal: controller.signal,
    ...(more.from ? { from: more.from } : {}),
  };
  const { state } = await train(settings);
  step.dispose();
  return { state, met, net };
}

describe('mining while training', () => {
  const distances = (net: Network): ((a: number, b: number) => number) => {
    const step = { training: false } as never;
    const embedded = tfc.tidy(() => net.left.apply([tfc.tensor2d(rows)], step).arraySync() as number[][]);
    return (a, b) => Math.hypot(embedded[a]![0]! - embedded[b]![0]!, embedded[a]![1]! - embedded[b]![1]!);
  };

  it('mines with the weights as they stand where it is due', async () => {
    const { state, net } = await trained({ unit: 'steps', after: 7, every: 100 }, { stop: 7 });
    const away = distances(net);
    expect(state.mined).toBeNull(); // it is due before the next step
    const next = await trained({ unit: 'steps', after: 7, every: 100 }, { stop: 8, from: state, net });
    const mined = next.state.mined!.arrays!['negatives']!;
    for (const row of groups.keys()) {
      const others = [...groups.keys()].filter((other) => groups[other] !== groups[row]);
      const near = others.sort((a, b) => away(row, a) - away(row, b)).slice(0, 2);
      expect([...mined.subarray(2 * row, 2 * row + 2)]).toEqual(near);
    }
  });

  it.each([[{ after: 1 }], [{ after: 0, every: 2 }], [{ unit: 'steps', after: 2, every: 2, hard: 0.5 }]])(
    'goes on from any step as if it had never stopped: %j',
    async (options) => {
      const whole = await trained(options, {});
      expect(whole.met).toHaveLength(15);
      for (const stop of [1, 2, 3, 4, 6, 7, 11, 14]) {
        const first = await trained(options, { stop });
        const from = structuredClone(first.state);
        const second = await trained(options, { from, net: first.net });
        expect([...first.met, ...second.met]).toEqual(whole.met);
        expect(valuesOf(second.net)).toEqual(valuesOf(whole.net));
        expect({ ...second.state, seconds: 0 }).toEqual({ ...whole.state, seconds: 0 });
      }
    },
  );
});
