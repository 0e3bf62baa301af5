import { join, resolve } from 'node:path';
import type { Log } from '../contract/index.js';
import { writeWhole } from '../files/index.js';
import { shownFile } from '../problem/render.js';
import { type DataLook, lookAtData, type PartLook } from '../run/look/look.js';
import { dataPage } from '../run/report/data-page.js';
import type { Cli } from './cli.js';
import { status } from './exit.js';
import { planOrExplain, type RecipeOptions } from './plan-recipe.js';
import { interruptible } from './signals.js';
import { table } from './table.js';
import { out, terminalLog } from './terminal.js';

interface Options extends RecipeOptions {
  readonly json?: boolean;
  /** The page. */
  readonly out?: string;
  /** false: no page. */
  readonly page: boolean;
}

/** Tells what a recipe's data is, part by part, and writes a page with pairs as training sees them. */
export async function data(cli: Cli, file: string, options: Options): Promise<number> {
  const { planned, registry } = await planOrExplain(cli, file, options);
  return interruptible(async (signal) => {
    const asked = { planned, registry, log: warningOnce(terminalLog), signal, samples: options.page };
    const { look, samples } = await lookAtData(asked);
    const path = samples && resolve(options.out ?? join('runs', planned.plan.name, 'data.html'));
    if (path) await writeWhole(path, await dataPage(look, samples));
    if (options.json) out(JSON.stringify({ ...look, page: path }, null, 2));
    else
      out(
        [...say(look), ...(path ? ['', `page   ${shownFile(path)} shows pairs as training sees them`] : [])].join('\n'),
      );
    return status.good;
  });
}

/** The data is divided twice: to be counted, and for what is missing in it. */
function warningOnce(log: Log): Log {
  const told = new Set<string>();
  return {
    ...log,
    warn(message, data) {
      if (!told.has(message)) log.warn(message, data);
      told.add(message);
    },
  };
}

const order = ['train', 'validation', 'test'] as const;

function say(look: DataLook): readonly string[] {
  const folds = look.folds > 1 ? `, fold 1 of ${look.folds}` : '';
  const { items, groups, pairs } = look.overlap;
  const proven = look.disjoint.length > 0 ? ` (proven zero: ${look.disjoint.join(', ')})` : '';
  return [
    `${look.recipe}: split ${look.split}${folds}`,
    '',
    partsTable(look),
    `in several parts: ${items} items, ${groups} groups, ${pairs} pairs${proven}`,
    ...groupLines(look),
    '',
    ...missingLines(look),
    ...look.notes,
  ];
}

type Told = readonly [head: string, of: (part: PartLook, name: (typeof order)[number]) => number | null];

function partsTable(look: DataLook): string {
  const columns: readonly Told[] = [
    ['items', (part) => part.items],
    ['right items', (part) => part.rightItems],
    ['groups', (part) => part.groups?.count ?? null],
    ['without', (part) => part.groups?.without || null],
    ['pairs', (part) => part.pairs || null],
    ['same', (part) => (part.pairs ? part.positives : null)],
    ['triplets', (part) => part.triplets || null],
    ['copies', (_part, name) => look.copies?.within[name] ?? null],
    ['also in training', (_part, name) => (name === 'train' ? null : (look.copies?.between[name].train ?? null))],
  ];
  const parts = order.flatMap((name) => (look.parts[name] ? [[name, look.parts[name]] as const] : []));
  const shown = columns.filter(([, of]) => parts.some(([name, part]) => of(part, name) !== null));
  const rows = parts.map(([name, part]) => [name, ...shown.map(([, of]) => String(of(part, name) ?? '-'))]);
  return table([['part', ...shown.map(([head]) => head)], ...rows]);
}

/** Groups of each size, in bins. */
function groupLines({ parts }: DataLook): readonly string[] {
  const known = order.flatMap((name) => (parts[name]?.groups ? [[name, parts[name].groups] as const] : []));
  const bins = new Map(known.flatMap(([, { sizes }]) => sizes.map(({ from, to }) => [from, to] as const)));
  if (bins.size === 0) return [];
  const sorted = [...bins].sort(([a], [b]) => a - b);
  const head = sorted.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`));
  const rows = known.map(([name, { sizes }]) => [
    name,
    ...sorted.map(([from]) => String(sizes.find((bin) => bin.from === from)?.groups ?? 0)),
  ]);
  return ['', table([['groups of', ...head], ...rows])];
}

function missingLines({ missing, parts }: DataLook): readonly string[] {
  const shown = order.filter((name) => parts[name] !== null);
  const columns = [...new Set(shown.flatMap((name) => Object.keys(missing[name])))];
  if (columns.length === 0) return ['no value is missing'];
  const rows = columns.map((column) => [column, ...shown.map((name) => String(missing[name][column] ?? 0))]);
  return [table([['missing in', ...shown], ...rows])];
}
