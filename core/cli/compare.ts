import { resolve } from 'node:path';
import { writeWhole } from '../files/index.js';
import { type ComparedRuns, comparedPages, compareRuns } from '../run/compare.js';
import { comparePage } from '../run/report/compare-page.js';
import type { Cli } from './cli.js';
import { status } from './exit.js';
import { table } from './table.js';
import { out } from './terminal.js';

/** Compares runs with the first of them, by their figures and the draws behind these. */
export async function compare(
  cli: Cli,
  folders: readonly string[],
  options: { readonly json?: boolean; readonly out?: string },
): Promise<number> {
  const paths = folders.map((folder) => resolve(folder));
  const asked = <T extends ComparedRuns>(compared: readonly T[]): T[] =>
    compared.map((one, i) => ({ ...one, a: folders[0]!, b: folders[i + 1]! }));
  if (options.out !== undefined) {
    const path = resolve(options.out);
    await writeWhole(path, comparePage(asked(await comparedPages(paths, await cli.builtIn()))));
    out(path);
    return status.good;
  }
  const shown = asked(await compareRuns(paths, await cli.builtIn()));
  out(options.json ? JSON.stringify(shown, null, 2) : shown.map(say).join('\n\n'));
  return status.good;
}

function say({ a, b, paired, comparisons }: ComparedRuns): string {
  const how = paired ? 'on the same items, draw by draw' : 'on different items or pairs, as independent runs';
  const number = (value: number): string => value.toFixed(4);
  const rows = comparisons.map(({ path, values, difference, verdict }) => [
    path,
    number(values[0]),
    number(values[1]),
    difference ? `${number(difference[0])}..${number(difference[1])}` : '-',
    verdict === 'better' ? 'B is better' : verdict === 'worse' ? 'A is better' : verdict,
  ]);
  const nothing = 'no figure of both has draws to compare by (they need at least 4 groups)';
  return `A ${a}\nB ${b}\n${how}; 95% of B - A\n\n${rows.length === 0 ? nothing : table([['', 'A', 'B', 'B - A', ''], ...rows])}`;
}
