import type { Score, ThresholdRule } from '../contract/index.js';

/** Scored pairs, as far as a threshold needs them. */
export interface ScoredPairs {
  /** Larger is more alike. */
  readonly closeness: Float32Array;
  readonly target: Float32Array;
}

/** A threshold, in both ways of saying it. */
export interface Threshold {
  /** A pair is accepted as same when its closeness is at least this. */
  readonly closeness: number;
  /** The same in units of the score: distances accept at or below it, logits and values at or above it. */
  readonly score: number;
}

export function thresholdOf(produces: Score, closeness: number): Threshold {
  return { closeness, score: produces === 'distance' ? 0 - closeness : closeness };
}

/** Counts when every pair with closeness >= some value is accepted. */
interface Cut {
  readonly accepted: { readonly same: number; readonly different: number };
  readonly closeness: number;
}

/**
 * Chooses by the rule among the cuts between neighbouring values of closeness; null where one kind of pair is missing.
 * equal-error: |FAR - FRR| smallest; best-f1 (of the positive class), best-accuracy: largest; far-at-most: the highest
 * true-accept rate whose FAR is at most the rate. Of equal cuts the one that accepts least.
 */
export function chooseThreshold(pairs: ScoredPairs, rule: ThresholdRule, how: { readonly produces: Score; readonly positive: 'same' | 'different' }): Threshold | null {
  if (rule.type === 'fixed') return thresholdOf(how.produces, how.produces === 'distance' ? 0 - rule.value : rule.value);
  const same = pairs.target.reduce((sum, target) => sum + Number(target >= 0.5), 0);
  const different = pairs.target.length - same;
  if (same === 0 || different === 0) return null;
  const value = qualityOf(rule, { same, different, positive: how.positive });
  let best: Cut | null = null;
  for (const cut of cuts(pairs)) if (best === null || value(cut) > value(best)) best = cut;
  return thresholdOf(how.produces, best!.closeness);
}

function qualityOf(rule: Exclude<ThresholdRule, { type: 'fixed' }>, totals: { readonly same: number; readonly different: number; readonly positive: 'same' | 'different' }): (cut: Cut) => number {
  const { same, different, positive } = totals;
  switch (rule.type) {
    case 'equal-error':
      return ({ accepted }) => -Math.abs(accepted.different / different - (1 - accepted.same / same));
    case 'best-accuracy':
      return ({ accepted }) => accepted.same + (different - accepted.different);
    case 'best-f1':
      return ({ accepted }) =>
        positive === 'same'
          ? (2 * accepted.same) / (accepted.same + accepted.different + same)
          : (2 * (different - accepted.different)) / (different - accepted.different + (same - accepted.same) + different);
    case 'far-at-most':
      return ({ accepted }) => (accepted.different / different <= rule.rate ? accepted.same / same : -1);
  }
}

/** From accepting nothing to accepting all, one cut between each two neighbouring values. */
function* cuts({ closeness, target }: ScoredPairs): Generator<Cut> {
  const order = Uint32Array.from(closeness, (_, i) => i).sort((a, b) => closeness[b]! - closeness[a]!);
  const highest = closeness[order[0]!]!;
  yield { accepted: { same: 0, different: 0 }, closeness: highest + Math.max(Math.abs(highest), 1) * 1e-6 };
  let [same, different] = [0, 0];
  for (const [place, i] of order.entries()) {
    if (target[i]! >= 0.5) same++;
    else different++;
    const next = order[place + 1];
    if (next === undefined) yield { accepted: { same, different }, closeness: closeness[i]! };
    else if (closeness[next]! < closeness[i]!) yield { accepted: { same, different }, closeness: (closeness[i]! + closeness[next]!) / 2 };
  }
}
