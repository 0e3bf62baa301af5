import type { Pool, SamplerCounts } from '../../core/contract/index.js';
import type { GroupOptions } from './group-options.js';
import { countCrossPairs, countGroupPairs, missingPairs, refusePool, sizesOf } from './group-pairs.js';
import { runsOfValues, valueSizesOf } from './values.js';

/** What an epoch of labelled batches is made of. */
export interface GroupPlan {
  /** Numbers of the groups that take part, and their sizes. */
  readonly groups: Int32Array;
  readonly sizes: Int32Array;
  readonly batches: number;
  /** Groups drawn for a batch. */
  readonly draws: number;
}

/** `values`: sizes of the values within each group; null: they do not matter, or are not known. */
interface Sizes {
  readonly sizes: Int32Array;
  readonly values: readonly Int32Array[] | null;
}

/** An epoch has as many batches as the items of its groups fill, to the nearest one. */
export function planGroups(counts: SamplerCounts, options: GroupOptions): GroupPlan | { readonly problem: string } {
  const { positivesAcross: across } = options;
  const { batchSize, groupSizes, valueSizes } = counts;
  const sizes = { sizes: groupSizes, values: across === null ? null : (valueSizes?.(across) ?? null) };
  const mayBeTold = options.impostors > 0 && counts.items > groupSizes.reduce((sum, size) => sum + size, 0);
  const problem = batchProblem(batchSize, options.perGroup) ?? dataProblem(sizes, options, mayBeTold);
  if (problem !== null) return { problem };
  const plan = choose(sizes, options, batchSize);
  const items = plan.sizes.reduce((sum, size) => sum + size, 0);
  if (items >= batchSize) return plan;
  return { problem: `the groups have only ${items} items; train.batchSize is ${batchSize}, it must be at most that` };
}

/** Errors: SAMPLER, where a pool cannot give what the sampler must draw. */
export function planPool(pool: Pool, options: GroupOptions, batchSize: number): GroupPlan {
  const { positivesAcross: across } = options;
  const values = across === null ? null : [...valueSizesOf(pool, runsOfValues(pool, pool.column(across)))];
  const sizes = { sizes: Int32Array.from(sizesOf(pool.offsets)), values };
  const mayBeTold = options.impostors > 0 && pool.impostorOf !== null;
  const problem = dataProblem(sizes, options, mayBeTold);
  return problem === null ? choose(sizes, options, batchSize) : refusePool(problem);
}

function batchProblem(batchSize: number, perGroup: number): string | null {
  const whole = Math.max(2, Math.floor(batchSize / perGroup)) * perGroup;
  if (batchSize < 2 * perGroup) {
    return `train.batchSize is ${batchSize}, too few for two draws of perGroup ${perGroup}: it must be at least ${whole}`;
  }
  if (batchSize % perGroup === 0) return null;
  return `train.batchSize is ${batchSize}, no multiple of perGroup ${perGroup}: it must be ${whole} or ${whole + perGroup}`;
}

/** `impostors`: a single group may have some to be told from. */
function dataProblem({ sizes, values }: Sizes, options: GroupOptions, impostors: boolean): string | null {
  const pairs = values ? countCrossPairs(values) : countGroupPairs(sizes);
  const problem = missingPairs(pairs, { same: true, different: !impostors, across: options.positivesAcross });
  if (problem !== null) return problem;
  const chosen = eligible({ sizes, values }, options);
  if (chosen.length >= (impostors ? 1 : 2)) return null;
  const why = values
    ? `differ in "${options.positivesAcross}" within themselves${options.smallGroups === 'repeat' ? '' : ` and have ${options.perGroup} items`}`
    : `have ${options.perGroup} items`;
  return `${chosen.length} of ${pairs.groups} groups ${why}, and a batch needs two of them`;
}

function eligible({ sizes, values }: Sizes, { perGroup, smallGroups }: GroupOptions): Int32Array {
  const least = smallGroups === 'leave-out' ? perGroup : 1;
  return sizes
    .map((_, group) => group)
    .filter((group) => sizes[group]! >= least && (values === null || values[group]!.length > 1));
}

function choose(sizes: Sizes, options: GroupOptions, batchSize: number): GroupPlan {
  const groups = eligible(sizes, options);
  const chosen = groups.map((group) => sizes.sizes[group]!);
  const items = chosen.reduce((sum, size) => sum + size, 0);
  const draws = Math.max(1, Math.floor(batchSize / options.perGroup));
  return { groups, sizes: chosen, draws, batches: Math.max(1, Math.round(items / (draws * options.perGroup))) };
}
