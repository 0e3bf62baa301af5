import type { Draw } from '../contract/index.js';
import type { Clusters } from './clusters.js';
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
  readonly clusters: Clusters;
  readonly units: Units;
  /** The values under these weights of the units. */
  readonly values: (weight: Float64Array) => Readonly<Record<string, number>>;
  /** How many draws; absent: as many as the time allows. */
  readonly draws?: number;
  /** By number: the same number draws the same clusters, whatever is measured. */
  readonly draw: (kind: 'clusters' | 'pairs', number: number) => Draw;
}

/** Fewer groups than this say nothing of how much groups differ. */
export const FEWEST_CLUSTERS = 4;
/** Units weighed in all draws together: bounds the time. */
const WORK = 2e7;
const [MOST, FEWEST] = [1000, 100];

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
  const { clusters, units } = resampling;
  const draws = resampling.draws ?? drawsFor(Math.max(units.left.length, clusters.leftCount));
  const places = placesOf(resampling);
  const weights = new Float64Array(units.left.length);
  const byCluster = collect(draws, (number) =>
    resampling.values(clusterWeights({ ...resampling, places, weights }, number)),
  );
  const crossing = isCrossing(resampling);
  const single = crossing
    ? collect(Math.ceil(draws / 2), (number) =>
        resampling.values(pairWeights({ ...resampling, weights }, crossing, number)),
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

/** The clusters of each unit: of its left row, and of its right. */
interface Places {
  readonly left: Int32Array;
  readonly right: Int32Array | null;
}

const placesOf = ({ clusters, units }: Resampling): Places => ({
  left: units.left.map((row) => clusters.left[row]!),
  right: units.right?.map((row) => clusters.right[row]!) ?? null,
});

/** `weights`: filled anew at each draw. */
type Weighing = Resampling & { readonly weights: Float64Array };

function clusterWeights(
  { clusters, units, draw, places, weights }: Weighing & { readonly places: Places },
  number: number,
): Float64Array {
  const generator = draw('clusters', number);
  const left = drawn(clusters.leftCount, generator);
  const shared = clusters.left === clusters.right;
  const right = shared || !units.right ? left : drawn(clusters.rightCount, generator);
  for (let i = 0; i < weights.length; i++) {
    const a = places.left[i]!;
    const b = places.right ? places.right[i]! : a;
    weights[i] = shared && a === b ? left[a]! : places.right ? left[a]! * right[b]! : left[a]!;
  }
  return times(weights, units.weight);
}

/** How often each of `count` is drawn in as many draws. */
function drawn(count: number, generator: Draw): Float64Array {
  const times = new Float64Array(count);
  for (let i = 0; i < count; i++) times[generator.below(count)]!++;
  return times;
}

/** 1 for units of two clusters, which alone are counted too often; null where there are none. */
function isCrossing({ clusters, units }: Resampling): Uint8Array | null {
  const { right } = units;
  if (!right) return null;
  const shared = clusters.left === clusters.right;
  const crossing = Uint8Array.from(right, (row, i) =>
    Number(!shared || clusters.left[units.left[i]!] !== clusters.right[row]),
  );
  return crossing.includes(1) ? crossing : null;
}

/** Units of two clusters one by one, a Poisson number of times; the others as they are. */
function pairWeights({ units, draw, weights }: Weighing, crossing: Uint8Array, number: number): Float64Array {
  const generator = draw('pairs', number);
  for (let i = 0; i < weights.length; i++) weights[i] = crossing[i] ? poisson(generator.uniform()) : 1;
  return times(weights, units.weight);
}

/** Times the units' own weights. In place. */
function times(weights: Float64Array, own: Float32Array | null): Float64Array {
  if (own) for (let i = 0; i < weights.length; i++) weights[i] = weights[i]! * own[i]!;
  return weights;
}

/** Of mean 1, by its quantile. */
function poisson(uniform: number): number {
  let [times, share, below] = [0, Math.exp(-1), Math.exp(-1)];
  while (uniform >= below && times < 20) {
    times++;
    share /= times;
    below += share;
  }
  return times;
}
