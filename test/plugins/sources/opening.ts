import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import type { Cells, ImageWish, Log, RandomAccessData, SourceInstance, Table } from '../../../core/contract/index.js';
import { type OpenFiles, openFiles } from '../../../core/files/index.js';
import { check } from '../../../core/plugin/check.js';
import type { Plugin } from '../../../core/plugin/define.js';
import { type Options, view } from '../../../core/plugin/view.js';
import { messageOf } from '../../files/problem-of.js';

/** A folder for the files of one test file. */
export function temporaryFolder(): {
  readonly path: () => string;
  put(name: string, data: string | Uint8Array): Promise<void>;
} {
  let folder = '';
  beforeAll(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'siamese-source-')));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  return {
    path: () => folder,
    async put(name, data) {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), data);
    },
  };
}

/** What a source is given beside its options. */
export interface Context {
  readonly images?: readonly ImageWish[];
  readonly log?: Log;
}
const silent: Log = { debug: () => {}, info: () => {}, warn: () => {} };

/** The source of a recipe: options checked and completed as the recipe's are. */
export function sourceWith(plugin: Plugin<'source'>, given: Options, context: Context = {}): SourceInstance {
  const { value, mistakes } = check(plugin.options as never, given);
  expect(mistakes).toEqual([]);
  return view(plugin).create(value as Options, { images: [], log: silent, ...context });
}

/** Opens doors to a folder: data is read after it was opened, so that they stay open until the end. */
export function doorsTo(folder: () => string): () => OpenFiles {
  const doors: OpenFiles[] = [];
  afterAll(() => Promise.all(doors.map((door) => door.close())));
  return () => {
    const door = openFiles({ folder: folder() });
    doors.push(door);
    return door;
  };
}

/** Both ways to look at data in `folder`. */
export function looking(plugin: Plugin<'source'>, folder: () => string) {
  const files = doorsTo(folder);
  const open = async (given: Options): Promise<RandomAccessData> => {
    const data = await sourceWith(plugin, given).open(files());
    if (data.access !== 'random') throw new Error('random access expected');
    return data;
  };
  return {
    describe: (given: Options) => sourceWith(plugin, given).describe(files()),
    open,
    /** What both say is wrong: they must agree. */
    async wrong(given: Options): Promise<string> {
      const message = await messageOf(() => sourceWith(plugin, given).describe(files()), folder());
      expect(await messageOf(() => open(given), folder())).toBe(message);
      return message;
    },
    /** What only reading finds. */
    async wrongInside(given: Options): Promise<string> {
      await sourceWith(plugin, given).describe(files());
      return messageOf(() => open(given), folder());
    },
  };
}

export const itemsOf = ({ tables }: RandomAccessData): Table => ('items' in tables ? tables.items : tables.left);
export const cellsOf = async (table: Table, ...rows: number[]): Promise<Cells> =>
  (await table.read(Int32Array.from(rows))).items!;
