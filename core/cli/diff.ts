import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Plan } from '../recipe/types.js';
import { differences } from '../run/diff.js';
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
  const found = differences(await planOf(cli, a), await planOf(cli, b));
  if (options.json) out(JSON.stringify(found, null, 2));
  else if (found.length === 0) out('no difference in meaning');
  else {
    const show = (value: unknown): string => (value === undefined ? '(none)' : JSON.stringify(value));
    out(found.map((one) => `${one.path}\n  - ${show(one.a)}\n  + ${show(one.b)}`).join('\n'));
  }
  return status.good;
}

async function planOf(cli: Cli, path: string): Promise<Plan> {
  const stored = join(path, inRun.plan);
  if (existsSync(stored)) return ((await readJson(stored)) as { readonly plan: Plan }).plan;
  const { planned } = await planOrExplain(cli, path, { data: false });
  return JSON.parse(JSON.stringify(planned.plan)) as Plan;
}
