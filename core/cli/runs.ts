import { relative, resolve } from 'node:path';
import { listRuns } from '../run/list-runs.js';
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
  const listed = listRuns(resolve(folder)).filter(
    (run) => (!options.recipe || run.recipe === options.recipe) && (!options.status || run.status === options.status),
  );
  if (options.json) out(JSON.stringify(listed, null, 2));
  else if (listed.length === 0) out(`no runs in ${folder}`);
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
