import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Sampler } from '../../../core/contract/index.js';
import { definePlugin, type Plugin } from '../../../core/plugin/define.js';
import { view } from '../../../core/plugin/view.js';
import { planRecipe } from '../../../core/recipe/plan.js';
import { runPlan } from '../../../core/run/run.js';
import { builtIn } from '../../../plugins/index.js';
import { temporaryFolder } from '../../recipes/recipes.js';
import { readLines, silent } from '../../run/running.js';

/** Every item of the pool, shuffled, as one batch. */
const everything = definePlugin(Sampler, {
  name: 'everything',
  summary: 'All items at once.',
  options: { type: 'object', additionalProperties: false, properties: {} },
  from: 'groups',
  streams: false,
  yields: 'labelled-batch',
  create: () => ({
    plan: ({ items }) => ({ batches: 1, rows: items, positives: 0.25 }),
    sample: (pool, { draw }) => ({
      count: 1,
      batch: () => ({ items: draw().shuffle(Int32Array.from({ length: pool.size }, (_, row) => row)) }),
    }),
  }),
});
const registry = [...builtIn, everything];
const labelled = builtIn.filter((plugin): plugin is Plugin<'loss'> => {
  if (plugin.kind !== 'loss') return false;
  const needs = view(plugin as Plugin<'loss'>).needs;
  return 'embeddings' in needs && [needs.embeddings].flat().includes('labelled-batch');
});
/** Each by its name, and what only an option brings. */
const uses = [
  ...labelled.map(({ name }) => name),
  '{ type: triplet, mining: hard, margin: soft }',
  '{ type: triplet, mining: distance-weighted }',
  '{ type: margin, learned: per-group, boundaryPenalty: 0.01 }',
];
/** Their margins lie between directions. */
const angular = new Set(['circle', 'arcface', 'cosface', 'proxy-anchor']);
const folder = temporaryFolder();

describe('a loss on labelled batches, in a run', () => {
  it.each(uses)('%s falls as the encoder and its own weights learn', async (loss) => {
    const file = join(folder, `${loss.replace(/\W/g, '')}.yaml`);
    writeFileSync(
      file,
      `version: 1
name: a
seed: 3
data: { source: { type: synthetic, groups: 4, perGroup: 6, shape: [6], noise: 0.5 }, split: none }
encoder: { type: dense, dimensions: 4, normalize: ${angular.has(loss)} }
loss: ${loss}
sampler: everything
optimizer: { type: adam, learningRate: 0.05 }
train: { epochs: 40, batchSize: 24, monitor: off }
evaluate: { metrics: [retrieval], baselines: off, threshold: off }
`,
    );
    const { signal } = new AbortController();
    const made = await planRecipe(file, { registry, set: [], signal });
    expect(made.problems).toEqual([]);
    const run = {
      planned: made.planned!,
      registry: made.registry!,
      out: `${file}.run`,
      signal,
      report: () => {},
      log: silent,
    };
    const { folder: ran, result } = await runPlan(run);
    expect(result.status).toBe('completed');
    const losses = readLines(ran).flatMap(({ kind, loss: value }) => (kind === 'epoch' ? [value as number] : []));
    expect(losses).toHaveLength(40);
    expect(losses.every(Number.isFinite)).toBe(true);
    expect(losses.at(-1)!).toBeLessThan(0.8 * losses[0]!);
  });
});
