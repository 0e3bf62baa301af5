import { countGroups, type PartCounts, relationCounts } from '../../data/counts.js';
import type { ItemSet } from '../../data/item-set.js';
import type { OpenedData } from '../../data/open.js';
import type { Problem } from '../../problem/index.js';
import type { Planned } from '../../recipe/types.js';
import { countEvaluated } from '../count-evaluated.js';
import type { Wired } from '../wire.js';
import { proveAugmentations } from './augmentations.js';
import { proveMeasured } from './measured.js';
import { needOfPairs, proveMemory } from './memory.js';
import { proveSampling } from './sampling.js';
import { proveSchedule } from './schedule.js';

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
