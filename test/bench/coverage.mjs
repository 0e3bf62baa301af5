/**
 * How often 95% intervals hold the truth: `node test/bench/coverage.mjs [SETS] [GROUPS]`, 1,000 simulated sets of 40 groups by
 * default. Groups differ, items of one differ less; the figure is rocAuc over all pairs, its truth that of 2,000 groups.
 */
import { resample } from '../../dist/core/evaluate/bootstrap.js';
import { clustersOf } from '../../dist/core/evaluate/clusters.js';
import { Draws } from '../../dist/core/evaluate/draws.js';
import { choosePairs } from '../../dist/core/evaluate/pairs.js';
import { interval } from '../../dist/core/evaluate/quantiles.js';
import { view } from '../../dist/core/plugin/view.js';
import { openStream } from '../../dist/core/random/index.js';
import { verification } from '../../dist/plugins/evaluators/verification.js';

const [sets, groupCount] = [1000, 40].map((usual, i) => Number(process.argv[2 + i] ?? usual));
const perGroup = 3;
const evaluator = view(verification).create({ falseAcceptRates: [] }, {});

function measure(seed, count, choice) {
  const draw = openStream(seed, 'coverage').draw();
  const size = count * perGroup;
  const groups = Int32Array.from({ length: size }, (_, i) => Math.floor(i / perGroup));
  const centres = Float64Array.from({ length: count }, () => draw.normal());
  const at = Float64Array.from(groups, (group) => centres[group] + 0.6 * draw.normal());
  const side = { size, key: String, gather: () => ({}) };
  const items = { left: side, right: side, groups, impostorOf: null, pairs: null, triplets: null };
  const { left, right, target } = choosePairs(items, choice, draw);
  const closeness = Float32Array.from(left, (row, i) => -Math.abs(at[row] - at[right[i]]));
  const accumulator = evaluator.begin({ threshold: null, positive: 'same', score: 'distance', draw });
  accumulator.add({ closeness, score: closeness, target, left, right, weight: new Float32Array(left.length).fill(1) });
  const { rocAuc } = accumulator.result().values;
  const between = () => {
    const resamples = resample(
      {
        draws: new Draws(clustersOf(items), (kind, number) => openStream(seed, kind).draw(number)),
        units: { left, right, weight: null },
        values: (weight) => ({ rocAuc: accumulator.resampled(weight).rocAuc }),
        count: 200,
      },
      { rocAuc },
    );
    return interval(resamples.rocAuc, [0, 1]);
  };
  return { rocAuc, between };
}

const truth = measure(1, 2000, { type: 'balanced', count: 1_000_000 }).rocAuc;
let covered = 0;
for (let set = 0; set < sets; set++) {
  const [low, high] = measure(1000 + set, groupCount, { type: 'all', count: 0 }).between();
  covered += Number(low <= truth && truth <= high);
}
const error = 1.96 * Math.sqrt((0.95 * 0.05) / sets);
console.log(
  JSON.stringify({
    workload: 'COVERAGE',
    sets,
    groups: groupCount,
    truth,
    covered: covered / sets,
    wanted: [0.95 - error, 0.95 + error],
  }),
);
