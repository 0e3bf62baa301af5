import type { ItemSet } from '../data/item-set.js';
import { askingOf, plainQuestion } from '../evaluate/asking.js';
import { majority, popularity } from '../evaluate/baselines.js';
import type { Evaluation } from '../evaluate/evaluate.js';
import { distanceScorer } from '../evaluate/score.js';
import type { Threshold } from '../evaluate/threshold.js';
import type { Plan } from '../recipe/types.js';
import { type AssessSettings, assess, assessBaseline, type Judged, mostQueries } from './assess.js';
import type { BaselineName } from './result.js';
import type { Session } from './session.js';

/** A baseline's figures on test, or why there are none. */
export type AssessedBaseline =
  | {
      readonly name: BaselineName;
      readonly evaluation: Evaluation;
      readonly threshold: Threshold | null;
      readonly how: AssessSettings;
      /** What is to be said of how it was measured. */
      readonly note: string | null;
    }
  | { readonly name: BaselineName; readonly problem: string };

interface Assessing {
  readonly plan: Plan;
  readonly session: Session;
  readonly how: AssessSettings;
  readonly report: (message: string) => void;
  /** Judges the network with the weights that it started from. */
  readonly untrained: <T>(judge: () => Promise<T>) => Promise<T>;
}

const names: Readonly<Record<Plan['evaluate']['baselines'][number], BaselineName>> = {
  'raw-input': 'rawInput',
  'untrained-encoder': 'untrainedEncoder',
  majority: 'majority',
  popularity: 'popularity',
};

/** What is reached without training, on test alone, each at a threshold of its own. */
export async function assessBaselines(assessing: Assessing): Promise<readonly AssessedBaseline[]> {
  const { plan, session } = assessing;
  const assessed: AssessedBaseline[] = [];
  if (!session.test) return assessed;
  for (const baseline of plan.evaluate.baselines) {
    assessing.report(`baseline: ${baseline.replace('-', ' ')}`);
    assessed.push(await assessOne(baseline, assessing));
  }
  return assessed;
}

async function assessOne(
  baseline: Plan['evaluate']['baselines'][number],
  { plan, session, how, untrained }: Assessing,
): Promise<AssessedBaseline> {
  const name = names[baseline];
  const rule = plan.evaluate.threshold;
  const judge = async (judged: Judged, asked = how): Promise<AssessedBaseline> => {
    const settings = { ...asked, validation: session.validation, rule, bounded: true };
    const assessed = await assessBaseline(session.test!, judged, settings);
    return { name, how: asked, note: sampled(session.test!.items, judged, { baseline, asked }), ...assessed };
  };
  if (baseline === 'untrained-encoder') return untrained(() => judge(session.judged()));
  if (baseline === 'majority') return assessMajority(session, how);
  const judged = baseline === 'raw-input' ? session.rawInput() : popular(session);
  return 'problem' in judged ? { name, problem: judged.problem } : judge(judged);
}

function popular(session: Session): Judged | { readonly problem: string } {
  const { training } = session;
  if (!training?.pairs || training.left === training.right)
    return { problem: 'popularity is left out: it needs given pairs of two tables, in memory' };
  const distance = session.euclidean();
  return { ...popularity(training), distance, scorer: distanceScorer(distance) };
}

/** Says of every pair what most of the validation pairs are; only deciding is judged, there is nothing to rank by. */
async function assessMajority(session: Session, how: AssessSettings): Promise<AssessedBaseline> {
  const evaluators = how.evaluators.filter(({ measures, binary }) => measures === 'pairs' && binary);
  if (evaluators.length === 0) return { name: 'majority', problem: 'majority is left out: no evaluator decides pairs' };
  const counted = (session.validation ?? session.test!).pairs;
  const distance = session.euclidean();
  const judged = { left: majority(), right: majority(), distance, scorer: distanceScorer(distance) };
  const closeness = counted.positives * 2 >= counted.left.length ? -0.5 : 0.5; // every pair is at closeness 0
  const threshold = { closeness, score: 0 - closeness };
  const settings = { ...how, evaluators };
  const evaluation = await assess(session.test!, judged, { ...settings, threshold });
  return { name: 'majority', how: settings, evaluation, threshold: null, note: null };
}

/** Where a part of the queries stands for all. */
function sampled(
  items: ItemSet,
  { right, distance }: Judged,
  { baseline, asked }: { readonly baseline: string; readonly asked: AssessSettings },
): string | null {
  const asking = asked.evaluators.find(({ measures }) => measures === 'neighbours');
  if (!asking) return null;
  const question = { question: asking.question ?? plainQuestion, beyond: 0, trainedWith: () => [] };
  const queries = askingOf(items, question).queries.length;
  const most = mostQueries({ size: items.right.size, dimensions: right.dimensions }, distance);
  if (queries <= most) return null;
  return `${baseline.replace('-', ' ')}: retrieval of ${most} queries that stand for all ${queries}`;
}
