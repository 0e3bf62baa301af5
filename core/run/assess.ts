import type { BoundDistance, ThresholdRule } from '../contract/index.js';
import type { ItemSet } from '../data/item-set.js';
import { sameTargets } from '../data/same.js';
import { type EmbeddedItems, type Embedder, embedItems } from '../evaluate/embed.js';
import { type BoundEvaluator, type Evaluation, evaluate } from '../evaluate/evaluate.js';
import { choosePairs, type EvaluationPairs, type PairChoice } from '../evaluate/pairs.js';
import type { Pause } from '../evaluate/pause.js';
import { type Scorer, scoreBlocks } from '../evaluate/score.js';
import { spreadOf } from '../evaluate/spread.js';
import { chooseThreshold, type Threshold } from '../evaluate/threshold.js';
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
  how: AssessSettings & { readonly rule: ThresholdRule | null },
): Promise<{
  readonly evaluation: Evaluation;
  readonly threshold: Threshold | null;
  /** Of the left embeddings, for the health of the training. */
  readonly spread: ReturnType<typeof spreadOf>;
}> {
  const embedded = await embedItems(part.items, { ...judged, pause: how.pause });
  const spread = spreadOf(embedded.left);
  const threshold = how.rule && (await chooseOn(part, { judged, embedded }, { ...how, rule: how.rule }));
  return { threshold, spread, evaluation: await evaluateEmbedded(part, { judged, embedded }, { ...how, threshold }) };
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

function evaluateEmbedded(
  part: AssessedPart,
  { judged, embedded }: Embedded,
  how: AssessSettings & { readonly threshold: Threshold | null },
): Promise<Evaluation> {
  return evaluate({
    items: part.items,
    pairs: part.pairs,
    embedded,
    scorer: judged.scorer,
    distance: judged.distance,
    evaluators: how.evaluators,
    threshold: how.threshold?.closeness ?? null,
    positive: how.positive,
    pause: how.pause,
    draw: (evaluator) => openStream(how.seed, `evaluator.${evaluator}`).draw(),
  });
}

async function chooseOn(
  part: AssessedPart,
  { judged, embedded }: Embedded,
  how: Pick<AssessSettings, 'positive' | 'pause'> & { readonly rule: ThresholdRule },
): Promise<Threshold | null> {
  const closeness = new Float32Array(part.pairs.left.length);
  let at = 0;
  for await (const block of scoreBlocks(embedded, part.pairs, judged.scorer)) {
    closeness.set(block.closeness, at);
    at += block.closeness.length;
    await how.pause();
  }
  const { weight } = part.pairs;
  const choice = { produces: judged.scorer.produces, positive: how.positive };
  return chooseThreshold({ closeness, target: sameTargets(part.pairs), weight }, how.rule, choice);
}
