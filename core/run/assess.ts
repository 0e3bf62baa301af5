import type { BoundDistance, ThresholdRule } from '../contract/index.js';
import type { ItemSet } from '../data/item-set.js';
import { sameTargets } from '../data/same.js';
import { openCatalogue } from '../evaluate/catalogue.js';
import { type EmbeddedItems, type Embedder, embedItems } from '../evaluate/embed.js';
import { type BoundEvaluator, type Evaluation, evaluate } from '../evaluate/evaluate.js';
import { type Operating, operatingOf } from '../evaluate/operating.js';
import { choosePairs, type EvaluationPairs, type PairChoice } from '../evaluate/pairs.js';
import type { Pause } from '../evaluate/pause.js';
import { type Scorer, scoreBlocks } from '../evaluate/score.js';
import { spreadOf } from '../evaluate/spread.js';
import { chooseThreshold, type ScoredPairs, type Threshold } from '../evaluate/threshold.js';
import { openStream } from '../random/index.js';

/** A part of the data with the pairs that verification counts. */
export interface AssessedPart {
  readonly items: ItemSet;
  readonly pairs: EvaluationPairs;
}

/** The pairs are drawn once, from the seed and the part's name: the same for every model. */
export function assessedPart(
  items: ItemSet,
  name: 'validation' | 'test',
  how: { readonly seed: number; readonly pairs: PairChoice },
): AssessedPart {
  return { items, pairs: choosePairs(items, how.pairs, openStream(how.seed, `evaluation-pairs.${name}`).draw()) };
}

/** What is judged: a network, its untrained self, or the raw input. */
export interface Judged {
  readonly left: Embedder;
  readonly right: Embedder;
  readonly scorer: Scorer;
  readonly distance: BoundDistance;
}

export interface AssessSettings {
  readonly evaluators: readonly BoundEvaluator[];
  readonly positive: 'same' | 'different';
  readonly seed: number;
  /** Awaited between blocks; throws where the run was interrupted. */
  readonly pause: Pause;
  /** What training knew, for questions that go beyond the part; null: not in memory. */
  readonly training: ItemSet | null;
  /** Whether the work of ranking is bounded, by asking for a part of the queries: of baselines. Absent: no. */
  readonly bounded?: boolean;
  /** Whether figures come with intervals. Absent: no. */
  readonly intervals?: boolean;
}

/** Every evaluator over one part, at a threshold that was chosen elsewhere (null: none). */
export async function assess(
  part: AssessedPart,
  judged: Judged,
  how: AssessSettings & { readonly threshold: Threshold | null },
): Promise<Evaluation> {
  const embedded = await embedItems(part.items, { ...judged, pause: how.pause });
  return evaluateEmbedded(part, { judged, embedded }, how);
}

/** Chooses the threshold on validation, and evaluates validation with it. */
export async function assessValidation(
  part: AssessedPart,
  judged: Judged,
  how: AssessSettings & { readonly rule: ThresholdRule | null; readonly operating?: boolean },
): Promise<{
  readonly evaluation: Evaluation;
  readonly threshold: Threshold | null;
  /** Where `operating` asks for it and a threshold was chosen. */
  readonly operating: Operating | null;
  /** Of the left embeddings, for the health of the training. */
  readonly spread: ReturnType<typeof spreadOf>;
}> {
  const embedded = await embedItems(part.items, { ...judged, pause: how.pause });
  const { rule, positive } = how;
  const choice = { produces: judged.scorer.produces, positive };
  const scored = rule && (await scoredPairs(part, { judged, embedded, pause: how.pause }));
  const threshold = rule && scored && chooseThreshold(scored, rule, choice);
  const operating =
    how.operating && rule && scored && threshold ? operatingOf(part, scored, { ...choice, rule, threshold }) : null;
  const evaluation = await evaluateEmbedded(part, { judged, embedded }, { ...how, threshold });
  return { threshold, operating, evaluation, spread: spreadOf(embedded.left) };
}

/**
 * What a baseline reaches on a part, at a threshold that is its own: chosen on validation, of which nothing else is
 * measured.
 */
export async function assessBaseline(
  part: AssessedPart,
  judged: Judged,
  how: AssessSettings & { readonly validation: AssessedPart | null; readonly rule: ThresholdRule | null },
): Promise<{ readonly evaluation: Evaluation; readonly threshold: Threshold | null }> {
  const { validation, rule, positive, pause } = how;
  let threshold: Threshold | null = null;
  if (validation && rule) {
    const embedded = await embedItems(validation.items, { ...judged, pause });
    threshold = await chooseOn(validation, { judged, embedded }, { rule, positive, pause });
  }
  return { threshold, evaluation: await assess(part, judged, { ...how, threshold }) };
}

interface Embedded {
  readonly judged: Judged;
  readonly embedded: EmbeddedItems;
}

async function evaluateEmbedded(
  part: AssessedPart,
  { judged, embedded }: Embedded,
  how: AssessSettings & { readonly threshold: Threshold | null },
): Promise<Evaluation> {
  const { training, evaluators, positive, intervals = false } = how;
  const asksBeyond = evaluators.some(
    ({ question }) => question && (question.gallery === 'right' || question.exclude !== 'none'),
  );
  const beyond =
    asksBeyond && training
      ? await openCatalogue(part.items, embedded, { training, right: judged.right })
      : { embedded };
  const most = how.bounded
    ? mostQueries({ size: part.items.right.size, dimensions: embedded.right.dimensions }, judged.distance)
    : Number.POSITIVE_INFINITY;
  const asked = { beyond: 0, trainedWith: () => [], ...('asked' in beyond ? beyond.asked : {}), most };
  return evaluate({
    items: part.items,
    pairs: part.pairs,
    embedded: beyond.embedded,
    asked,
    scorer: judged.scorer,
    distance: judged.distance,
    evaluators,
    threshold: how.threshold?.closeness ?? null,
    positive,
    intervals,
    pause: how.pause,
    draw: (evaluator) => openStream(how.seed, `evaluator.${evaluator}`).draw(),
  });
}

/** Numbers that ranking for a baseline may go through, and queries that it asks all the same: some seconds. */
const [RANKED, FEWEST_QUERIES] = [5e9, 1000];
/** Of a euclidean distance, whose squares are one product of matrices; others may go through every dimension. */
const PRODUCT = 4;

export function mostQueries(
  { size, dimensions }: { readonly size: number; readonly dimensions: number },
  { euclidean }: BoundDistance,
): number {
  return Math.max(FEWEST_QUERIES, Math.floor(RANKED / (size * (euclidean ? PRODUCT : dimensions))));
}

async function chooseOn(
  part: AssessedPart,
  { judged, embedded }: Embedded,
  how: Pick<AssessSettings, 'positive' | 'pause'> & { readonly rule: ThresholdRule },
): Promise<Threshold | null> {
  const choice = { produces: judged.scorer.produces, positive: how.positive };
  return chooseThreshold(await scoredPairs(part, { judged, embedded, pause: how.pause }), how.rule, choice);
}

/** The pairs of a part with their closeness, as a threshold is chosen by them. */
export async function scoredPairs(
  part: AssessedPart,
  { judged, embedded, pause }: Embedded & { readonly pause?: Pause },
): Promise<ScoredPairs> {
  const closeness = new Float32Array(part.pairs.left.length);
  let at = 0;
  for await (const block of scoreBlocks(embedded, part.pairs, judged.scorer)) {
    closeness.set(block.closeness, at);
    at += block.closeness.length;
    await pause?.();
  }
  return { closeness, target: sameTargets(part.pairs), weight: part.pairs.weight };
}
