import { join } from 'node:path';
import { describe, expect } from 'vitest';
import type { RunResult } from '../../core/run/result.js';
import { recipeFile } from '../recipes/recipes.js';
import { onEngine, temporaryFolder } from './command.js';
import { runRecipe } from './running.js';

/** Both engines train the same model, up to float32's last digits. */
const folder = temporaryFolder();
const run = (recipe: string, engine: 'native' | 'portable') =>
  runRecipe(recipeFile(recipe), { engine, out: join(folder, `${engine}-${recipe}`) });

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

describe('a whole run', () => {
  for (const recipe of ['tiny/npz-pairs', 'tiny/glyphs', 'tiny/graded-ratings']) {
    onEngine('native', `${recipe} ends with the portable engine's figures to 1e-3`, async () => {
      const [native, portable] = [await run(recipe, 'native'), await run(recipe, 'portable')];
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
