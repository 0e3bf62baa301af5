import { describe, expect, it } from 'vitest';
import { triplet } from '../../../plugins/losses/triplet.js';
import { drawnRows, expectClose, type Matrix, numericGradient, type Vector } from '../numeric.js';
import { anchorsOf, apart, batchLossProperties, mean, onBatch, onTriplets } from './batch-loss.js';

const options = { margin: 0.5, mining: 'all', average: 'all' } as const;
type Mined = readonly (readonly [positive: number, negative: number])[];
type Mine = (positives: Vector, negatives: Vector) => Mined;
const every: Mine = (positives, negatives) => positives.flatMap((p) => negatives.map((n) => [p, n] as const));
const semiHard: Mine = (p, n) => every(p, n).filter(([near, far]) => far > near && far <= near + 0.5);
const hard: Mine = (p, n) => (p.length * n.length === 0 ? [] : [[Math.max(...p), Math.min(...n)]]);

const oracle =
  (mine: Mine, { soft = false, active = false } = {}) =>
  (e: Matrix, labels: Vector): number => {
    const costs = anchorsOf(labels).flatMap(({ anchor, positives, negatives }) => {
      const d = (i: number): number => apart(e[anchor]!, e[i]!);
      const mined = mine(positives.map(d), negatives.map(d));
      return mined.map(([p, n]) => (soft ? Math.log1p(Math.exp(p - n)) : Math.max(0, p - n + 0.5)));
    });
    return mean(active ? costs.filter((cost) => cost > 0) : costs);
  };

describe('triplet', () => {
  const line = [[0], [1], [2.2], [9]]; // biome-ignore format: a table
  const labels = [0, 0, 1, 1];

  it('averages over all triplets, or over those that cost something; the share of these is monitored', () => {
    // (0,1) against 2.2: 1 - 2.2 + 0.5 < 0, against 9: < 0; (1,0) against 2.2: 1 - 1.2 + 0.5 = 0.3, against 9: < 0;
    // (2.2,9) against 0: 6.8 - 2.2 + 0.5 = 5.1, against 1: 6.1; (9,2.2) against 0: < 0, against 1: < 0
    const all = onBatch({ plugin: triplet, options }, { embeddings: line, labels });
    expect(all.value).toBeCloseTo((0.3 + 5.1 + 6.1) / 8, 5);
    const active = onBatch(
      { plugin: triplet, options: { ...options, average: 'active' } },
      { embeddings: line, labels },
    );
    expect(active.value).toBeCloseTo((0.3 + 5.1 + 6.1) / 3, 5);
    expect(active.monitors['activeShare']).toBeCloseTo(3 / 8, 6);
  });

  it('monitors the pairs that have a semi-hard triplet, and nothing where no margin can be kept', () => {
    const mined = (more: object) =>
      onBatch({ plugin: triplet, options: { ...options, ...more } }, { embeddings: line, labels });
    // of (0,1), (1,0), (2.2,9), (9,2.2) only (1,0) has a negative that is farther by less than 0.5: 2.2, at 1.2
    expect(mined({ mining: 'semi-hard' }).monitors).toEqual({ activeShare: 0.25 });
    expect(mined({ margin: 'soft' }).monitors).toEqual({});
    expect(mined({ margin: 'soft', mining: 'semi-hard' }).monitors).toEqual({});
  });

  it('counts no triplet of which rounding alone has left something', () => {
    // distances 0.1 and 0.3 + 0.1: in float32 0.1 - 0.4 + 0.3 is not 0
    const rows = [[0], [0.1], [0.1 + 0.3], [-0.4]]; // biome-ignore format: a table
    const one = { plugin: triplet, options: { margin: 0.3, mining: 'all', average: 'active' } };
    const found = onBatch(one, { embeddings: [rows[0]!, rows[1]!, rows[3]!], labels: [0, 0, 1] });
    expect(found.value).toBe(0);
    expect(found.gradient.map(Math.abs)).toEqual([0, 0, 0]);
  });

  it('takes given triplets as they are', () => {
    const [a, p, n] = [drawnRows(4, 3, 1), drawnRows(4, 3, 2), drawnRows(4, 3, 3)];
    const found = onTriplets({ plugin: triplet, options }, a, p, n);
    const costs = a.map((row, i) => Math.max(0, apart(row, p[i]!) - apart(row, n[i]!) + 0.5));
    expect(found.value).toBeCloseTo(mean(costs), 6);
    expect(found.monitors['activeShare']).toBe(mean(costs.map((cost) => Number(cost > 0))));
  });

  it('does not explode where anchor and positive coincide', () => {
    const found = onTriplets({ plugin: triplet, options }, [[1, 2]], [[1, 2]], [[1, 2]]);
    expect(found.value).toBe(0.5);
    expect(found.gradient.map(Math.abs)).toEqual([0, 0, 0, 0, 0, 0]);
  });

  const plugin = triplet;
  describe('all', () => batchLossProperties({ plugin, options, oracle: oracle(every) }));
  describe('all, active', () =>
    batchLossProperties({
      plugin,
      options: { ...options, average: 'active' },
      oracle: oracle(every, { active: true }),
    }));
  describe('all, soft', () =>
    batchLossProperties({ plugin, options: { ...options, margin: 'soft' }, oracle: oracle(every, { soft: true }) }));
  describe('semi-hard', () =>
    batchLossProperties({ plugin, options: { ...options, mining: 'semi-hard' }, oracle: oracle(semiHard) }));
  describe('hard', () =>
    batchLossProperties({ plugin, options: { ...options, mining: 'hard' }, oracle: oracle(hard) }));
});

describe('triplet, where anchors are known to have few positives', () => {
  // groups of 4, 3, 2 and 1, and rows of no group, none beside its like
  const sizes = [4, 4, 4, 3, 3, 2, 4, 4, 4, 3, 2, 1, 1, 4];
  const grouped = sizes.flatMap((size, group) => Array.from({ length: size }, () => group));
  const order = Array.from({ length: 48 }, (_, i) => (i * 31) % 48);
  const labels = order.map((place) => grouped[place] ?? -1);
  const centers = drawnRows(sizes.length, 6, 8);
  const embeddings = drawnRows(48, 6, 7).map((row, i) =>
    row.map((x, k) => Math.fround(0.6 * x + 0.7 * (centers[labels[i]!]?.[k] ?? 0))),
  );
  const mines = { all: every, 'semi-hard': semiHard } as const;

  for (const mining of ['all', 'semi-hard'] as const) {
    for (const average of ['all', 'active'] as const) {
      for (const margin of [0.5, 'soft'] as const) {
        if (mining === 'semi-hard' && margin === 'soft') continue; // the oracle's choice is by the margin
        it(`${mining}, ${average}, margin ${margin}: the cost of every triplet that there is`, () => {
          const one = { plugin: triplet, options: { margin, mining, average } };
          const few = onBatch(one, { embeddings, labels, mostPositives: 4 });
          const price = oracle(mines[mining], { soft: margin === 'soft', active: average === 'active' });
          expect(few.value / price(embeddings, labels)).toBeCloseTo(1, 5);
          expectClose(few.gradient, onBatch(one, { embeddings, labels }).gradient, 1e-7);
        });
      }
    }
  }

  it('semi-hard by any amount, as among all columns', () => {
    const one = { plugin: triplet, options: { ...options, mining: 'semi-hard', margin: 'soft' } };
    const [few, all] = [4, null].map((mostPositives) => onBatch(one, { embeddings, labels, mostPositives }));
    expect(few!.value).toBeCloseTo(all!.value, 6);
    expectClose(few!.gradient, all!.gradient, 1e-7);
  });

  it('the shares that are monitored', () => {
    for (const mining of ['all', 'semi-hard']) {
      const one = { plugin: triplet, options: { ...options, mining } };
      const [few, all] = [4, null].map((mostPositives) => onBatch(one, { embeddings, labels, mostPositives }));
      expect(few!.monitors['activeShare']).toBeGreaterThan(0);
      expect(few!.monitors['activeShare']).toBeCloseTo(all!.monitors['activeShare']!, 6);
    }
  });

  it('distance-weighted: a negative for each positive, and nothing for the other columns', () => {
    // groups of four at one point each, every two points at distance 1: d(a, p) = 0, d(a, n) = 1
    const points = Array.from({ length: 12 }, (_, group) => Array.from({ length: 13 }, (_, k) => Number(k === 0 || k === group + 1) / Math.SQRT2)); // biome-ignore format: one row each
    const groups = Array.from({ length: 48 }, (_, i) => i % 12);
    const one = { plugin: triplet, options: { margin: 1.25, mining: 'distance-weighted', average: 'all' } };
    const given = { embeddings: groups.map((group) => points[group]!), labels: groups, mostPositives: 4 };
    expect(onBatch(one, given).value).toBeCloseTo(0.25, 5);
    // what else is drawn differs, its mean does not
    const random = { plugin: triplet, options: { margin: 2, mining: 'distance-weighted', average: 'all' } };
    const unit = embeddings.map((row) => row.map((x) => x / Math.hypot(...row)));
    const drawnMean = (mostPositives: number | null): number =>
      mean(Array.from({ length: 10 }, (_, seed) => onBatch(random, { embeddings: unit, labels, mostPositives, seed }).value)); // biome-ignore format: one draw each
    expect(Math.abs(drawnMean(4) - drawnMean(null))).toBeLessThan(0.04);
  });
});

describe('triplet, distance-weighted', () => {
  const unit = (angle: number): number[] => [Math.cos(angle), Math.sin(angle), 0, 0];
  const one = { plugin: triplet, options: { margin: 2, mining: 'distance-weighted', average: 'all' } };
  // one pair of coincident anchors, negatives at distances 0.6, 0.9, 1.2 and 1.9
  const distances = [0.6, 0.9, 1.2, 1.9];
  const embeddings = [unit(0), unit(0), ...distances.map((d) => unit(2 * Math.asin(d / 2)))];
  const labels = [0, 0, 1, 2, 3, 4];
  const lossWith = (seed: number): number => onBatch(one, { embeddings, labels, seed }).value;

  it('draws negatives by the inverse density of distances on the sphere, none from 1.4 on', () => {
    const inverse = (d: number): number => (d < 1.4 ? d ** (2 - 4) * (1 - d ** 2 / 4) ** ((3 - 4) / 2) : 0);
    const weights = distances.map(inverse);
    const total = weights.reduce((a, b) => a + b, 0);
    const expected = weights.reduce((sum, w, i) => sum + (w / total) * (2 - distances[i]!), 0);
    const draws = Array.from({ length: 1500 }, (_, seed) => lossWith(seed));
    for (const value of draws) expect(value).toBeGreaterThan(2 - 1.2 - 1e-5);
    expect(Math.abs(mean(draws) - expected)).toBeLessThan(0.015); // five deviations of the mean
  });

  it('draws the same for a seed', () => expect(lossWith(3)).toBe(lossWith(3)));

  it('has the gradient of the triplets it drew, and is finite where there is little to draw from', () => {
    const found = onBatch(one, { embeddings: drawnRows(6, 4, 5), labels: [0, 0, 0, 1, 1, 1] });
    expect([found.value, ...found.gradient].every(Number.isFinite)).toBe(true);
    expect(Math.max(...found.gradient.map(Math.abs))).toBeGreaterThan(0);
    for (const alone of [
      [0, 0],
      [0, 1],
      [-1, -1],
    ]) {
      // biome-ignore format: a table
      const few = onBatch(one, { embeddings: [unit(0), unit(0.7)], labels: alone });
      expect(few.value).toBe(0);
      expect(few.gradient.map(Math.abs).every((x) => x === 0)).toBe(true);
    }
    const single = onBatch(one, { embeddings: [unit(0)], labels: [0] });
    expect(single.value).toBe(0);
  });

  it('of one negative always draws that: then it is the triplet loss of all', () => {
    const rows = drawnRows(4, 4, 8);
    const few = [0, 0, 0, 1];
    const near = rows.map((row) => row.map((x) => x * 0.2 + 0.5));
    const all = onBatch({ ...one, options: { ...one.options, mining: 'all' } }, { embeddings: near, labels: few });
    const drawn = onBatch(one, { embeddings: near, labels: few });
    expectClose([drawn.value, ...drawn.gradient], [all.value, ...all.gradient], 1e-5);
    const slope = numericGradient(([x]) => oracle(every)(near.with(0, near[0]!.with(0, x!)), few), [near[0]![0]!]);
    expect(Number.isFinite(slope[0])).toBe(true);
  });
});
