import type { FileHandle } from 'node:fs/promises';
import { fail } from '../problem/index.js';
import { shown } from './errno.js';

interface Stamp {
  readonly size: number;
  readonly modified: number;
}

/** What each file was, by its path. */
export type Opened = ReadonlyMap<string, Stamp>;

/** Files that must stay what they were when they were first opened: what is read later must be what was read before. */
export class Unchanged {
  readonly #stamps: Map<string, Stamp>;

  constructor(opened: Opened = new Map()) {
    this.#stamps = new Map(opened);
  }

  /** As plain data. */
  get opened(): Opened {
    return new Map(this.#stamps);
  }

  /** Errors: DATA_MISSING, where the file's size or time of change is not what it was. */
  async require(path: string, handle: FileHandle): Promise<void> {
    const { size, mtimeMs: modified } = await handle.stat();
    const first = this.#stamps.get(path);
    if (!first) this.#stamps.set(path, { size, modified });
    else if (first.size !== size || first.modified !== modified) failChanged(path, first, { size, modified });
  }
}

function failChanged(path: string, first: Stamp, now: Stamp): never {
  const sizes =
    first.size === now.size ? `at ${new Date(now.modified).toISOString()}` : `from ${first.size} to ${now.size} bytes`;
  return fail(
    'DATA_MISSING',
    `${shown(path)} was changed while it was in use, ${sizes}: the data of a run must stay as it is`,
    {
      hint: 'What was trained until then is on the data as it was: put it back and go on with --resume, or start a new run.',
    },
  );
}
