import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Batch, labelledBatch, pairBatch } from '../../core/data/batch.js';
import { runDifferences } from '../../core/run/identical.js';
import type { StepFeed } from '../../core/train/step.js';
import { recipeFile, temporaryFolder } from '../recipes/recipes.js';
import { nothingKnown } from '../train/networks.js';
import { apart, type Opened, openRecipe, takeSteps } from '../train/recipe-steps.js';
import { availableBackends } from './backends.js';
import { onEngine } from './command.js';
import { resumeRecipe, runRecipe } from './running.js';

/** A step of several batches is that of one batch of all their rows, where the loss is a mean over rows. */
const folder = temporaryFolder();
const backends = await availableBackends();

function recipeOf(loss: string, sampler: string, more = ''): string {
  const file = join(folder, `${loss.replace(/\W+/g, '-')}.yaml`);
  const recipe = `version: 1
name: accumulating
seed: 3
data: { source: { type: synthetic, groups: 6, perGroup: 6, shape: [5], noise: 0.5 }, split: none }
encoder: { type: mlp, hidden: [7], dimensions: 4, activation: tanh${more} }
loss: ${loss}
sampler: ${sampler}
train: { batchSize: 8, monitor: off }
evaluate: { baselines: off, threshold: off }
`;
  writeFileSync(file, recipe);
  return file;
}

const rows = Array.from({ length: 24 }, (_, i) => (i * 7 + 3) % 36);
const batchOf = ({ session }: Opened, kind: 'pairs' | 'labelled', of: readonly number[]): Batch => {
  const items = session.training!;
  if (kind === 'labelled') return labelledBatch(items, { items: Int32Array.from(of) });
  const right = of.map((row, i) => (i % 2 === 0 ? (row + 1) % 36 : (row + 13) % 36));
  return pairBatch(items, { left: Int32Array.from(of), right: Int32Array.from(right), target: null });
};
const at = { progress: 0, learningRate: 0.01 };
/** One step of three batches, after one of two. */
const several = (opened: Opened, kind: 'pairs' | 'labelled'): StepFeed[] => {
  const before = [0, 1].map((i) => ({ of: rows.slice(i, i + 8), step: 0, ends: i === 1 }));
  const now = [0, 1, 2].map((i) => ({ of: rows.slice(8 * i, 8 * i + 8), step: 1, ends: i === 2 }));
  return [...before, ...now].map(({ of, ...within }, index) => ({
    batch: batchOf(opened, kind, of),
    known: nothingKnown,
    at: { ...at, index, within },
  }));
};

describe.each(backends)('a step of three batches, on $name', ({ name, open }) => {
  beforeAll(open);
  const isCompiled = (loss: string): readonly boolean[] =>
    name === 'native' && loss === 'contrastive' ? [false, true] : [false];

  it.each([
    ['contrastive', 'balanced-pairs', 'pairs'],
    ['bce', 'balanced-pairs', 'pairs'],
    ['normalized-softmax', 'shuffled', 'labelled'],
  ] as const)('%s: gradient, clipped or not, and mean loss are those of one batch', async (loss, sampler, kind) => {
    const opened = await openRecipe(recipeOf(loss, sampler));
    const whole = [{ batch: batchOf(opened, kind, rows), known: nothingKnown, at: { ...at, index: 0 } }];
    for (const clipNorm of [null, 0.05]) {
      for (const compiled of isCompiled(loss)) {
        const one = await takeSteps(opened, whole, { compiled, clipNorm });
        const three = await takeSteps(opened, several(opened, kind), { compiled, clipNorm, accumulates: true });
        expect(apart(three.gradients, one.gradients)).toBeLessThan(1e-5);
        const length = Math.hypot(...Object.values(three.gradients).flat());
        if (clipNorm === null) expect(length).toBeGreaterThan(0.06);
        else expect(length).toBeCloseTo(clipNorm, 5);
        const mean = three.losses.slice(2).reduce((sum, value) => sum + value / 3, 0);
        expect(Math.abs(mean - one.losses[0]!)).toBeLessThan(1e-5);
        expect(three.step).toBe(2);
      }
    }
    await opened.close();
  });
});

describe('a batch that is skipped', () => {
  it.each([false, true])('leaves the step to the others, compiled: %s', async (compiled) => {
    await backends.at(-1)!.open();
    if (compiled && backends.at(-1)!.name !== 'native') return;
    const opened = await openRecipe(recipeOf('contrastive', 'balanced-pairs', ', batchNormalization: true'));
    const feeds = several(opened, 'pairs').slice(2);
    const poison = ({ batch }: StepFeed): Batch => {
      if (batch.kind !== 'pairs') throw new Error('pairs were expected');
      return { ...batch, left: batch.left, right: batch.right, from: null, target: batch.target.map(() => Number.NaN) };
    };
    const spoilt = feeds.map((feed, i) => (i === 2 ? { ...feed, batch: poison(feed) } : feed));
    const without = feeds.slice(0, 2).map((feed, i) => ({ ...feed, at: { ...feed.at, within: { step: 1, ends: i === 1 } } })); // biome-ignore format: one call
    const how = { compiled, accumulates: true, skipNotFinite: true };
    const [skipped, two] = [await takeSteps(opened, spoilt, how), await takeSteps(opened, without, how)];
    expect(skipped.losses[2]).toBeNaN();
    expect(apart(skipped.gradients, two.gradients)).toBeLessThan(1e-5);
    expect(Math.hypot(...Object.values(two.gradients).flat())).toBeGreaterThan(0.01);
    await opened.close();
  });
});

describe('a run', () => {
  const file = recipeFile('tiny/accumulated');
  for (const engine of ['native', 'portable'] as const) {
    onEngine(engine, 'counts steps, and resumes exactly from the middle of an epoch', async () => {
      const [out, stopped] = [join(folder, `straight-${engine}`), join(folder, `stopped-${engine}`)];
      const set = ['train.epochs=3', 'evaluate.baselines=off'];
      const { result, lines } = await runRecipe(file, { out, engine, set });
      const { steps, pairs } = result.training;
      const perEpoch = steps / 3;
      expect(Number.isInteger(perEpoch)).toBe(true);
      expect(pairs).toBeGreaterThan(8 * 4 * (steps - 3)); // an epoch ends with what is left
      expect(pairs).toBeLessThanOrEqual(8 * 4 * steps);
      expect(lines.filter(({ kind }) => kind === 'epoch').map(({ step }) => step)).toEqual([1, 2, 3].map((n) => n * perEpoch)); // biome-ignore format: one list
      await runRecipe(file, { out: stopped, engine, set, stopAt: perEpoch + 2 });
      await resumeRecipe(stopped, { engine, set });
      expect(await runDifferences(out, stopped)).toEqual([]);
    });
  }
});
