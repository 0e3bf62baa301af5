import { join } from 'node:path';
import { expect } from 'vitest';
import { runDifferences } from '../../core/run/identical.js';
import { recipeFile } from '../recipes/recipes.js';
import { runStraight, runWithKills } from '../soak/kills.js';
import { onEngine, temporaryFolder } from './command.js';

/** Two of the recipes that `npm run soak` kills oftener: batch normalisation and dropout, and a sampler that mines. */
const recipes: Readonly<Record<string, readonly string[]>> = {
  'tiny/glyphs': ['train.epochs=6', 'train.checkpoint.every=4', 'evaluate.baselines=off'],
  'tiny/hard-pairs': ['train.epochs=12', 'train.checkpoint.every=5', 'evaluate.baselines=off'],
};
const folder = temporaryFolder();

for (const [name, settings] of Object.entries(recipes)) {
  onEngine(
    'native',
    `${name}, killed three times and gone on with, leaves the same bytes`,
    async () => {
      const options = [...settings.flatMap((text) => ['--set', text]), '--engine', 'native'];
      const run = { recipe: recipeFile(name), options };
      const [straight, out] = ['straight', 'killed'].map((which) => join(folder, name, which));
      const time = await runStraight({ ...run, out: straight! });
      const { killed } = await runWithKills({ ...run, out: out!, time, kills: 3, seed: 1 });
      expect(killed).toBeGreaterThan(0);
      expect(await runDifferences(straight!, out!)).toEqual([]);
    },
    240_000,
  );
}
