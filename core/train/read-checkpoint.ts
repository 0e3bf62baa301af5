import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Json } from '../contract/index.js';
import { readJsonText, readSafetensors, requireChecksums, shown } from '../files/index.js';
import { fail, ProblemError, problem } from '../problem/index.js';
import { inCheckpoint } from './checkpoint.js';
import type { LoopState } from './loop.js';
import { readMined } from './mined-state.js';
import type { NamedArrays } from './weights.js';

/** What a checkpoint holds. */
export interface Checkpoint {
  readonly state: LoopState;
  readonly weights: NamedArrays;
  readonly slots: NamedArrays;
  /** What the run around the training had it carry. */
  readonly carried: Json;
}

/** Thrown of a checkpoint that a later siamese wrote: it is whole, and not for this one. */
export class LaterFormat extends ProblemError {}

const FORMAT = 1;

/**
 * Reads a checkpoint, every file of which must be what was written.
 * Errors: RUN_FOLDER, where a file is missing, damaged or of another format; of a later one it is a `LaterFormat`.
 */
export async function readCheckpoint(folder: string): Promise<Checkpoint> {
  await requireChecksums(folder);
  const at = (name: keyof typeof inCheckpoint): string => join(folder, inCheckpoint[name]);
  const { carried, state, mined, best } = parseState(readJsonText(at('state'), 'RUN_FOLDER'), at('state'));
  const bestWeights = existsSync(at('best')) ? await readArrays(at('best')) : null;
  if ((best === null) !== (bestWeights === null)) fail('RUN_FOLDER', `${folder} has lost its best model`);
  return {
    state: {
      ...state,
      mined: await readMined(folder, mined),
      best: best && { ...best, weights: bestWeights! },
    },
    weights: await readArrays(at('weights')),
    slots: await readArrays(at('optimizer')),
    carried,
  };
}

async function readArrays(path: string): Promise<NamedArrays> {
  const { tensors } = await readSafetensors(path);
  return Object.fromEntries(
    [...tensors].map(([name, { dtype, shape, data }]) => {
      if (dtype !== 'F32') fail('RUN_FOLDER', `${path}: ${name} is ${dtype}, not F32`);
      return [name, { shape, values: data }];
    }),
  );
}

type Stored = Record<string, Json | undefined>;
const isMap = (value: Json | undefined): value is Stored & { readonly [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

interface Parsed {
  readonly state: Omit<LoopState, 'best' | 'mined'>;
  readonly mined: { readonly json: Json } | null;
  readonly best: { readonly value: number; readonly epoch: number; readonly step: number } | null;
  readonly carried: Json;
}

/** Whoever wrote the file: what is used as a number is one. */
function parseState(text: string, path: string): Parsed {
  const damaged = (what: string): never => fail('RUN_FOLDER', `${path} is damaged: ${what}`);
  const map = (value: Json | undefined, name: string): Stored => (isMap(value) ? value : damaged(`${name} is no map`));
  const numbers = <K extends string>(of: Stored, names: readonly K[]): Record<K, number> =>
    Object.fromEntries(
      names.map((name) => {
        const value = of[name];
        return [name, typeof value === 'number' && Number.isFinite(value) ? value : damaged(`${name} is no number`)];
      }),
    ) as Record<K, number>;
  const kept = map(parseJson(text, damaged), 'it');
  requireFormat(kept['format'], path);
  const { best, mined, due, reference, schedule, carried } = kept;
  const skipped = kept['skipped'] === undefined ? { all: 0, inEpoch: 0, inRow: 0 } : numbers(map(kept['skipped'], 'skipped'), ['all', 'inEpoch', 'inRow']); // biome-ignore format: of an older siamese
  const ends = due === null ? null : map(due, 'due');
  return {
    state: {
      ...numbers(kept, ['step', 'epoch', 'inEpoch', 'lossSum', 'waited', 'rows', 'seconds']),
      feed: numbers(map(kept['feed'], 'feed'), ['pass', 'pool', 'batch', 'begun']),
      schedule: schedule ?? null,
      reference: reference === null ? null : numbers(kept, ['reference']).reference,
      skipped,
      due: ends && { epoch: ends['epoch'] === true, training: ends['training'] === true },
    },
    mined: mined === null ? null : { json: map(mined, 'mined')['json'] ?? null },
    best: best === null ? null : numbers(map(best, 'best'), ['value', 'epoch', 'step']),
    carried: carried ?? null,
  };
}

function requireFormat(format: Json | undefined, path: string): void {
  if (format === FORMAT) return;
  const found = typeof format === 'number' ? format : 'no number';
  const message = `its format is ${found}, this siamese reads ${FORMAT}`;
  if (typeof format !== 'number' || format < FORMAT) fail('RUN_FOLDER', `${shown(path)} is damaged: ${message}`);
  throw new LaterFormat(problem('RUN_FOLDER', `${shown(path)} was written by a later siamese: ${message}`));
}

function parseJson(text: string, damaged: (what: string) => never): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return damaged('it is not JSON');
  }
}
