import type { Batches, Pool, SamplerCounts, SamplerInstance, Sampling } from '../../../core/contract/index.js';
import { check } from '../../../core/plugin/check.js';
import type { Plugin } from '../../../core/plugin/define.js';
import type { Schema } from '../../../core/plugin/schema.js';
import { type Options, view } from '../../../core/plugin/view.js';
import { ProblemError } from '../../../core/problem/index.js';
import { openStream } from '../../../core/random/index.js';

export interface Pairs {
  readonly left: readonly number[];
  readonly right: readonly number[];
  readonly target: readonly number[] | null;
  readonly weight: readonly number[] | null;
}

/** The sampler with these options, completed by its defaults. */
export function create(plugin: Plugin<'sampler'>, given: Options = {}): SamplerInstance<'pairs'> {
  const { value, mistakes } = check(plugin.options as Schema, given);
  if (mistakes.length > 0) throw new Error(`${plugin.name}: ${JSON.stringify(mistakes)}`);
  return view(plugin).create(value as Options, {}) as unknown as SamplerInstance<'pairs'>;
}

export const sampling = (epoch: number, batchSize: number, seed = 7): Sampling => {
  const stream = openStream(seed, 'sampler.0');
  return { epoch, progress: 0, batchSize, draw: (key = 0) => stream.draw(epoch, key), mined: null };
};

export const counts = (given: Partial<SamplerCounts>): SamplerCounts => ({
  items: 0,
  rightItems: given.items ?? 0,
  groupSizes: new Int32Array(),
  pairs: 0,
  positives: 0,
  triplets: 0,
  batchSize: 4,
  ...given,
});

/** Counts of a pool, as the core tells them to `plan`. */
export function countsOf(pool: Pool, batchSize: number): SamplerCounts {
  const sizes = Array.from(pool.offsets.subarray(1), (end, group) => end - pool.offsets[group]!);
  return counts({
    items: pool.size,
    rightItems: pool.rightSize,
    groupSizes: Int32Array.from(sizes.filter((size) => size > 0)),
    pairs: pool.pairs?.left.length ?? 0,
    positives: pool.pairs?.target.filter((target) => target >= 0.5).length ?? 0,
    batchSize,
  });
}

export function batchOf(batches: Batches<'pairs'>, index: number): Pairs {
  const { left, right, target, weight } = batches.batch(index);
  return {
    left: [...left],
    right: [...right],
    target: target && [...target],
    weight: weight ? [...weight] : null,
  };
}

export const batchesOf = (batches: Batches<'pairs'>): Pairs[] =>
  Array.from({ length: batches.count }, (_, index) => batchOf(batches, index));

/** Rows of all batches, one after another. */
export const rowsOf = (batches: Batches<'pairs'>): (readonly [left: number, right: number, target: number | null])[] =>
  batchesOf(batches).flatMap(({ left, right, target }) =>
    left.map((row, i) => [row, right[i]!, target?.[i] ?? null] as const),
  );

/** Pearson's statistic of these counts against equal ones. */
export function chiSquare(observed: readonly number[]): number {
  const expected = observed.reduce((sum, count) => sum + count, 0) / observed.length;
  return observed.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

/** A value that chi-square with so many degrees of freedom exceeds once in ten thousand times (Wilson, Hilferty 1931). */
export function chiSquareLimit(freedom: number): number {
  const part = 2 / (9 * freedom);
  return freedom * (1 - part + 3.72 * Math.sqrt(part)) ** 3;
}

export function problemOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof ProblemError)
      return error.problems.map(({ code, message }) => `${code} ${message}`).join('\n');
    throw error;
  }
  return 'no problem';
}

export const ascending = (values: Iterable<number>): number[] => [...values].sort((a, b) => a - b);
export const range = (size: number): number[] => Array.from({ length: size }, (_, i) => i);
