import type { Clusters } from './clusters.js';
import type { Draws } from './draws.js';
import { spreadFactor } from './quantiles.js';

/** An interval that holds the true figure in 95 of 100 cases. */
export type Interval = readonly [low: number, high: number];

/** Values under each draw, by metric. */
export type Resamples = Readonly<Record<string, Float64Array>>;

/** What an evaluator counts: pairs of a left and a right row, or (right null) single rows. */
export interface Units {
  readonly left: Int32Array;
  readonly right: Int32Array | null;
  /** Their own weights; null: all 1. */
  readonly weight: Float32Array | null;
}

export interface Resampling {
  readonly draws: Draws;
  readonly units: Units;
  /** The values under these weights of the units. */
  readonly values: (weight: Float64Array) => Readonly<Record<string, number>>;
  /** How many draws; absent: as many as the time allows. */
  readonly count?: number;
}

/** Fewer groups than this say nothing of how much groups differ. */
export const FEWEST_CLUSTERS = 4;
/** Units weighed in all draws together: bounds the time. */
const WORK = 2e7;
const [MOST, FEWEST] = [1000, 100];
/** Draws of single pairs: of them only the variance is asked, which 200 give to a tenth. */
const MOST_SINGLE = 200;

/** How many draws are made for so many units. */
export const drawsFor = (units: number): number =>
  Math.max(FEWEST, Math.min(MOST, Math.floor(WORK / Math.max(1, units))));

export const fewestClusters = ({ left, right, leftCount, rightCount }: Clusters): number =>
  left === right ? leftCount : Math.min(leftCount, rightCount);

/**
 * Values under draws of whole clusters with replacement, spread as they should be. A row has the weight with which its
 * cluster was drawn, a pair of two clusters the product. That product counts what is peculiar to one pair three times
 * where once is right, Var = shared + 3 own: `own` is what drawing pairs one by one varies by, so the draws are brought
 * nearer to the value by sqrt((Var - 2 own) / Var). They are also widened from n drawn clusters to what is known of the
 * whole (sqrt(n / (n - 1)), and Student's t for the normal quantile).
 * Source: Owen 2007 (the factor 3); Cameron, Gelbach, Miller 2011; Hesterberg 2015 (the widening).
 */
export function resample(resampling: Resampling, values: Readonly<Record<string, number>>): Resamples {
  const { draws, units } = resampling;
  const { clusters } = draws;
  const count = resampling.count ?? drawsFor(Math.max(units.left.length, clusters.leftCount));
  const weigh = weighing(resampling);
  const byCluster = collect(count, (number) => resampling.values(weigh.byCluster(number)));
  const crossing = units.right && draws.crossing(units.left, units.right); // those alone are counted too often
  const single = crossing?.includes(1)
    ? collect(Math.min(MOST_SINGLE, Math.ceil(count / 2)), (number) =>
        resampling.values(weigh.byPair(number, crossing)),
      )
    : {};
  const widening = spreadFactor(fewestClusters(clusters));
  return Object.fromEntries(
    Object.entries(byCluster).map(([name, drawn]) => {
      const factor = widening * shrinking(variance(drawn), single[name] ? variance(single[name]) : 0);
      const value = values[name]!;
      return [name, drawn.map((one) => value + factor * (one - value))];
    }),
  );
}

/** Where draws of pairs vary more than half as much, only the pairs vary: their own draws are the measure. */
function shrinking(all: number, own: number): number {
  if (!(all > 0) || !(own > 0)) return 1;
  return Math.sqrt(Math.max(all - 2 * own, own) / all);
}

function collect(draws: number, values: (number: number) => Readonly<Record<string, number>>): Resamples {
  const collected: Record<string, Float64Array> = {};
  for (let number = 0; number < draws; number++) {
    for (const [name, value] of Object.entries(values(number))) {
      collected[name] ??= new Float64Array(draws);
      collected[name][number] = value;
    }
  }
  return collected;
}

/** Over the draws in which it could be measured. */
function variance(drawn: Float64Array): number {
  const finite = drawn.filter(Number.isFinite);
  const mean = finite.reduce((a, b) => a + b, 0) / finite.length;
  return finite.reduce((sum, one) => sum + (one - mean) ** 2, 0) / finite.length;
}

interface Weighing {
  /** A row has the weight with which its cluster was drawn, a pair of two clusters the product. */
  byCluster(number: number): Float64Array;
  byPair(number: number, crossing: Uint8Array): Float64Array;
}

/** The weights are one array, filled anew at each draw. */
function weighing({ draws, units }: Resampling): Weighing {
  const { clusters } = draws;
  const left = units.left.map((row) => clusters.left[row]!);
  const right = units.right?.map((row) => clusters.right[row]!) ?? null;
  const shared = clusters.left === clusters.right;
  const weights = new Float64Array(left.length);
  const weighed = (): Float64Array => {
    const own = units.weight;
    if (own) for (let i = 0; i < weights.length; i++) weights[i] = weights[i]! * own[i]!;
    return weights;
  };
  return {
    byCluster(number) {
      const drawn = draws.drawClusters(number);
      for (let i = 0; i < weights.length; i++) {
        const a = left[i]!;
        const times = drawn.left[a]!;
        weights[i] = right === null || (shared && a === right[i]) ? times : times * drawn.right[right[i]!]!;
      }
      return weighed();
    },
    byPair(number, crossing) {
      weights.set(draws.drawPairs(number, crossing));
      return weighed();
    },
  };
}
