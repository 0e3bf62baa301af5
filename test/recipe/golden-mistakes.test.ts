import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { render } from '../../core/problem/render.js';
import { planRecipe } from '../../core/recipe/plan.js';
import { builtIn } from '../../plugins/index.js';

/** Recipes as people get them wrong, one mistake each; what they are told stands beside it, and is reviewed as prose. */
const folder = fileURLToPath(new URL('../golden/mistakes', import.meta.url));
const cases = readdirSync(folder)
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => name.replace('.yaml', ''))
  .sort();

test('there are at least forty', () => expect(cases.length).toBeGreaterThanOrEqual(40));

test.each(cases)('%s', async (name) => {
  const { planned, problems, texts } = await planRecipe(join(folder, `${name}.yaml`), { registry: builtIn });
  const shown = render(problems, { texts, cwd: folder }).replaceAll(`${dirname(dirname(dirname(folder)))}/`, '');
  expect(shown, 'no word of schemas, symbols or stacks').not.toMatch(
    /\$defs|#\/|Symbol\(|\n\s+at .*:\d+:\d+|\[object|undefined/,
  );
  await expect(shown).toMatchFileSnapshot(join(folder, `${name}.txt`));
  expect(planned).toBeNull();
  const errors = problems.filter(({ severity }) => severity === 'error');
  expect(errors, 'one mistake is one problem').toHaveLength(1);
  expect(errors[0]!.place, 'at its place').not.toBeNull();
});
