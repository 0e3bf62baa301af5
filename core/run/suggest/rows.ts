/** Recipes for tables of rows. */
import { dirname, resolve } from 'node:path';
import type { Column } from '../../contract/index.js';
import { openFiles } from '../../files/index.js';
import { fail } from '../../problem/index.js';
import { openPlugin } from '../case/plugins.js';
import { type Cells, encoderOf, inputsOf } from './columns.js';
import { byGroups, givenPairs, margin, type Suggesting, type Suggestion, splitsOfGroups, within } from './parts.js';

/** A table of rows: pairs where the columns have a left and a right, else items with a group. */
export async function rows(data: string, how: Suggesting): Promise<Suggestion> {
  const columns = await columnsOf(data, how);
  const names = Object.keys(columns);
  const path = within(data, how);
  const sides = sidesOf(names);
  if (sides) {
    const target = names.find((name) => /^(target|label|same|is_?same|match|similarity|score|y)$/i.test(name));
    const source = `source: { type: pairs, path: ${path}, left: ${sides.left}, right: ${sides.right}${target ? `, target: ${target}` : ''} }`;
    const real = target !== undefined && /similarity|score/i.test(target);
    return {
      seen: [`${names.length} columns, left and right among them: given pairs`],
      source,
      ...givenPairs(target === undefined ? null : real ? 'real' : 'binary'),
      encoder: encoderOf(names.filter((name) => name !== target).map((name) => columns[name]!)),
    };
  }
  const cells = await firstRows(data, how);
  const group = groupColumn(cells);
  if (group === null) {
    return fail(
      'DATA_COLUMN',
      `init cannot tell which column says what belongs together; call it "group" (columns: ${names.slice(0, 12).join(', ')})`,
    );
  }
  const { key, options, fields, encoder } = inputsOf({ columns, cells, group });
  const named = `group: ${JSON.stringify(group)}${options}`;
  return {
    seen: [
      `${names.length} columns; "${group}" is taken for the group${key === null ? '' : `, "${key}" for the name of an item`}`,
    ],
    source: [`source: { type: table, path: ${path}, ${named} }`, ...fields].join('\n  '),
    splits: splitsOfGroups,
    encoder,
    loss: margin,
    sampler: byGroups,
  };
}

async function columnsOf(data: string, { registry }: Suggesting): Promise<Readonly<Record<string, Column>>> {
  const files = openFiles({ folder: dirname(resolve(data)) });
  try {
    const source = openPlugin(registry, 'source', { type: 'table', options: { path: resolve(data) } }).create();
    const { sides } = await source.describe(files);
    return 'items' in sides ? sides.items.columns : {};
  } finally {
    await files.close();
  }
}

function sidesOf(names: readonly string[]): { readonly left: string; readonly right: string } | null {
  if (names.includes('left') && names.includes('right')) return { left: 'left', right: 'right' };
  for (const mark of ['_', '.', '-']) {
    const has = (side: string): boolean => names.some((name) => name.startsWith(`${side}${mark}`));
    if (has('left') && has('right')) return { left: `"left${mark}*"`, right: `"right${mark}*"` };
  }
  return null;
}

/** Cells of the first rows, by column. */
async function firstRows(data: string, { registry }: Suggesting): Promise<Cells> {
  const files = openFiles({ folder: dirname(resolve(data)) });
  try {
    const options = { path: resolve(data), stream: true };
    const opened = await openPlugin(registry, 'source', { type: 'table', options }).create().open(files);
    if (opened.access !== 'stream') return {};
    for await (const { columns } of opened.chunks(null, { index: 0, count: 1 })) {
      await opened.close();
      const cells = Object.entries(columns).filter(([, one]) => !('data' in one));
      return Object.fromEntries(cells.map(([name, values]) => [name, Array.from(values as ArrayLike<unknown>)]));
    }
    return {};
  } finally {
    await files.close();
  }
}

/** By its name, else the first column of text, or of whole numbers, that repeats itself: what differs in every row groups nothing. */
function groupColumn(cells: Cells): string | null {
  const names = Object.keys(cells).filter((name) => {
    const known = cells[name]!.filter((value) => value !== null && !Number.isNaN(value));
    const distinct = new Set(known).size;
    return (
      distinct > 1 &&
      distinct <= known.length / 2 &&
      known.every((one) => typeof one === 'string' || Number.isInteger(one))
    );
  });
  for (const wanted of [
    /^group$/i,
    /^(label|class|category|identity|person|species|brand|target|y)$/i,
    /_(id|label|class|group)$/i,
  ]) {
    const found = names.find((name) => wanted.test(name));
    if (found) return found;
  }
  return names.find((name) => typeof cells[name]!.find((value) => value !== null) === 'string') ?? names[0] ?? null;
}
