import type { PartCounts } from '../../data/counts.js';
import type { BoundEvaluator } from '../../evaluate/evaluate.js';
import { type Problem, problem, warning } from '../../problem/index.js';
import { pairCount } from '../../random/index.js';
import type { Plan, Planned } from '../../recipe/types.js';
import { countEvaluated } from '../count-evaluated.js';
import { at } from '../place.js';
import type { Wired } from '../wire.js';

type Parts = Readonly<Record<'validation' | 'test', PartCounts>>;

const hint =
  'data.split says how much is validation and test, and evaluate.metrics what is measured; without validation and test nothing is.';

/**
 * Whether the parts hold what is to be measured, before hours are spent on training. Problem MONITOR where nothing can be;
 * a warning where the monitor cannot, so that no best model can be told.
 */
export function proveMeasured(
  planned: Planned,
  { evaluators }: Pick<Wired, 'evaluators'>,
  counts: Parts,
): readonly Problem[] {
  const { plan } = planned;
  const { monitor } = plan.train;
  const parts = (['validation', 'test'] as const).filter((name) => counts[name].items > 0);
  const lacking = (part: PartCounts) =>
    evaluators.filter((one) => wantOf(one, part, plan) !== null && !measuresSome(one, part, plan));
  const nothing = parts.every((name) => lacking(counts[name]).length === evaluators.length);
  if (nothing && evaluators.length > 0 && parts.length > 0) {
    const has = parts.map((name) => `${name} has ${contents(counts[name])}`).join(', ');
    const message = `nothing can be measured: ${has}, but ${wants(evaluators, counts[parts[0]!], plan)}`;
    return [placedAt(planned, problem('MONITOR', message, { path: 'data.split', hint }))];
  }
  const watched = evaluators.find(({ name }) => name === monitor?.split('.')[0]);
  if (!watched || wantOf(watched, counts.validation, plan) === null) return [];
  const message = `${monitor} cannot be measured on validation, so the last model is kept, not the best: validation has ${contents(counts.validation)}, but ${wants([watched], counts.validation, plan)}`;
  return [placedAt(planned, warning('MONITOR', message, { path: 'train.monitor' }))];
}

/** At the key, where the recipe gives it; else at the split, which gives the parts. */
function placedAt(planned: Planned, one: Problem): Problem {
  const { path } = one;
  const isGiven = path !== undefined && (planned.origins.get(path)?.from ?? 'default') !== 'default';
  const here = at(planned, isGiven ? one : { ...one, path: 'data.split' }, ['data.split', 'data.source']);
  return path === undefined ? here : { ...here, path };
}

const wants = (evaluators: readonly BoundEvaluator[], part: PartCounts, plan: Plan): string =>
  evaluators.map((one) => `${one.name} needs ${wantOf(one, part, plan) ?? 'more'}`).join(', ');

/** What an evaluator needs that a part does not have; null: nothing is known to be missing. */
function wantOf({ measures, least, binary }: BoundEvaluator, part: PartCounts, { evaluate }: Plan): string | null {
  const { sizes } = part.groups;
  if (part.items === 0) return 'items';
  if (measures === 'pairs') {
    if (evaluate.pairs.type === 'given' && part.triplets > 0) return null;
    const kinds = binary ? kindsOf(part, evaluate.pairs.type) : null;
    if (kinds === null) return countEvaluated(evaluate.pairs, part) > 0 ? null : 'pairs';
    return kinds.same > 0 && kinds.different > 0 ? null : 'pairs that are the same and pairs that are not';
  }
  if (measures === 'triplets') return part.triplets > 0 ? null : 'given triplets';
  if (measures === 'neighbours') {
    if (part.pairs > 0) return part.positives > 0 ? null : 'given pairs that are the same';
    const asks = sizes.some((size) => size > 1 && size < part.items);
    return asks ? null : 'two items of a group, and others to tell them from';
  }
  if (!least || sizes.filter((size) => size >= least.items).length >= least.groups) return null;
  return `${least.groups} groups of at least ${least.items} items`;
}

/** Of pairs of one kind alone, some figures are there all the same. */
const measuresSome = ({ measures }: BoundEvaluator, part: PartCounts, { evaluate }: Plan): boolean =>
  measures === 'pairs' && countEvaluated(evaluate.pairs, part) > 0;

function kindsOf(part: PartCounts, choice: Plan['evaluate']['pairs']['type']): { same: number; different: number } {
  if (choice === 'given') return { same: part.positives, different: part.pairs - part.positives };
  const all = countEvaluated({ type: 'all', count: 0 }, part);
  const same = part.groups.sizes.reduce((sum, size) => sum + pairCount(size), 0);
  return { same, different: all - same };
}

const counted = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`;

function contents({ items, pairs, positives, triplets, groups: { sizes } }: PartCounts): string {
  if (triplets > 0) return counted(triplets, 'given triplet');
  if (pairs > 0) return `${counted(pairs, 'given pair')}, ${positives} of them the same`;
  if (sizes.length === 0) return counted(items, 'item');
  const alone = sizes.every((size) => size === 1) && sizes.length > 1 ? ', one of each' : '';
  return `${counted(items, 'item')} of ${counted(sizes.length, 'group')}${alone}`;
}
