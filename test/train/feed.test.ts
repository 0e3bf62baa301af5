import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Input, SamplerInstance, Sampling, Yields } from '../../core/contract/index.js';
import type { HostAugmentation } from '../../core/data/augment.js';
import type { Batch } from '../../core/data/batch.js';
import type { ItemSet, Side } from '../../core/data/item-set.js';
import type { Training } from '../../core/data/open.js';
import { createPool } from '../../core/data/pool.js';
import { type Fed, type FeedPosition, type FeedSettings, feed, feedStart } from '../../core/train/feed.js';
import { messageOf } from '../files/problem-of.js';

/** A part whose pools have so many items, each in its own group; the items are numbered through all pools. */
function training(sizes: readonly number[]): Training & { readonly opened: number[] } {
  const opened: number[] = [];
  const items = sizes.reduce((a, b) => a + b, 0);
  return {
    opened,
    access: sizes.length > 1 ? 'stream' : 'random',
    counts: { items, rightItems: items, groupSizes: new Int32Array(), pairs: 0, positives: 0, triplets: 0 },
    async *pools() {
      let before = 0;
      for (const [index, size] of sizes.entries()) {
        opened.push(index);
        const first = before;
        const side: Side = {
          size,
          key: (row) => String(first + row),
          gather: (rows) => ({ number: Float32Array.from(rows, (row) => first + row) }),
        };
        const groups = Int32Array.from({ length: size }, (_, row) => row);
        const set: ItemSet = { left: side, right: side, groups, impostorOf: null, pairs: null, triplets: null, column: () => groups }; // biome-ignore format: one case
        yield { items: set, pool: createPool({ size, groups }), index };
        before += size;
      }
    },
  };
}

/** Every item once in a random order, `batchSize` at a time; it draws for each batch, and remembers what it was told. */
function shuffling(told: Sampling[] = []): SamplerInstance<Yields> {
  return {
    plan: () => ({ problem: 'not asked' }),
    sample(pool, sampling) {
      told.push(sampling);
      const order = sampling.draw().shuffle(Int32Array.from({ length: pool.size }, (_, row) => row));
      const { batchSize } = sampling;
      return {
        count: Math.ceil(pool.size / batchSize),
        batch(index) {
          const left = order.subarray(index * batchSize, (index + 1) * batchSize);
          const random = sampling.draw(index + 1);
          return { left, right: left.map(() => random.below(pool.size)), target: null };
        },
      };
    },
  };
}

const inputs: readonly Input[] = [{ name: 'number', kind: 'number', shape: [1], dtype: 'float32', vocabulary: null }];
const noise: HostAugmentation = {
  name: 'test/noise',
  instance: {
    augment: (value, draw) => (value as Float32Array).map((one) => one + draw.uniform() / 2) as typeof value,
  },
  field: null,
  accepts: ['number'],
  sides: 'each',
};

const settings = (sizes: readonly number[], more: Partial<FeedSettings> = {}): FeedSettings => ({
  training: training(sizes),
  sampler: shuffling(),
  yields: 'pairs',
  batchSize: 3,
  seed: 11,
  mining: null,
  augmentations: [],
  inputs: { left: inputs, right: inputs },
  progress: (batches) => batches / 100,
  ...more,
});

/** The next batches from a position: which items met, and where the feed stands then. */
async function take(from: FeedPosition, count: number, how: FeedSettings) {
  const taken: { readonly met: string; readonly next: FeedPosition; readonly last: boolean }[] = [];
  for await (const { batch, next, last } of feed(how, from)) {
    taken.push({ met: met(batch), next, last });
    if (taken.length === count) break;
  }
  return taken;
}
function met(batch: Batch): string {
  if (batch.kind !== 'pairs') throw new Error('pairs were expected');
  return `${batch.left.number}|${batch.right.number}|${batch.target}`;
}
const leftsOf = (taken: readonly { readonly met: string }[]): number[] =>
  taken.flatMap((one) => one.met.split('|')[0]!.split(',').map(Number));

describe('feed', () => {
  it('gives each pass whole, pool after pool, and says where it ends', async () => {
    const taken = await take(feedStart, 8, settings([5, 4]));
    expect(taken.map(({ last }) => last)).toEqual([false, false, false, true, false, false, false, true]);
    expect(taken.map(({ next: { pass, pool, batch, begun } }) => [pass, pool, batch, begun])).toEqual([
      [0, 0, 1, 0], [0, 0, 2, 0], [0, 1, 1, 2], [1, 0, 0, 4], [1, 0, 1, 4], [1, 0, 2, 4], [1, 1, 1, 6], [2, 0, 0, 8],
    ]); // biome-ignore format: a table
    for (const pass of [taken.slice(0, 4), taken.slice(4)]) {
      expect(leftsOf(pass).sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    }
    expect(leftsOf(taken.slice(0, 4))).not.toEqual(leftsOf(taken.slice(4)));
  });

  it('goes on from any position as if it had never stopped', async () => {
    const cases = fc.record({
      sizes: fc.array(fc.integer({ min: 1, max: 8 }), { minLength: 1, maxLength: 4 }),
      batchSize: fc.integer({ min: 1, max: 5 }),
      stop: fc.integer({ min: 0, max: 24 }),
      augmentations: fc.constantFrom([], [noise]),
    });
    await fc.assert(
      fc.asyncProperty(cases, async ({ sizes, batchSize, stop, augmentations }) => {
        const told: Sampling[] = [];
        const through = await take(
          feedStart,
          30,
          settings(sizes, { batchSize, augmentations, sampler: shuffling(told) }),
        );
        const position = stop === 0 ? feedStart : through[stop - 1]!.next;
        const saved = JSON.parse(JSON.stringify(position)) as FeedPosition;
        const again: Sampling[] = [];
        const resumed = await take(
          saved,
          30 - stop,
          settings(sizes, { batchSize, augmentations, sampler: shuffling(again) }),
        );
        expect(resumed).toEqual(through.slice(stop));
        const facts = (list: readonly Sampling[]) => list.map(({ epoch, progress }) => [epoch, progress]);
        expect(facts(told).slice(-again.length)).toEqual(facts(again));
      }),
    );
  });

  it('tells the sampler the pass, the progress and what was mined; draws follow from seed, pool, pass and key', async () => {
    const told: Sampling[] = [];
    const mined = { json: 5 };
    const mining = { state: mined, enter: () => {}, before: async () => false };
    const how = settings([4, 4], { sampler: shuffling(told), mining });
    await take(feedStart, 8, how);
    expect(told.map(({ epoch, progress, batchSize }) => [epoch, progress, batchSize])).toEqual([[0, 0, 3], [0, 0.02, 3], [1, 0.04, 3], [1, 0.06, 3]]); // biome-ignore format: a table
    expect(told.every((sampling) => sampling.mined === mined)).toBe(true);
    const drawn = told.flatMap((sampling) => [sampling.draw().uniform(), sampling.draw(1).uniform()]);
    expect(new Set(drawn).size).toBe(8);
    expect(told[0]!.draw(1).uniform()).toBe(drawn[1]);
    expect((await take(feedStart, 2, settings([4, 4], { seed: 12 })))[0]).not.toEqual((await take(feedStart, 2, settings([4, 4])))[0]); // biome-ignore format: one case
  });

  it('reads no pool again that is done', async () => {
    const sampled: Sampling[] = [];
    const how = settings([3, 3, 3], { sampler: shuffling(sampled) });
    await take({ pass: 0, pool: 2, batch: 0, begun: 2 }, 1, how);
    expect(sampled.length).toBe(1);
  });

  it('steps over pools that give no batch, but not over a whole pass', async () => {
    const sampler: SamplerInstance<Yields> = {
      ...shuffling(),
      sample: (pool, sampling) => (pool.size < 3 ? { count: 0, batch: () => { throw new Error('none is there'); } } : shuffling().sample(pool, sampling)), // biome-ignore format: one case
    };
    const taken = await take(feedStart, 4, settings([2, 4, 1], { sampler }));
    expect(taken.map(({ next, last }) => [next.pass, next.pool, next.batch, last])).toEqual([[0, 1, 1, false], [1, 0, 0, true], [1, 1, 1, false], [2, 0, 0, true]]); // biome-ignore format: a table
    const none = messageOf(() => take(feedStart, 1, settings([2, 1], { sampler })));
    expect(await none).toBe('SAMPLER the sampler gave no batch in a whole pass over the training part');
  });

  it('makes the batch that the sampler yields', async () => {
    const kinds: Batch['kind'][] = [];
    const rows = {
      pairs: { left: Int32Array.of(0), right: Int32Array.of(1), target: null },
      triplets: { anchor: Int32Array.of(0), positive: Int32Array.of(1), negative: Int32Array.of(2) },
      'labelled-batch': { items: Int32Array.of(0, 2) },
    };
    for (const yields of ['pairs', 'triplets', 'labelled-batch'] as const) {
      const sampler: SamplerInstance<Yields> = {
        ...shuffling(),
        sample: () => ({ count: 1, batch: () => rows[yields] }),
      };
      for await (const { batch } of feed(settings([3], { sampler, yields }), feedStart)) {
        kinds.push(batch.kind);
        break;
      }
    }
    expect(kinds).toEqual(['pairs', 'triplets', 'labelled-batch']);
  });

  it('knows the matches of each pool: equal groups, and an item itself', async () => {
    const fed: Fed[] = [];
    for await (const one of feed(settings([3]), feedStart)) {
      fed.push(one);
      break;
    }
    const matrix = fed[0]!.known.matrix({ left: Int32Array.of(0, 1), right: Int32Array.of(1, 1), target: null });
    expect([...matrix]).toEqual([0, 0, 1, 1]);
  });
});
