import type { CollectedPairs } from './collected-pairs.js';

type Pairs = Pick<CollectedPairs, 'closeness' | 'target'>;

/**
 * Pairs in order of closeness, counted by weight: accepted same and different pairs at one corner of the ROC for each
 * distinct value, from accepting nothing to accepting all.
 */
export interface RankedPairs {
  readonly same: number;
  readonly different: number;
  readonly trueAccepts: Float64Array;
  readonly falseAccepts: Float64Array;
}

/** Pairs from the closest on; a closeness that is NaN is the least of all. Sorted once, counted under many weights. */
export interface OrderedPairs {
  readonly order: Uint32Array;
  /** 1 where a distinct value ends, in that order. */
  readonly ends: Uint8Array;
  readonly target: Float32Array;
}

export function orderPairs({ closeness, target }: Pairs): OrderedPairs {
  const keys = closeness.map((value) => (Number.isNaN(value) ? Number.NEGATIVE_INFINITY : value));
  const order = Uint32Array.from(keys, (_, i) => i).sort((a, b) =>
    keys[a]! < keys[b]! ? 1 : keys[a]! > keys[b]! ? -1 : 0,
  );
  const ends = Uint8Array.from(order, (i, place) => Number(keys[order[place + 1] ?? -1] !== keys[i]));
  return { order, ends, target };
}

export function rankPairs({ order, ends, target }: OrderedPairs, weight: ArrayLike<number>): RankedPairs {
  const trueAccepts = new Float64Array(order.length + 1);
  const falseAccepts = new Float64Array(order.length + 1);
  let [same, different, corners] = [0, 0, 1];
  for (let place = 0; place < order.length; place++) {
    const i = order[place]!;
    if (target[i]! >= 0.5) same += weight[i]!;
    else different += weight[i]!;
    if (ends[place] === 0) continue;
    trueAccepts[corners] = same;
    falseAccepts[corners++] = different;
  }
  return {
    same,
    different,
    trueAccepts: trueAccepts.subarray(0, corners),
    falseAccepts: falseAccepts.subarray(0, corners),
  };
}

/** Trapezoids under the ROC: ties count one half. */
export function areaUnderRoc({ trueAccepts, falseAccepts, same, different }: RankedPairs): number {
  let area = 0;
  for (let i = 1; i < trueAccepts.length; i++) {
    area += ((falseAccepts[i]! - falseAccepts[i - 1]!) * (trueAccepts[i - 1]! + trueAccepts[i]!)) / 2;
  }
  return Math.min(1, area / (same * different)); // rounding may lead past 1
}

/** Sum of recall steps times precision, no interpolation. */
export function averagePrecision({ trueAccepts, falseAccepts, same }: RankedPairs): number {
  let sum = 0;
  for (let i = 1; i < trueAccepts.length; i++) {
    const gained = trueAccepts[i]! - trueAccepts[i - 1]!;
    if (gained > 0) sum += (gained / same) * (trueAccepts[i]! / (trueAccepts[i]! + falseAccepts[i]!));
  }
  return Math.min(1, sum);
}

/** Linear interpolation between the two corners at which FAR - FRR changes its sign. */
export function equalErrorRate({ trueAccepts, falseAccepts, same, different }: RankedPairs): number {
  const rates = (i: number): { readonly far: number; readonly frr: number } => ({
    far: falseAccepts[i]! / different,
    frr: 1 - trueAccepts[i]! / same,
  });
  let i = 1; // at 0, where nothing is accepted, FAR is 0 and FRR 1
  while (i < trueAccepts.length - 1 && rates(i).far < rates(i).frr) i++;
  const [before, after] = [rates(i - 1), rates(i)];
  const gapBefore = before.frr - before.far;
  const met = before.far + (gapBefore / (gapBefore + after.far - after.frr)) * (after.far - before.far);
  return Math.min(met, after.far); // rounding may lead past the corner
}

/** The best true-accept rate among the corners whose false-accept rate is at most `bound`. */
export function trueAcceptRate({ trueAccepts, falseAccepts, same, different }: RankedPairs, bound: number): number {
  let last = 0;
  while (last + 1 < trueAccepts.length && falseAccepts[last + 1]! / different <= bound) last++;
  return trueAccepts[last]! / same;
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
