import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { codes, type Stage } from '../../core/problem/index.js';
import { render } from '../../core/problem/render.js';
import { type PlanRequest, planRecipe } from '../../core/recipe/plan.js';
import { plugins } from './fixtures/plugins.js';

/** Each recipe `<CODE>[-n].yaml` is wrong in the way of its code; what a reader is shown stands beside it. */
const folder = fileURLToPath(new URL('../golden/errors', import.meta.url));
const cases = readdirSync(folder)
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => name.replace('.yaml', ''))
  .sort();
const codeOf = (name: string): string => name.replace(/-\d+$/, '');

/** Lines `#> set a=b`, `#> file x`, `#> untrusted` at the head of a recipe say how it is planned. */
function requestOf(name: string): { file: string; request: PlanRequest } {
  const text = readFileSync(join(folder, `${name}.yaml`), 'utf8');
  const orders = [...text.matchAll(/^#> (\w+) ?(.*)$/gm)].map(([, order, value]) => [order!, value!] as const);
  const all = (wanted: string): string[] => orders.filter(([order]) => order === wanted).map(([, value]) => value);
  return {
    file: join(folder, all('file')[0] ?? `${name}.yaml`),
    request: { registry: plugins, set: all('set'), untrusted: all('untrusted').length > 0 },
  };
}

test.each(cases)('%s', async (name) => {
  const { file, request } = requestOf(name);
  const { planned, problems, texts } = await planRecipe(file, request);
  const shown = render(problems, { texts, cwd: folder }).replaceAll(`${dirname(dirname(dirname(folder)))}/`, '');
  expect(shown, 'no word of schemas, symbols or stacks').not.toMatch(
    /\$defs|#\/|Symbol\(|\n\s+at .*:\d+:\d+|\[object|undefined/,
  );
  await expect(shown).toMatchFileSnapshot(join(folder, `${name}.txt`));
  expect(new Set(problems.map(({ code }) => code as string))).toContain(codeOf(name));
  expect(planned === null).toBe(problems.some(({ severity }) => severity === 'error'));
});

/** Found only when the data is read whole, or the run is forecast: their cases are with what finds them. */
const elsewhere = ['DATA_GROUPS', 'SAMPLER', 'MEMORY'];

test('every code that planning can find has a case, and every case a code', () => {
  const stages: readonly Stage[] = ['yaml', 'compose', 'envelope', 'plugins', 'options', 'rules', 'data'];
  const expected = Object.entries(codes).flatMap(([code, { stage }]) =>
    stages.includes(stage) && !elsewhere.includes(code) ? [code] : [],
  );
  expect([...new Set(cases.map(codeOf))].sort()).toEqual(expected.sort());
});
