import { freemem } from 'node:os';
import { type Problem, problem } from '../../problem/index.js';
import type { Planned } from '../../recipe/types.js';
import { at } from '../place.js';

/** Bytes that are free for this process: what the machine has left, within a container's limit. */
export function availableMemory(): number {
  const limit = process.constrainedMemory();
  const within = limit > 0 && limit < 2 ** 50 ? limit - process.memoryUsage.rss() : Number.POSITIVE_INFINITY;
  return Math.min(freemem(), within);
}

/** A part of what a run will hold in memory. */
export interface Need {
  readonly what: string;
  readonly bytes: number;
  /** The recipe's key that it follows from. */
  readonly path: string;
}

/** Bytes per evaluated pair at the peak: its table, its score, its place in the ranking, and copies on the way. */
const PAIR_BYTES = 160;

export const needOfPairs = (pairs: number): Need => ({
  what: `the ${pairs} pairs of evaluate.pairs`,
  bytes: pairs * PAIR_BYTES,
  path: 'evaluate.pairs',
});

/** Problem MEMORY, naming the largest need, where all of them together do not fit. */
export function proveMemory(
  planned: Planned,
  needs: readonly Need[],
  available = availableMemory(),
): readonly Problem[] {
  const total = needs.reduce((sum, need) => sum + need.bytes, 0);
  if (total <= available) return [];
  const largest = [...needs].sort((a, b) => b.bytes - a.bytes)[0]!;
  return [
    at(
      planned,
      problem(
        'MEMORY',
        `the run would need about ${gibibytes(total)}, but ${gibibytes(available)} are free; the most of it is ${largest.what} (${gibibytes(largest.bytes)})`,
        { path: largest.path },
      ),
    ),
  ];
}

export const gibibytes = (bytes: number): string =>
  bytes >= 2 ** 30 ? `${(bytes / 2 ** 30).toFixed(1)} GiB` : `${Math.max(1, Math.round(bytes / 2 ** 20))} MiB`;
