import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { nativeStatus } from '../../core/engine/status.js';
import type { RunResult } from '../../core/run/result.js';
import { recipeFile, stepsAlone, tinyRecipes } from '../recipes/recipes.js';
import { onEngine, temporaryFolder } from './command.js';
import { type MetricsLine, runRecipe } from './running.js';

/** Both engines train the same model, up to float32's last digits. */
const folder = temporaryFolder();
let hasNative = false;
beforeAll(async () => {
  hasNative = (await nativeStatus()).state === 'ready';
});

const run = (recipe: string, engine: 'native' | 'portable', set: readonly string[]) =>
  runRecipe(recipeFile(recipe), { engine, set, out: join(folder, `${engine}-${recipe}-${set.length}`) });

const losses = (lines: readonly MetricsLine[]): number[] =>
  lines.filter(({ kind }) => kind === 'step').map(({ loss }) => loss as number);

/** Figures that count items or pairs: one near tie that falls the other way moves them by a whole item's share. */
const counts = /accuracy|precision|recall|f1|tarAtFar|rPrecision|ndcg|mapAtR|meanReciprocalRank/;

/** Every figure by its path. */
function flat(part: RunResult['test'], path = ''): Map<string, number> {
  const entries = Object.entries(part ?? {}).flatMap(([name, value]): [string, number][] => {
    if (typeof value === 'number') return [[`${path}${name}`, value]];
    return value === null ? [] : [...flat(value as NonNullable<RunResult['test']>, `${path}${name}.`)];
  });
  return new Map(entries);
}

/** Adam makes whole steps of gradients that are 0 but for the last digits; by plain descent the losses agree to 1e-6. */
const descent = 'optimizer={ type: sgd, learningRate: 0.1 }';
const steep: ReadonlySet<string> = new Set(['tiny/residual-glyphs']);

describe('a few steps of every tiny recipe on the portable engine', () => {
  it.each(tinyRecipes)('%s loses what it loses on the native one', async (recipe) => {
    const set = ['train.steps=6', ...stepsAlone(recipe), ...(steep.has(recipe) ? [descent] : [])];
    const portable = await run(recipe, 'portable', set);
    expect(portable.result.engine).toMatchObject({ name: 'portable', tensorflow: null });
    const seen = losses(portable.lines);
    expect(seen.length).toBeGreaterThanOrEqual(3);
    expect(seen.every(Number.isFinite)).toBe(true);
    if (!hasNative) return console.log('no native engine here: compared with nothing');
    const native = await run(recipe, 'native', set);
    expect(native.result.engine.name).toBe('native');
    for (const [i, loss] of losses(native.lines).entries())
      expect(seen[i]! / loss, `logged step ${i}`).toBeCloseTo(1, 4);
  });
});

describe('a whole run', () => {
  for (const recipe of ['tiny/npz-pairs', 'tiny/glyphs', 'tiny/graded-ratings']) {
    onEngine('native', `${recipe} ends with the portable engine's figures to 1e-3`, async () => {
      const [native, portable] = [await run(recipe, 'native', []), await run(recipe, 'portable', [])];
      for (const part of ['validation', 'test'] as const) {
        const [figures, others] = [flat(native.result[part]), flat(portable.result[part])];
        expect([...figures.keys()]).toEqual([...others.keys()]);
        expect(figures.size).toBeGreaterThan(5);
        const item = 2 / native.result.data[part];
        for (const [path, value] of figures) {
          const allowed = counts.test(path) ? 1e-3 + item : 1e-3;
          expect(Math.abs(value - others.get(path)!), `${part} ${path}: ${value}`).toBeLessThan(allowed);
        }
      }
      expect(portable.result.training.best).toMatchObject({ step: native.result.training.best!.step });
      expect(portable.result.evaluation).toEqual(native.result.evaluation);
    });
  }
});
