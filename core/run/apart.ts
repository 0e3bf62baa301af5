import type { Assignment } from '../contract/index.js';
import { type ItemSet, selectItems } from '../data/item-set.js';
import { partOfItems } from '../data/parts.js';
import type { Threshold } from '../evaluate/threshold.js';
import { ProblemError } from '../problem/index.js';
import type { Plan } from '../recipe/types.js';
import { type AssessSettings, assess, assessedPart, type Judged } from './assess.js';
import { type ApartResult, intervalsOf, partResult, type RunResult } from './result.js';
import type { Session } from './session.js';

interface Measuring {
  readonly plan: Plan;
  readonly session: Session;
  readonly judged: Judged;
  readonly how: AssessSettings & { readonly threshold: Threshold | null };
}

export interface Apart {
  readonly apart?: NonNullable<RunResult['apart']>;
  /** Why something is missing, in sentences. */
  readonly notes: readonly string[];
}

/**
 * The test part once more, in two: items of groups that training has seen, and items of others. Each is measured by
 * itself, with pairs and neighbours of its own, at the same threshold. Items without a group are in neither.
 */
export async function assessApart(measuring: Measuring): Promise<Apart> {
  const { plan, session } = measuring;
  const known = session.data.trainingGroups;
  if (!plan.evaluate.seenApart || !session.test) return { notes: [] };
  if (!known) return { notes: ['groups that training has seen are not measured apart: the training part streams'] };
  const { items } = session.test;
  const seen = await share(
    measuring,
    chosen(items, (group) => known.has(group)),
  );
  const unseen = await share(
    measuring,
    chosen(items, (group) => !known.has(group)),
  );
  const notes = [
    ...(typeof seen === 'string'
      ? [`test items of groups that training has seen are not measured apart: ${seen}`]
      : []),
    ...(typeof unseen === 'string' ? [`test items of groups that are new are not measured apart: ${unseen}`] : []),
  ];
  return { apart: { seen: typeof seen === 'string' ? null : seen, unseen: typeof unseen === 'string' ? null : unseen }, notes }; // biome-ignore format: one line
}

function chosen(items: ItemSet, wanted: (group: number) => boolean): ItemSet | null {
  const groups = items.groups ?? new Int32Array();
  const assigned = Array.from(groups, (group): Assignment => (group >= 0 && wanted(group) ? 'test' : 'unused'));
  const shared = items.left === items.right;
  const { pairs, triplets } = items;
  const whole = { size: items.left.size, rightSize: items.right.size, shared, pairs, triplets };
  const selection = partOfItems(whole, assigned, 'test');
  return selection.left.length === 0 ? null : selectItems(items, selection);
}

/** The reason where it cannot be measured. */
async function share({ plan, judged, how }: Measuring, items: ItemSet | null): Promise<ApartResult | string> {
  if (!items) return 'there are none';
  try {
    const part = assessedPart(items, 'test', { seed: plan.seed, pairs: plan.evaluate.pairs });
    const evaluation = await assess(part, judged, how);
    return {
      items: items.left.size,
      groups: new Set(items.groups).size,
      figures: partResult(evaluation, how.evaluators, how.threshold),
      intervals: intervalsOf(evaluation),
    };
  } catch (error) {
    if (error instanceof ProblemError) return error.problems[0]!.message;
    throw error;
  }
}
