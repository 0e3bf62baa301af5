import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Plan } from '../recipe/types.js';
import {
  changesWeights,
  type Difference,
  differences,
  forbidsResume,
  inRecipe,
  type Meaning,
  meaningOf,
} from '../run/diff.js';
import { inRun } from '../run/folder.js';
import { readJson } from '../run/model.js';
import type { Cli } from './cli.js';
import { status } from './exit.js';
import { planOrExplain } from './plan-recipe.js';
import { out } from './terminal.js';

/** Tells where two recipes, or the recipes of two runs, differ in meaning. */
export async function diff(
  cli: Cli,
  { a, b }: { readonly a: string; readonly b: string },
  options: { readonly json?: boolean },
): Promise<number> {
  const [one, other] = [await planOf(cli, a), await planOf(cli, b)];
  const longest = one.loss.length > other.loss.length ? one : other;
  const found = differences(one, other).map((each) => ({ ...each, path: inRecipe(each.path, longest) }));
  const told = found.map((one) => ({ ...one, meaning: meaningOf(one.path), weights: changesWeights(one.path) }));
  if (options.json) out(JSON.stringify(told, null, 2));
  else if (found.length === 0) out('no difference in meaning');
  else {
    out(byMeaning(found));
  }
  return status.good;
}

const order: readonly Meaning[] = ['data', 'geometry', 'optimisation', 'evaluation', 'the rest'];

/** Differences under what they are about, then what follows for checkpoints. */
function byMeaning(found: readonly Difference[]): string {
  const show = (value: unknown): string => (value === undefined ? '(none)' : JSON.stringify(value));
  const sections = order.flatMap((meaning) => {
    const own = found.filter(({ path }) => meaningOf(path) === meaning);
    const lines = own.map(({ path, a, b }) => `  ${path}\n    - ${show(a)}\n    + ${show(b)}`);
    return own.length === 0 ? [] : [`${meaning}\n${lines.join('\n')}`];
  });
  const other = found.map(({ path }) => path).filter(changesWeights);
  const weights = other.length === 0 ? 'fit the other' : `need not fit the other, because of ${other.join(', ')}`;
  const resume = found.some(({ path }) => forbidsResume(path));
  return [
    ...sections,
    `weights of one ${weights}; ${resume ? 'a run of one cannot be resumed as the other' : 'a run of one goes on as the other'}`,
  ].join('\n');
}

async function planOf(cli: Cli, path: string): Promise<Plan> {
  const stored = join(path, inRun.plan);
  if (existsSync(stored)) return ((await readJson(stored)) as { readonly plan: Plan }).plan;
  const { planned } = await planOrExplain(cli, path, { data: false });
  return JSON.parse(JSON.stringify(planned.plan)) as Plan;
}
