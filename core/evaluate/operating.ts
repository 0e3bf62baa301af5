import type { ThresholdRule } from '../contract/index.js';
import type { ItemSet } from '../data/item-set.js';
import { FEWEST_CLUSTERS, fewestClusters, type Interval, resample } from './bootstrap.js';
import { drawsOf } from './draws.js';
import type { EvaluationPairs } from './pairs.js';
import { interval } from './quantiles.js';
import { chooseThreshold, orderOf, type ScoredPairs, type Threshold, type ThresholdChoice } from './threshold.js';

/** What a threshold does to the pairs that it was chosen by, and how sure its place is. */
export interface Operating {
  /** Pairs that it was chosen by. */
  readonly pairs: number;
  /** Those of them that are the same. */
  readonly positives: number;
  /** 95%, in units of the score: where the rule puts it when groups are drawn again. null: fixed, or too few groups. */
  readonly interval: Interval | null;
  /** From accepting the least on: [threshold, false-accept rate, false-reject rate], in units of the score. */
  readonly curve: readonly (readonly [threshold: number, falseAcceptRate: number, falseRejectRate: number])[];
}

const DRAWS = 200;
const POINTS = 100;

export function operatingOf(
  { items, pairs }: { readonly items: ItemSet; readonly pairs: EvaluationPairs },
  scored: ScoredPairs,
  how: ThresholdChoice & { readonly rule: ThresholdRule; readonly threshold: Threshold },
): Operating {
  return {
    pairs: pairs.left.length,
    positives: pairs.positives,
    interval: how.rule.type === 'fixed' ? null : intervalOf({ items, pairs }, scored, how),
    curve: curveOf(scored, how.produces === 'distance' ? -1 : 1),
  };
}

function intervalOf(
  { items, pairs }: { readonly items: ItemSet; readonly pairs: EvaluationPairs },
  scored: ScoredPairs,
  how: ThresholdChoice & { readonly rule: ThresholdRule; readonly threshold: Threshold },
): Interval | null {
  const draws = drawsOf(items);
  if (fewestClusters(draws.clusters) < FEWEST_CLUSTERS) return null;
  const order = orderOf(scored.closeness);
  const chosen = (weight: Float64Array): number => {
    const present = order.filter((i) => weight[i]! > 0);
    return chooseThreshold({ ...scored, weight, order: present }, how.rule, how)?.score ?? Number.NaN;
  };
  const { threshold } = resample(
    {
      draws,
      units: { left: pairs.left, right: pairs.right, weight: pairs.weight },
      values: (weight) => ({ threshold: chosen(weight) }),
      count: DRAWS,
    },
    { threshold: how.threshold.score },
  );
  return interval(threshold!, [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]);
}

/** At most so many points, evenly over the pairs. `sign`: of the score for a closeness. */
function curveOf(
  { closeness, target, weight, order = orderOf(closeness) }: ScoredPairs,
  sign: 1 | -1,
): Operating['curve'] {
  const weigh = (i: number): number => weight?.[i] ?? 1;
  let [same, different] = [0, 0];
  for (let i = 0; i < target.length; i++) {
    if (target[i]! >= 0.5) same += weigh(i);
    else different += weigh(i);
  }
  const curve: [number, number, number][] = [];
  const every = Math.max(1, Math.floor(order.length / POINTS));
  let [trueAccepts, falseAccepts] = [0, 0];
  for (const [place, i] of order.entries()) {
    if (target[i]! >= 0.5) trueAccepts += weigh(i);
    else falseAccepts += weigh(i);
    const ends = closeness[order[place + 1] ?? -1] !== closeness[i];
    const last = curve.at(-1);
    const due = place + 1 === order.length || place % every === every - 1;
    const threshold = sign * closeness[i]!;
    if (ends && (due || !last)) curve.push([threshold, falseAccepts / different, 1 - trueAccepts / same]);
  }
  return curve;
}
