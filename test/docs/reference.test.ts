import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { combinations, verdictOf } from './combinations.js';
import { errorReference } from './error-reference.js';
import { pluginReference } from './plugin-reference.js';
import { recipeReference } from './recipe-reference.js';

/** The generated pages are what would be generated now: `npx vitest run test/docs -u` makes them anew. */
const page = (name: string): string => fileURLToPath(new URL(`../../docs/reference/${name}.md`, import.meta.url));

test('recipe.md is that of the schema', () => expect(recipeReference()).toMatchFileSnapshot(page('recipe')));
test('errors.md is that of the codes', () => expect(errorReference()).toMatchFileSnapshot(page('errors')));
test('combinations.md is that of the rules', { timeout: 120_000 }, async () =>
  expect(await combinations()).toMatchFileSnapshot(page('combinations')),
);
test('plugins.md is that of the plugins', { timeout: 120_000 }, async () =>
  expect(await pluginReference()).toMatchFileSnapshot(page('plugins')),
);

test('the table of combinations says what is so', async () => {
  expect(await verdictOf({ loss: 'contrastive', distance: 'cosine' })).toBe('yes');
  expect(await verdictOf({ loss: 'contrastive', distance: 'angular' })).toBe('smaller margin');
  expect(await verdictOf({ loss: 'nt-xent', distance: 'euclidean' })).toBe('no');
  expect(await verdictOf({ loss: 'fast-ap', distance: 'squared-euclidean' })).toBe('normalize');
  expect(await verdictOf({ loss: 'bce', head: 'none' })).toBe('no');
  expect(await verdictOf({ loss: 'triplet', sampler: 'balanced-pairs' })).toBe('no');
});
