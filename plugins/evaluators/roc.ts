import type { CollectedPairs } from './collected-pairs.js';

type Pairs = Pick<CollectedPairs, 'closeness' | 'target'>;

/**
 * Pairs in order of closeness, counted by weight: accepted same and different pairs at one corner of the ROC for each
 * distinct value, from accepting nothing to accepting all.
 */
export interface RankedPairs extends Corners {
  readonly same: number;
  readonly different: number;
  /** Trapezoids under the curve of trueAccepts over falseAccepts: ties count one half. */
  readonly area: number;
  /** Sum over the corners of (same pairs more than at the last) * (same / all that are accepted). */
  readonly precisions: number;
}

/** What is accepted at each corner. */
export interface Corners {
  readonly trueAccepts: Float64Array;
  readonly falseAccepts: Float64Array;
}

/** Pairs from the closest on; a closeness that is NaN is the least of all. Sorted once, counted under many weights. */
export interface OrderedPairs {
  readonly order: Uint32Array;
  /** 1 where a distinct value ends, in that order. */
  readonly ends: Uint8Array;
  /** 1 for the same pairs, in that order. */
  readonly isSame: Uint8Array;
  /** Number of corners at which all pairs of at least this closeness, and no others, are accepted. */
  cornersAbove(closeness: number): number;
}

export function orderPairs({ closeness, target }: Pairs): OrderedPairs {
  const isLess = (a: number, b: number): boolean => a < b || (Number.isNaN(a) && !Number.isNaN(b));
  const differ = (a: number, b: number): number => Number(isLess(a, b)) - Number(isLess(b, a));
  const order = Uint32Array.from(closeness, (_, i) => i).sort((a, b) => differ(closeness[a]!, closeness[b]!));
  const last = order.length - 1;
  const isEnd = (i: number, place: number): boolean => place === last || differ(closeness[i]!, closeness[order[place + 1]!]!) !== 0; // biome-ignore format: one line
  const ends = Uint8Array.from(order, (i, place) => Number(isEnd(i, place)));
  return {
    order,
    ends,
    isSame: Uint8Array.from(order, (i) => Number(target[i]! >= 0.5)),
    cornersAbove: (least) =>
      order.reduce((count, i, place) => count + Number(ends[place] === 1 && closeness[i]! >= least), 0),
  };
}

/** The corners under these weights. `into`: an earlier answer, whose arrays are filled again. */
export function rankPairs(
  { order, ends, isSame }: OrderedPairs,
  weight: Float32Array | Float64Array,
  into?: Corners,
): RankedPairs {
  const trueAccepts = into?.trueAccepts ?? new Float64Array(order.length + 1);
  const falseAccepts = into?.falseAccepts ?? new Float64Array(order.length + 1);
  let [same, different, area, precisions] = [0, 0, 0, 0];
  let [corners, sameBefore, differentBefore] = [1, 0, 0];
  for (let place = 0; place < order.length; place++) {
    const times = weight[order[place]!]!;
    if (isSame[place] === 1) same += times;
    else different += times;
    if (ends[place] === 0) continue;
    trueAccepts[corners] = same;
    falseAccepts[corners++] = different;
    area += ((different - differentBefore) * (sameBefore + same)) / 2;
    if (same > sameBefore) precisions += (same - sameBefore) * (same / (same + different));
    sameBefore = same;
    differentBefore = different;
  }
  return {
    same,
    different,
    area,
    precisions,
    trueAccepts: trueAccepts.subarray(0, corners),
    falseAccepts: falseAccepts.subarray(0, corners),
  };
}

/** Of a unit square; rounding may lead past 1. */
export const areaUnderRoc = ({ area, same, different }: RankedPairs): number => Math.min(1, area / (same * different));

/** Sum of recall steps times precision, no interpolation. */
export const averagePrecision = ({ precisions, same }: RankedPairs): number => Math.min(1, precisions / same);

/** Linear interpolation between the two corners at which FAR - FRR changes its sign. */
export function equalErrorRate({ trueAccepts, falseAccepts, same, different }: RankedPairs): number {
  const far = (i: number): number => falseAccepts[i]! / different;
  const frr = (i: number): number => 1 - trueAccepts[i]! / same;
  const last = trueAccepts.length - 1;
  const i = firstFrom(1, last, (at) => far(at) >= frr(at)); // at 0, where nothing is accepted, FAR is 0 and FRR 1
  const gapBefore = frr(i - 1) - far(i - 1);
  const met = far(i - 1) + (gapBefore / (gapBefore + far(i) - frr(i))) * (far(i) - far(i - 1));
  return Math.min(met, far(i)); // rounding may lead past the corner
}

/** The best true-accept rate among the corners whose false-accept rate is at most `bound`. */
export function trueAcceptRate({ trueAccepts, falseAccepts, same, different }: RankedPairs, bound: number): number {
  const beyond = firstFrom(1, trueAccepts.length, (i) => falseAccepts[i]! / different > bound);
  return trueAccepts[beyond - 1]! / same;
}

/** The first of low .. high at which `is` holds, which it then does at all that follow; `high` where it holds at none. */
function firstFrom(low: number, high: number, is: (i: number) => boolean): number {
  let [from, to] = [low, high];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (is(middle)) to = middle;
    else from = middle + 1;
  }
  return to;
}

/**
 * [false-accept rate, true-accept rate] at the corners of the curve: what lies on a straight line between them is left
 * out.
 */
export function rocCurve({ trueAccepts, falseAccepts, same, different }: RankedPairs): (readonly [number, number])[] {
  const last = trueAccepts.length - 1;
  const bends = (i: number): boolean =>
    i === 0 ||
    i === last ||
    ((trueAccepts[i - 1] !== trueAccepts[i] || trueAccepts[i] !== trueAccepts[i + 1]) &&
      (falseAccepts[i - 1] !== falseAccepts[i] || falseAccepts[i] !== falseAccepts[i + 1]));
  const curve: (readonly [number, number])[] = [];
  for (let i = 0; i <= last; i++) {
    if (bends(i)) curve.push([falseAccepts[i]! / different, trueAccepts[i]! / same]);
  }
  return curve;
}
