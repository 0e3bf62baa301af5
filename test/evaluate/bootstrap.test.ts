import { describe, expect, it } from 'vitest';
import { resample } from '../../core/evaluate/bootstrap.js';
import { clustersOf } from '../../core/evaluate/clusters.js';
import { Draws } from '../../core/evaluate/draws.js';
import { choosePairs } from '../../core/evaluate/pairs.js';
import { interval, quantile, spreadFactor } from '../../core/evaluate/quantiles.js';
import { type Drawing, openStream } from '../../core/random/index.js';
import { verification } from '../../plugins/evaluators/verification.js';
import { begin, pairBlocks } from '../plugins/evaluators/evaluating.js';
import { itemSet } from './sets.js';

const PER_GROUP = 3;

/** Groups that differ, items that differ less: the closeness of two is how near they are on a line. */
function simulate(groupCount: number, draw: Drawing) {
  const centres = Array.from({ length: groupCount }, () => draw.normal());
  const groups = Array.from({ length: groupCount * PER_GROUP }, (_, i) => Math.floor(i / PER_GROUP));
  const at = groups.map((group) => centres[group]! + 0.6 * draw.normal());
  return { items: itemSet({ groups }), closeness: (a: number, b: number) => -Math.abs(at[a]! - at[b]!) };
}

/** rocAuc of balanced pairs (all, where `count` is null), with its interval. */
async function measure(seed: number, groupCount: number, count: number | null) {
  const draw = openStream(seed, 'simulation').draw();
  const { items, closeness } = simulate(groupCount, draw);
  const pairs = choosePairs(items, { type: count === null ? 'all' : 'balanced', count: count ?? 0 }, draw);
  const accumulator = begin(verification);
  const shown = Array.from(pairs.left, (left, i) => ({
    closeness: closeness(left, pairs.right[i]!),
    target: pairs.target[i]!,
  }));
  for (const block of pairBlocks(shown, 4096)) await accumulator.add(block as never);
  const { values } = accumulator.result();
  const { rocAuc } = resample(
    {
      draws: new Draws(clustersOf(items), (kind, number) => openStream(seed, kind).draw(number)),
      units: { left: pairs.left, right: pairs.right, weight: null },
      values: (weight) => ({ rocAuc: accumulator.resampled!(weight)['rocAuc']! }),
      count: 120,
    },
    values,
  );
  return { value: values['rocAuc']!, between: interval(rocAuc!, [0, 1])! };
}

describe('intervals over groups', () => {
  it.each([
    ['all pairs', 25, null],
    ['few pairs of many groups, where each pair stands nearly alone', 120, 160],
  ] as const)('cover the truth in about 95 of 100 simulated sets: %s', async (_name, groups, count) => {
    const { value: truth } = await measure(1, 700, 40_000);
    let covered = 0;
    let width = 0;
    const values: number[] = [];
    for (let seed = 100; seed < 200; seed++) {
      const { value, between } = await measure(seed, groups, count);
      covered += Number(between[0] <= truth && truth <= between[1]);
      width += (between[1] - between[0]) / 100;
      values.push(value);
    }
    console.log(`covered ${covered} of 100, mean width ${width.toFixed(4)}`);
    expect(covered).toBeGreaterThanOrEqual(88); // 2 in 1000 of those that cover 95%
    // and not by being wide: the middle 95% of the figures themselves
    const sorted = values.sort((a, b) => a - b);
    expect(width).toBeLessThan(1.5 * (quantile(sorted, 0.975) - quantile(sorted, 0.025)));
  });

  it('draws groups: items of one group have one weight, a pair of two the product', () => {
    const items = itemSet({ groups: [0, 0, 1, 1, -1], impostorOf: [-1, -1, -1, -1, 0] });
    const clusters = clustersOf(items);
    expect([...clusters.left]).toEqual([0, 0, 1, 1, 0]);
    const seen: number[][] = [];
    const units = { left: Int32Array.of(0, 2, 0), right: Int32Array.of(1, 3, 2), weight: Float32Array.of(1, 1, 2) };
    const values = (weight: Float64Array) => {
      seen.push([...weight]);
      return { sum: weight[0]! };
    };
    const draws = new Draws(clusters, (kind, n) => openStream(0, kind).draw(n));
    resample({ draws, units, values, count: 8 }, { sum: 1 });
    for (const [same, other, apart] of seen.slice(0, 8)) {
      expect(same! + other!).toBe(2); // two groups drawn twice
      expect(apart).toBe(2 * same! * other!);
    }
    for (const [same, other] of seen.slice(8)) expect([same, other]).toEqual([1, 1]); // only pairs of two groups are drawn
  });

  it('are widened by the quantiles of Student', () => {
    // t(0.975) of 3, 9 and 99 degrees: 3.1824, 2.2622, 1.9842
    for (const [count, t] of [[4, 3.1824], [10, 2.2622], [100, 1.9842]] as const) // biome-ignore format: a table
      expect(spreadFactor(count) / (Math.sqrt(count / (count - 1)) * (t / 1.959964))).toBeCloseTo(1, 1);
  });

  it('are none where a tenth of the draws could not be measured', () => {
    const draws = Float64Array.from({ length: 20 }, (_, i) => (i < 3 ? Number.NaN : i));
    expect(interval(draws, [0, 100])).toBeNull();
    expect(interval(draws.subarray(2), [0, 10])).toEqual([3.4, 10]);
  });
});
