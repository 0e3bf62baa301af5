import '@tensorflow/tfjs-backend-cpu';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ChunkCounter } from '../../core/evaluate/chunk-counter.js';
import { CHUNK } from '../../core/evaluate/chunk-counter-code.js';
import { openDesk, SLOTS, state, TOLD } from '../../core/evaluate/count-desk.js';
import { neighbourBlocks } from '../../core/evaluate/neighbours.js';
import { type CountingThread, SharedCounter, startCounting } from '../../core/evaluate/shared-counter.js';
import { WebAssembly } from '../../core/evaluate/wasm.js';
import { statelessUniform } from '../../core/random/index.js';
import { euclidean } from '../../plugins/distances/euclidean.js';
import { bound } from './distances.js';
import { itemSet } from './sets.js';
import { type Chunks, fill } from './slots.js';

/** The thread runs what is built. */
const entry = new URL('../../dist/core/counting.js', import.meta.url);
const many = 1e9;
let thread: CountingThread | null = null;
afterEach(() => thread?.end());

async function started(): Promise<CountingThread> {
  thread = startCounting(many, entry);
  if (!thread) throw new Error('no thread: the machine has one processor, or nothing is built');
  await vi.waitFor(() => expect(thread!.desk.state[0]).toBe(state.there), 10_000);
  return thread;
}
const alone = (): SharedCounter => SharedCounter.open()!;

const thresholds = [9, 1, 255].map((count, query) => Float32Array.from(statelessUniform(count, [query, 7])));
const calls = (margin: number): readonly Chunks[] =>
  [[3, 0, 20], [0, 0, 0], [1, 40, 2], [40, 1, 60], [9, 9, 9]].map((perQuery, call) => {
    const count = perQuery.reduce((a, b) => a + b, 0);
    const values = statelessUniform(count * CHUNK, [call, 8]);
    return { values, perQuery, margin };
  }); // biome-ignore format: a table

/** What is below each threshold, of all that a counter is given, twice over. */
function counted(
  counter: SharedCounter,
  margin: number,
  before = (): void => {},
): { readonly below: number[][]; readonly unclear: number } {
  const below = thresholds.map((own) => new Array<number>(own.length).fill(0));
  let unclear = 0;
  for (let round = 0; round < 2; round++) {
    counter.begin(thresholds);
    for (const chunks of calls(margin)) {
      before();
      fill(counter.slot, chunks);
      counter.add(({ query, value, threshold }) => {
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
    const add = vi.spyOn(ChunkCounter.prototype, 'add');
    const ownOf = (before?: () => void): number => {
      add.mockClear();
      expect(counted(SharedCounter.open(helping)!, margin, before)).toEqual(expected);
      return add.mock.calls.length;
    };
    const { given, done, answered, slots } = helping.desk;
    const isBusy = (): boolean =>
      given[0]! - Atomics.load(done, 0) === SLOTS - 1 && slots.every(({ full }) => Atomics.load(full, 0) === 0);
    const patience = (): void => {
      while (isBusy()) Atomics.wait(answered, 0, Atomics.load(answered, 0), 10);
    };
    // of five calls a round two find the desk free
    expect(ownOf()).toBeLessThanOrEqual(6);
    expect(ownOf(patience)).toBeLessThanOrEqual(margin > 1 ? 6 : 0);
    add.mockRestore();
    if (margin > 1) expect(expected.unclear).toBeGreaterThan(10 * TOLD);
  });

  it('counts by itself until the thread is there', () => {
    const idle = { desk: openDesk()!, end: async () => {} };
    expect(counted(SharedCounter.open(idle)!, 1e-3)).toEqual(counted(alone(), 1e-3));
  });

  it('says that the thread has failed', async () => {
    const { desk } = await started();
    const counter = SharedCounter.open(thread)!;
    counter.begin(thresholds);
    desk.state[0] = state.failed;
    fill(counter.slot, calls(1)[0]!);
    expect(() => counter.add(() => {})).toThrow('the thread that counts has failed');
  });

  it('says so too where it has failed at its work', async () => {
    const idle = { desk: openDesk()!, end: async () => {} };
    idle.desk.state[0] = state.there;
    const counter = SharedCounter.open(idle)!;
    counter.begin(thresholds);
    fill(counter.slot, calls(1)[0]!);
    counter.add(() => {});
    idle.desk.state[0] = state.failed;
    expect(() => counter.counts(0)).toThrow('the thread that counts has failed');
  });

  it('is done without where no memory can be had', () => {
    class None {
      constructor() {
        throw new RangeError('WebAssembly.Memory(): could not allocate memory');
      }
    }
    const memory = vi.spyOn(WebAssembly, 'Memory').mockImplementation(None as unknown as typeof WebAssembly.Memory);
    expect(openDesk()).toBeNull();
    expect(startCounting(many, entry)).toBeNull();
    memory.mockRestore();
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
