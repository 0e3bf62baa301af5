import { freemem } from 'node:os';
import type { SamplerCounts, SamplerPlan } from '../../contract/index.js';
import { countGroups, type PartCounts, relationCounts } from '../../data/counts.js';
import type { ItemSet } from '../../data/item-set.js';
import type { OpenedData } from '../../data/open.js';
import { fail, guarded, type Problem, problem, warning } from '../../problem/index.js';
import type { Planned } from '../../recipe/types.js';
import { countEvaluated } from '../count-evaluated.js';
import { at } from '../place.js';
import { stepsOfBatches } from '../planned-steps.js';
import type { Wired } from '../wire.js';
import { proveAugmentations } from './augmentations.js';
import { proveMeasured } from './measured.js';
import { proveSchedule } from './schedule.js';

/** What the sampler makes of the training part, or what is wrong. */
export interface Sampled {
  readonly batches: number;
  /** Of one pass, of one or several batches each. */
  readonly steps: number;
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
  { sampler, yields }: Pick<Wired, 'sampler' | 'yields'>,
  train: Omit<SamplerCounts, 'batchSize'>,
): Sampled {
  const { batchSize } = planned.plan.train;
  const result = requirePlan(guarded('the sampler', () => sampler.plan({ ...train, batchSize })));
  const name = planned.plan.sampler.type;
  const ofSampler = (one: Problem): Problem => at(planned, { ...one, path: 'sampler' }, ['data.split', 'data.source']);
  if ('problem' in result) {
    const code = train.groupSizes.length > 0 && /group/.test(result.problem) ? 'DATA_GROUPS' : 'SAMPLER';
    return {
      batches: 0,
      steps: 0,
      rows: null,
      positives: null,
      bytes: 0,
      problems: [ofSampler(problem(code, `sampler ${name} cannot draw from the training part: ${result.problem}`))],
    };
  }
  const rows = result.rows ?? null;
  const positives = result.positives ?? null;
  const problems: Problem[] = [];
  if (rows !== null && rows < batchSize) {
    problems.push(
      at(
        planned,
        problem(
          'SAMPLER',
          `train.batchSize is ${batchSize}, but the training part gives only ${rows} rows; it must be at most that`,
          { path: 'train.batchSize' },
        ),
      ),
    );
  }
  if (yields === 'pairs' && positives !== null && positives < RARE && planned.plan.loss.length > 0) {
    problems.push(
      ofSampler(
        warning(
          'SAMPLER',
          `only ${(positives * 100).toFixed(1)}% of the pairs that ${name} draws are expected to be positive; balanced-pairs draws half`,
        ),
      ),
    );
  }
  const { accumulate } = planned.plan.train;
  if (accumulate > 1 && accumulate >= result.batches) {
    const path = 'train.accumulate';
    const message = `train.accumulate is ${accumulate}, but a pass over the training part has only ${result.batches} batches: each pass would be a single step`;
    problems.push(at(planned, warning('SAMPLER', message, { path })));
  }
  const steps = stepsOfBatches(result.batches, planned.plan.train);
  return { batches: result.batches, steps, rows, positives, bytes: result.bytes ?? 0, problems };
}

/** Errors: PLUGIN_FAILED, where a sampler plans neither batches nor says why not. */
function requirePlan(planned: SamplerPlan | undefined): SamplerPlan {
  const { problem: reason, batches }: { problem?: unknown; batches?: unknown } = planned ?? {};
  if (typeof reason === 'string' || (Number.isInteger(batches) && (batches as number) >= 0)) return planned!;
  const gave = planned ? `the batches ${String(batches)}` : 'nothing';
  return fail('PLUGIN_FAILED', `the sampler planned ${gave}: plan must return { batches } as a count, or { problem }`);
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

/** Bytes per evaluated pair at the peak: its table, its score, its place in the ranking, and copies on the way. */
const PAIR_BYTES = 160;

export const needOfPairs = (pairs: number): Need => ({
  what: `the ${pairs} pairs of evaluate.pairs`,
  bytes: pairs * PAIR_BYTES,
  path: 'evaluate.pairs',
});

/**
 * Before the first step, of data that is open: the sampler can draw, what is to be measured is there, and the evaluated
 * pairs fit in memory. `isSample`: of a share of the data, which may well be too small to be measured.
 */
export function proveOpened(
  planned: Planned,
  { schedule, ...wired }: Pick<Wired, 'sampler' | 'yields' | 'schedule' | 'augmentations' | 'evaluators'>,
  data: OpenedData,
  isSample = false,
): readonly Problem[] {
  const counts = { validation: countsOf(data.validation), test: countsOf(data.test) };
  const { pairs: choice } = planned.plan.evaluate;
  const pairs = countEvaluated(choice, counts.validation) + countEvaluated(choice, counts.test);
  const sampled = proveSampling(planned, wired, data.train.counts);
  return [
    ...sampled.problems,
    ...proveSchedule(planned, schedule, sampled.steps),
    ...proveAugmentations(planned, wired, data.inputs),
    ...(isSample ? [] : proveMeasured(planned, wired, counts)),
    ...proveMemory(planned, [needOfPairs(pairs)]),
  ];
}

const countsOf = (items: ItemSet | null): PartCounts => ({
  ...relationCounts(items ?? { pairs: null, triplets: null }),
  items: items?.left.size ?? 0,
  groups: countGroups(items?.groups ?? new Int32Array(), items?.impostorOf ?? null),
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
