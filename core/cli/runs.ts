import { existsSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { type ListedRun, listRuns } from '../run/list-runs.js';
import { status } from './exit.js';
import { table } from './table.js';
import { out } from './terminal.js';

interface Options {
  readonly json?: boolean;
  readonly recipe?: string;
  readonly status?: string;
}

/** Lists the runs in a folder, the newest first. */
export async function runs(folder: string, options: Options): Promise<number> {
  const all = listRuns(resolve(folder));
  const listed = all.filter(
    (run) => (!options.recipe || run.recipe === options.recipe) && (!options.status || run.status === options.status),
  );
  if (options.json) out(JSON.stringify(listed, null, 2));
  else if (listed.length === 0) out(all.length === 0 ? nothingIn(folder) : noneOf(all, folder, options));
  else {
    const rows = listed.map(({ folder: at, recipe, status: state, seed, finished, metric, value }) => [
      relative(process.cwd(), at) || '.',
      recipe,
      state,
      String(seed ?? '-'),
      finished ?? '-',
      metric ?? '-',
      value === null ? '-' : value.toFixed(4),
    ]);
    out(table([['run', 'recipe', 'status', 'seed', 'finished', 'figure', 'value'], ...rows]));
  }
  return status.good;
}

const nothingIn = (folder: string): string =>
  existsSync(folder) ? `no runs in ${folder}` : `no runs: there is no folder ${folder}`;

/** Where the filters leave nothing: by what, and what there is. */
function noneOf(all: readonly ListedRun[], folder: string, { recipe, status: state }: Options): string {
  const asked = [...(state ? [state] : []), ...(recipe ? [`of recipe ${recipe}`] : [])].join(' and ');
  const counted = `none of ${all.length} ${all.length === 1 ? 'run' : 'runs'} in ${folder}`;
  const recipes = [...new Set(all.map((run) => run.recipe))].filter((name) => name !== '').sort();
  return `${counted} is ${asked}${recipe ? `; recipes: ${recipes.join(', ')}` : ''}`;
}
