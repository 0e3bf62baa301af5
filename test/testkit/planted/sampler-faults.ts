import { definePlugin, type Plugin, Sampler } from 'siamese';
import { type Fault, none } from './fault.js';

type Rows = { left: Int32Array; right: Int32Array; target: Float32Array };
export const sampler = (
  batch: (size: number, index: number, groups: Int32Array, draw: () => number) => Rows,
  count = 4,
  planned = count,
): Plugin =>
  definePlugin(Sampler, {
    name: 'acme/fault',
    summary: 'Faulty.',
    options: none,
    from: 'groups',
    streams: false,
    yields: 'pairs',
    create: () => ({
      plan: () => ({ batches: planned }),
      sample: (pool, { draw, batchSize }) => ({
        count,
        batch: (index) => batch(Math.min(batchSize, pool.size - 2), index, pool.groups, () => draw(index).uniform()),
      }),
    }),
  });
export const rows = (size: number, groups: Int32Array, by: number): Rows => {
  const left = Int32Array.from({ length: size }, (_, i) => i);
  const right = left.map((row) => (row + by) % groups.length);
  return { left, right, target: Float32Array.from(left, (row, i) => Number(groups[row] === groups[right[i]!])) };
};
/** What a sampler keeps beside the state that it returns. */
const mined = new WeakMap<object, number>();
let calls = 0;

/** Of samplers. */
export const samplerFaults: readonly Fault[] = [
  [
    'a sampler that draws anew each time',
    'seeded',
    sampler((size, _, groups) => rows(size, groups, 1 + (calls++ % 5))),
  ],
  [
    'a sampler that counts its own batches',
    'goes on after a resume',
    definePlugin(Sampler, {
      name: 'acme/fault',
      summary: 'Faulty.',
      options: none,
      from: 'groups',
      streams: false,
      yields: 'pairs',
      create: () => ({
        plan: () => ({ batches: 4 }),
        sample: (pool, { batchSize }) => {
          let next = 0;
          return { count: 4, batch: () => rows(Math.min(batchSize, pool.size - 2), pool.groups, 1 + next++) };
        },
      }),
    }),
  ],
  [
    'a sampler that mines into its own memory',
    'what it mines is saved',
    definePlugin(Sampler, {
      name: 'acme/fault',
      summary: 'Faulty.',
      options: none,
      from: 'groups',
      streams: false,
      yields: 'pairs',
      create: () => {
        return {
          plan: () => ({ batches: 4 }),
          sample: (pool, { batchSize, mined: state }) => {
            const by = (state && mined.get(state)) ?? 1;
            return { count: 4, batch: () => rows(Math.min(batchSize, pool.size - 2), pool.groups, by) };
          },
          mine: {
            due: () => true,
            mine: async () => {
              const state = { json: {} };
              mined.set(state, 2);
              return state;
            },
          },
        };
      },
    }),
  ],
  [
    'a sampler that pairs an item with itself',
    'never an item with itself',
    sampler((size, _, groups) => rows(size, groups, 0)),
  ],
  [
    'a sampler beyond its pool',
    'rows of the pool',
    sampler((size, _, groups) => {
      const all = rows(size, groups, 1);
      all.right[0] = groups.length;
      return all;
    }),
  ],
  [
    'a sampler of false targets',
    'true targets',
    sampler((size, _, groups) => {
      const all = rows(size, groups, 1);
      return { ...all, target: all.target.map((target) => 1 - target) };
    }),
  ],
  [
    'a sampler that plans another number',
    'as many batches as planned',
    sampler((size, _, groups) => rows(size, groups, 1), 4, 5),
  ],
  [
    'a sampler with a memory',
    'batches in any order',
    sampler((size, _, groups) => rows(size, groups, 1 + (calls++ % 3))),
  ],
  [
    'a sampler that draws by Math.random',
    'draws nothing in JavaScript',
    sampler((size, _, groups) => rows(size, groups, 1 + Math.floor(Math.random() * 3))),
  ],
];
