import type { Score, ThresholdRule } from '../contract/index.js';

/** Scored pairs, as far as a threshold needs them. */
export interface ScoredPairs {
  /** Larger is more alike. */
  readonly closeness: Float32Array;
  readonly target: Float32Array;
  /** null: all 1. */
  readonly weight: ArrayLike<number> | null;
  /** The pairs from the closest on, where that is known already; without those whose closeness is NaN. */
  readonly order?: Uint32Array;
}

/** A threshold, in both ways of saying it. */
export interface Threshold {
  /** A pair is accepted as same when its closeness is at least this. */
  readonly closeness: number;
  /** The same in units of the score: distances accept at or below it, logits and values at or above it. */
  readonly score: number;
}

/** What the choice depends on beside the pairs. */
export interface ThresholdChoice {
  readonly produces: Score;
  /** What precision, recall and F1 are of. */
  readonly positive: 'same' | 'different';
}

/** Numbers of pairs, by weight. */
interface Counts {
  readonly same: number;
  readonly different: number;
}

/**
 * Chooses by the rule among the cuts between neighbouring values of closeness; null where one kind of pair is missing.
 * equal-error: |FAR - FRR| smallest; best-f1 (of the positive class), best-accuracy: largest; far-at-most: the highest
 * true-accept rate whose FAR is at most the rate. Of equal cuts the one that accepts least. A pair whose closeness is
 * NaN is never accepted.
 */
export function chooseThreshold(pairs: ScoredPairs, rule: ThresholdRule, how: ThresholdChoice): Threshold | null {
  if (rule.type === 'fixed') {
    return { closeness: how.produces === 'distance' ? 0 - rule.value : rule.value, score: rule.value };
  }
  const totals = countPairs(pairs);
  if (totals.same === 0 || totals.different === 0) return null;
  let chosen = Number.NaN;
  let best = Number.NEGATIVE_INFINITY;
  eachCut(pairs, (accepted, closeness) => {
    const quality = qualityOf(accepted, totals, { rule, positive: how.positive });
    if (quality <= best) return;
    chosen = closeness;
    best = quality;
  });
  if (best === Number.NEGATIVE_INFINITY) return null;
  return { closeness: chosen, score: how.produces === 'distance' ? 0 - chosen : chosen };
}

function countPairs({ target, weight }: ScoredPairs): Counts {
  let [same, different] = [0, 0];
  target.forEach((one, i) => {
    if (one >= 0.5) same += weight?.[i] ?? 1;
    else different += weight?.[i] ?? 1;
  });
  return { same, different };
}

/** What the rule wants to be large. */
function qualityOf(
  accepted: Counts,
  totals: Counts,
  {
    rule,
    positive,
  }: { readonly rule: Exclude<ThresholdRule, { type: 'fixed' }>; readonly positive: 'same' | 'different' },
): number {
  const rejected = { same: totals.same - accepted.same, different: totals.different - accepted.different };
  switch (rule.type) {
    case 'equal-error':
      // (FAR - FRR) times both totals: of whole numbers exact, so that equal cuts are found equal
      return -Math.abs(accepted.different * totals.same - rejected.same * totals.different);
    case 'best-accuracy':
      return accepted.same + rejected.different;
    case 'best-f1': {
      const hits = positive === 'same' ? accepted.same : rejected.different;
      return (2 * hits) / (2 * hits + accepted.different + rejected.same);
    }
    case 'far-at-most':
      return accepted.different / totals.different <= rule.rate ? accepted.same : -1;
  }
}

/** From accepting nothing to accepting all, one cut between each two neighbouring values. `accepted` is filled anew. */
function eachCut(pairs: ScoredPairs, see: (accepted: Counts, closeness: number) => void): void {
  const { closeness, target, weight } = pairs;
  const order = pairs.order ?? orderOf(closeness);
  const highest = order.length > 0 ? closeness[order[0]!]! : 0;
  const accepted = { same: 0, different: 0 };
  if (highest < Infinity) see(accepted, highest + Math.max(Math.abs(highest), 1) * 1e-6);
  for (let place = 0; place < order.length; place++) {
    const i = order[place]!;
    if (target[i]! >= 0.5) accepted.same += weight?.[i] ?? 1;
    else accepted.different += weight?.[i] ?? 1;
    const last = place + 1 === order.length;
    const next = last ? Number.NaN : closeness[order[place + 1]!]!;
    if (last) see(accepted, closeness[i]!);
    else if (next < closeness[i]!) see(accepted, between(closeness[i]!, next));
  }
}

/** Pairs from the closest on, without those whose closeness is NaN. */
export function orderOf(closeness: Float32Array): Uint32Array {
  const measured = Uint32Array.from(closeness, (_, i) => i).filter((i) => !Number.isNaN(closeness[i]!));
  return measured.sort((a, b) => closeness[b]! - closeness[a]! || 0); // Infinity - Infinity is NaN
}

/** Above `lower` and at most `upper`. */
function between(upper: number, lower: number): number {
  const middle = (upper + lower) / 2;
  return Number.isFinite(middle) ? middle : upper;
}
