import { freemem } from 'node:os';
import type { SamplerCounts, SamplerInstance, Yields } from '../contract/index.js';
import { type Problem, problem, warning } from '../problem/index.js';
import type { Planned } from '../recipe/types.js';
import { placeOf } from './place.js';

/** What the sampler makes of the training part, or what is wrong. */
export interface Sampled {
  readonly batches: number;
  /** Rows of one pass, where the sampler tells. */
  readonly rows: number | null;
  readonly positives: number | null;
  readonly bytes: number;
  readonly problems: readonly Problem[];
}

const RARE = 0.05;

/** Proves that the sampler can draw what it should. Problems: SAMPLER, DATA_GROUPS; a warning where positives are rare. */
export function proveSampling(
  planned: Planned,
  sampler: SamplerInstance<Yields>,
  train: Omit<SamplerCounts, 'batchSize'>,
): Sampled {
  const { batchSize } = planned.plan.train;
  const result = sampler.plan({ ...train, batchSize });
  const name = planned.plan.sampler.type;
  const at = { place: placeOf(planned, 'sampler'), path: 'sampler' };
  if ('problem' in result) {
    const code = train.groupSizes.length > 0 && /group/.test(result.problem) ? 'DATA_GROUPS' : 'SAMPLER';
    return {
      batches: 0,
      rows: null,
      positives: null,
      bytes: 0,
      problems: [problem(code, `sampler ${name}: ${result.problem}`, at)],
    };
  }
  const rows = result.rows ?? null;
  const positives = result.positives ?? null;
  const problems: Problem[] = [];
  if (rows !== null && rows < batchSize) {
    problems.push(
      problem(
        'SAMPLER',
        `train.batchSize is ${batchSize}, but the training part gives only ${rows} rows; it must be at most that`,
        {
          place: placeOf(planned, 'train.batchSize'),
          path: 'train.batchSize',
        },
      ),
    );
  }
  if (positives !== null && positives < RARE && planned.plan.loss.length > 0) {
    problems.push(
      warning(
        'SAMPLER',
        `only ${(positives * 100).toFixed(1)}% of the pairs that ${name} draws are expected to be positive; balanced-pairs draws half`,
        at,
      ),
    );
  }
  return { batches: result.batches, rows, positives, bytes: result.bytes ?? 0, problems };
}

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
    problem(
      'MEMORY',
      `the run would need about ${gibibytes(total)}, but ${gibibytes(available)} are free; the most of it is ${largest.what} (${gibibytes(largest.bytes)})`,
      {
        place: placeOf(planned, largest.path),
        path: largest.path,
      },
    ),
  ];
}

export const gibibytes = (bytes: number): string =>
  bytes >= 2 ** 30 ? `${(bytes / 2 ** 30).toFixed(1)} GiB` : `${Math.max(1, Math.round(bytes / 2 ** 20))} MiB`;
