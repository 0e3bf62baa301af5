import '@tensorflow/tfjs-backend-cpu';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ChunkCounter, type Chunks, type Counter } from '../../core/evaluate/chunk-counter.js';
import { CHUNK } from '../../core/evaluate/chunk-counter-code.js';
import { deskIn, TOLD, turn } from '../../core/evaluate/count-desk.js';
import { neighbourBlocks } from '../../core/evaluate/neighbours.js';
import { type CountingThread, SharedCounter, startCounting } from '../../core/evaluate/shared-counter.js';
import { statelessUniform } from '../../core/random/index.js';
import { euclidean } from '../../plugins/distances/euclidean.js';
import { bound } from './distances.js';
import { itemSet } from './sets.js';

/** The thread runs what is built. */
const entry = new URL('../../dist/core/counting.js', import.meta.url);
const many = 1e9;
let thread: CountingThread | null = null;
afterEach(() => thread?.end());

async function started(): Promise<CountingThread> {
  thread = startCounting(many, entry);
  if (!thread) throw new Error('no thread: the machine has one processor, or nothing is built');
  await vi.waitFor(() => expect(thread!.desk.turn[0]).toBe(turn.free), 10_000);
  return thread;
}
const alone = (): Counter => ChunkCounter.open()!;

const thresholds = [9, 1, 255].map((count, query) => Float32Array.from(statelessUniform(count, [query, 7])));
const calls = (margin: number): readonly Chunks[] =>
  [[3, 0, 20], [0, 0, 0], [1, 40, 2], [40, 1, 60], [9, 9, 9]].map((perQuery, call) => {
    const count = perQuery.reduce((a, b) => a + b, 0);
    const values = statelessUniform(count * CHUNK, [call, 8]);
    return { values, perQuery: Int32Array.from(perQuery), margins: new Float32Array(count).fill(margin) };
  }); // biome-ignore format: a table

/** What is below each threshold, of all that a counter is given, twice over. */
function counted(
  counter: Counter,
  margin: number,
  before = (): void => {},
): { readonly below: number[][]; readonly unclear: number } {
  const below = thresholds.map((own) => new Array<number>(own.length).fill(0));
  let unclear = 0;
  for (let round = 0; round < 2; round++) {
    counter.begin(thresholds);
    for (const chunks of calls(margin)) {
      before();
      counter.add(chunks, ({ query, value, threshold }) => {
        unclear++;
        below[query]![threshold]! += Number(chunks.values[value]! < thresholds[query]![threshold]!);
      });
    }
    thresholds.forEach((_, query) => {
      counter.counts(query).forEach((count, at) => {
        below[query]![at]! += count;
      });
    });
  }
  return { below, unclear };
}

describe('a counter of two threads', () => {
  it.each([
    ['what is clear', 1e-6],
    ['more unclear ones than are told at once', 3],
  ])('counts as one alone does: %s', async (_name, margin) => {
    const expected = counted(alone(), margin);
    const helping = await started();
    const [hasty, patient] = [alone(), alone()];
    const add = vi.spyOn(patient, 'add');
    const wait = (): void => void Atomics.wait(helping.desk.turn, 0, turn.busy, 10_000);
    expect(counted(new SharedCounter(hasty, helping), margin)).toEqual(expected);
    expect(counted(new SharedCounter(patient, helping), margin, wait)).toEqual(expected);
    expect(add.mock.calls.length).toBeLessThan(10); // some were counted there
    if (margin > 1) expect(expected.unclear).toBeGreaterThan(10 * TOLD);
  });

  it('counts by itself until the thread is there', () => {
    const idle = { desk: deskIn(), end: async () => {} };
    expect(counted(new SharedCounter(alone(), idle), 1e-3)).toEqual(counted(alone(), 1e-3));
  });

  it('says that the thread has failed', async () => {
    const { desk } = await started();
    const counter = new SharedCounter(alone(), thread!);
    counter.begin(thresholds);
    await vi.waitFor(() => expect(desk.turn[0]).toBe(turn.free));
    desk.turn[0] = turn.failed;
    expect(() => counter.counts(0)).toThrow('the thread that counts has failed');
  });

  it('starts no thread for little, nor where nothing is built', () => {
    expect(startCounting(1e7, entry)).toBeNull();
    expect(startCounting(many, new URL('./not-built.js', import.meta.url))).toBeNull();
    expect(startCounting(many)).toBeNull(); // from TypeScript
  });
});

describe('neighbours that two threads rank', () => {
  const size = 1500;
  const vectors = { values: statelessUniform(size * 8, [1, 5]), size, dimensions: 8 };
  const groups = Int32Array.from({ length: size }, (_, i) => i % 300);
  const ranksBy = async (
    counting: () => CountingThread | null,
    pause = async () => {},
  ): Promise<(readonly number[])[]> => {
    const how = { distance: { ...bound(euclidean), euclidean: 'root' } as const, count: 0, counting, pause };
    const found: (readonly number[])[] = [];
    for await (const block of neighbourBlocks(
      itemSet({ groups: [...groups] }),
      { left: vectors, right: vectors },
      how,
    )) {
      block.queries.forEach((_, q) => {
        found.push(block.ranks(q));
      });
    }
    return found;
  };

  it('are those that one ranks, and the thread is ended', async () => {
    const expected = await ranksBy(() => null);
    const helping = await started();
    const end = vi.spyOn(helping, 'end');
    expect(await ranksBy(() => helping)).toEqual(expected);
    expect(end).toHaveBeenCalledOnce();
  });

  it('end their thread where they are interrupted', async () => {
    const helping = await started();
    const end = vi.spyOn(helping, 'end');
    let pauses = 0;
    const pause = async (): Promise<void> => {
      if (++pauses === 2) throw new Error('interrupted');
    };
    await expect(ranksBy(() => helping, pause)).rejects.toThrow('interrupted');
    expect(end).toHaveBeenCalledOnce();
  });
});
