/**
 * Evaluates 100,000 items of 64 dimensions with intervals: `node test/bench/evaluate.mjs [ITEMS] [NOISE] [PER GROUP] [DISTANCE]`.
 * Noise 0.7: groups lie apart, as after training; 5: they do not, as before it.
 * Prints seconds, the process's CPU seconds, its peak memory, and how loaded the machine was.
 */
import { loadavg } from 'node:os';
import { openEngine } from '../../dist/core/engine/open.js';
import { evaluate } from '../../dist/core/evaluate/evaluate.js';
import { choosePairs } from '../../dist/core/evaluate/pairs.js';
import { distanceScorer } from '../../dist/core/evaluate/score.js';
import { view } from '../../dist/core/plugin/view.js';
import { openStream } from '../../dist/core/random/index.js';
import { bindDistance } from '../../dist/core/train/bind.js';
import { builtIn } from '../../dist/plugins/index.js';

const [size, noise, perGroup] = [100_000, 0.7, 10].map((usual, i) => Number(process.argv[2 + i] ?? usual));
const distanceName = process.argv[5] ?? 'euclidean';
const dimensions = 64;
await openEngine('auto', () => {});
const plugin = (kind, name) => view(builtIn.find((one) => one.kind === kind && one.name === name));
const evaluator = (name, options) => {
  const { measures, metrics, neighbours, create } = plugin('evaluator', name);
  const bound = { name, measures, metrics: metrics(options), binary: true, neighbours: neighbours?.(options) ?? 0 };
  return { ...bound, instance: create(options, {}) };
};
const draw = openStream(1, 'scale').draw();
const centres = Float32Array.from({ length: (size / perGroup) * dimensions }, () => draw.normal());
const values = Float32Array.from({ length: size * dimensions }, (_, i) => {
  const group = Math.floor(i / dimensions / perGroup);
  return centres[group * dimensions + (i % dimensions)] + noise * draw.normal();
});
const side = { size, key: String, gather: () => ({}) };
const groups = Int32Array.from({ length: size }, (_, i) => Math.floor(i / perGroup));
const items = { left: side, right: side, groups, impostorOf: null, pairs: null, triplets: null };
const vectors = { values, size, dimensions };
const distance = bindDistance({
  instance: plugin('distance', distanceName).create({}, {}),
  range: [0, Number.POSITIVE_INFINITY],
  metric: true,
  euclidean: plugin('distance', distanceName).euclidean,
  weights: {},
});
const begun = [performance.now(), process.cpuUsage()];
const evaluation = await evaluate({
  items,
  embedded: { left: vectors, right: vectors },
  pairs: choosePairs(items, { type: 'balanced', count: 20_000 }, draw),
  scorer: distanceScorer(distance),
  distance,
  evaluators: [
    evaluator('verification', { falseAcceptRates: [0.1, 0.01, 0.001] }),
    evaluator('retrieval', { at: [1, 5, 10], gallery: 'part', exclude: 'none', across: null }),
  ],
  threshold: -11 * noise,
  positive: 'same',
  intervals: true,
  draw: () => draw,
});
const { user, system } = process.cpuUsage(begun[1]);
console.log(
  JSON.stringify({
    workload: 'EVALUATION',
    items: size,
    seconds: (performance.now() - begun[0]) / 1000,
    cpuSeconds: (user + system) / 1e6,
    peakMemoryMiB: Math.round(process.resourceUsage().maxRSS / 1024),
    load: loadavg()[0],
    recallAt1: evaluation.retrieval.values.recallAt1,
    interval: evaluation.retrieval.intervals.recallAt1,
  }),
);
