import { resolve } from 'node:path';
import { writeWhole } from '../files/index.js';
import { comparedPages } from '../run/compare.js';
import { type ComparedPage, comparePage } from '../run/report/compare-page.js';
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
  const compared = await comparedPages(paths, await cli.builtIn());
  const asked = compared.map((one, i) => ({ ...one, a: folders[0]!, b: folders[i + 1]! }));
  if (options.out !== undefined) {
    const path = resolve(options.out);
    await writeWhole(path, await comparePage(asked));
    out(path);
    return status.good;
  }
  if (options.json)
    out(JSON.stringify(asked.map(({ roc: _curves, ...rest }) => rest), null, 2)); // biome-ignore format: one line
  else out(asked.map(say).join('\n\n'));
  return status.good;
}

function say({ a, b, paired, comparisons, differences }: ComparedPage): string {
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
  const figures = rows.length === 0 ? nothing : table([['', 'A', 'B', 'B - A', ''], ...rows]);
  return `A ${a}\nB ${b}\n${how}; 95% of B - A\n\n${figures}\n\n${recipes(differences)}`;
}

function recipes(differences: ComparedPage['differences']): string {
  if (differences.length === 0) return 'the recipes mean the same';
  const text = (value: unknown): string => (value === undefined ? '(none)' : JSON.stringify(value));
  const lines = differences.map(({ path, a, b }) => `  ${path}\n    - ${text(a)}\n    + ${text(b)}`);
  return `the recipes differ in\n${lines.join('\n')}`;
}
