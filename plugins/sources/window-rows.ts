import type { Cols, DataDescription, Files, RandomAccessData, Table } from '../../core/contract/index.js';
import { fail } from '../../core/problem/index.js';
import { nameGroups } from './group-names.js';
import { gatherCols } from './memory-table.js';
import type { RowColumn } from './rows/column.js';
import type { Condition } from './rows/filter.js';
import type { RowsInMemory } from './rows/memory.js';
import { type RowOptions, requireColumn } from './rows/open.js';
import { openTable, type RowTable } from './rows/table.js';
import { type Runs, runsOf } from './window-runs.js';

export interface WindowOptions extends RowOptions {
  readonly filter: readonly Condition[];
  readonly order: string | null;
  readonly length: number;
  readonly stride: number | null;
  readonly by: string | null;
  readonly group: string | null;
  readonly channels: readonly string[];
}
interface WindowFile {
  readonly rows: RowTable;
  readonly options: WindowOptions;
  readonly channels: readonly RowColumn[];
  /** Columns that end a run. */
  readonly bounds: readonly string[];
}

/** The column of the windows themselves. */
const ITEMS = 'items';
/** A table up to this size is read to count its windows. */
const SMALL = 64 * 2 ** 20;

export const describeWindows = (files: Files, options: WindowOptions): Promise<DataDescription> =>
  using(files, options, async (file) => {
    const { rows, bounds, channels } = file;
    const isCounted = rows.bytes <= SMALL;
    const runs = isCounted ? runsIn(await rows.read((name) => bounds.includes(name)), file) : null;
    const text = { kind: 'text', shape: null, nullable: true } as const;
    const items = {
      kind: 'sequence',
      shape: [options.length, channels.length],
      nullable: channels.some(({ nullable }) => nullable),
    } as const;
    const columns = { [ITEMS]: items, ...Object.fromEntries(bounds.map((name) => [name, text])) };
    return {
      sides: { items: { size: runs?.starts.length ?? null, columns } },
      relation: 'groups',
      access: 'random',
      relations: null,
    };
  });

export const openWindows = (files: Files, options: WindowOptions): Promise<RandomAccessData> =>
  using(files, options, async (file) => {
    const { rows, options: asked, bounds } = file;
    const wanted = new Set([...bounds, ...file.channels.map(({ name }) => name)]);
    const memory = await rows.read((name) => wanted.has(name));
    const runs = runsIn(memory, file);
    const labels = memory.columns[asked.group ?? asked.by!] as readonly (string | null)[];
    const firsts = Array.from(runs.starts, (start) => labels[start] ?? '');
    const { length, by } = asked;
    return {
      access: 'random',
      tables: { items: tableOfWindows(memory, runs, file) },
      ...nameGroups(rows.reading.file, firsts),
      pairs: null,
      triplets: null,
      given: null,
      ...(strideOf(asked) < length ? { overlaps: { sequence: runs.runs, start: runs.starts, length, by } } : {}),
      close: async () => {},
    };
  });

const strideOf = ({ stride, length }: WindowOptions): number => stride ?? length;

/** The table is open while `read` works, and no longer. */
async function using<T>(files: Files, options: WindowOptions, read: (file: WindowFile) => Promise<T>): Promise<T> {
  const bounds = [...new Set([options.by, options.group])].filter((name) => name !== null);
  if (bounds.length === 0)
    fail(
      'OPTION_MISSING',
      'windows belong together by a column: name it by `group`, or by `by` the one that ends a run',
    );
  const rows = await openTable(files, { ...options, columns: [], text: [...options.text, ...bounds] });
  try {
    return await read({ rows, options, bounds, channels: channelsOf(rows, options, bounds) });
  } finally {
    await rows.close();
  }
}

/** Errors: DATA_COLUMN. */
function channelsOf(
  rows: RowTable,
  { channels, order }: WindowOptions,
  bounds: readonly string[],
): readonly RowColumn[] {
  const isNumber = ({ type }: RowColumn): boolean => type === 'number' || type === 'truth';
  if (channels.length === 0) {
    const found = rows.columns.filter((one) => isNumber(one) && !bounds.includes(one.name) && one.name !== order);
    return found.length > 0
      ? found
      : fail('DATA_COLUMN', `${rows.reading.file} has no columns of numbers for \`channels\``);
  }
  return channels.map((name) => {
    requireColumn(rows, name);
    const column = rows.columns.find((one) => one.name === name)!;
    return isNumber(column)
      ? column
      : fail('DATA_COLUMN', `the channel "${name}" of ${rows.reading.file} holds no numbers`);
  });
}

/** Errors: DATA_EMPTY. */
function runsIn(memory: RowsInMemory, { rows, options, bounds }: WindowFile): Runs {
  const runs = runsOf(
    bounds.map((name) => memory.columns[name] as readonly (string | null)[]),
    { size: memory.size, length: options.length, stride: strideOf(options) },
  );
  if (runs.starts.length > 0) return runs;
  const most = `the longest run of rows that agree in ${bounds.join(' and ')} has ${runs.longest}`;
  return fail('DATA_EMPTY', `${rows.reading.file} has no window of ${options.length} rows: ${most}`);
}

function tableOfWindows(memory: RowsInMemory, { starts }: Runs, { options, channels, bounds }: WindowFile): Table {
  const { length } = options;
  const name = memory.columns[bounds[0]!] as readonly (string | null)[];
  const sides = channels.map((channel) => memory.columns[channel.name] as Float32Array);
  const labels: Cols = Object.fromEntries(bounds.map((bound) => [bound, memory.columns[bound]!]));
  return {
    size: starts.length,
    onDisk: true, // its windows are not in memory, its rows are
    keys: (rows) => Array.from(rows, (row) => `${name[starts[row]!] ?? ''}/${starts[row]}`),
    where: (row) => memory.where(starts[row]!),
    async read(rows) {
      const from = rows.map((row) => starts[row]!);
      const items = new Float32Array(rows.length * length * sides.length);
      let at = 0;
      for (const start of from)
        for (let row = start; row < start + length; row++) for (const side of sides) items[at++] = side[row]!;
      return { [ITEMS]: items, ...gatherCols(labels, memory.size, from) };
    },
  };
}
