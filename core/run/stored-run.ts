import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { errorCode, removeWhole } from '../files/index.js';
import { ProblemError } from '../problem/index.js';
import { shownFile } from '../problem/render.js';
import type { Origin, Plan, Planned } from '../recipe/types.js';
import { checkpointNames } from '../train/checkpoint.js';
import { type Checkpoint, LaterFormat, readCheckpoint } from '../train/read-checkpoint.js';
import { type Carried, readCarried } from './carried.js';
import { inRun } from './folder.js';
import { requireRunFolder } from './known-run.js';
import { readJson } from './model.js';
import type { RecipeSource } from './request.js';
import type { RunResult } from './result.js';
import { requireForm } from './stored-form.js';

/** plan.json. */
export interface StoredPlan {
  readonly siamese: string;
  readonly plan: Plan;
  /** Folder of the recipe. */
  readonly folder: string;
  /** Of a run of several: the fold that is held out, from 0. */
  readonly fold?: number;
  readonly recipe: RecipeSource | null;
  readonly origins: Readonly<Record<string, Origin>>;
}

/** A run folder as it stands. */
export interface StoredRun {
  readonly planned: Planned;
  /** Where the plan came from; null: not from a file. */
  readonly recipe: RecipeSource | null;
  readonly fold: number | null;
  /** null: it did not come to an end. */
  readonly result: RunResult | null;
}

/** Errors: RUN_FOLDER. */
export async function readStoredRun(folder: string): Promise<StoredRun> {
  requireRunFolder(folder);
  const path = join(folder, inRun.plan);
  const stored = await readJson(path);
  requireForm('plan', stored, path);
  const { plan, folder: home, recipe, origins, fold } = stored as StoredPlan;
  const planned = {
    plan,
    folder: resolve(home),
    text: await readFile(join(folder, inRun.recipe), 'utf8').catch(() => ''),
    origins: new Map(Object.entries(origins ?? {})),
    description: null,
    unread: new Map<string, string>(),
  };
  return {
    planned,
    recipe: recipe ?? null,
    fold: fold ?? null,
    result: (await readResult(folder)) as RunResult | null,
  };
}

/** A result that a crash of the machine has damaged is none. */
const readResult = (folder: string): Promise<unknown> => readJson(join(folder, inRun.result), null).catch(() => null);

/** The checkpoint that a run goes on from. */
export interface Resumed {
  readonly checkpoint: Checkpoint;
  readonly carried: Carried;
}

/**
 * The newest checkpoint that is whole; null: there is none. Damaged ones are told of and removed: they must not pass for
 * the newest.
 * Errors: RUN_FOLDER, where one cannot be read here and now: nothing is known against it, so that it is not passed over.
 */
export async function newestCheckpoint(checkpoints: string, note: (message: string) => void): Promise<Resumed | null> {
  for (const name of await checkpointNames(checkpoints)) {
    const path = join(checkpoints, name);
    try {
      const checkpoint = await readCheckpoint(path);
      return { checkpoint, carried: readCarried(checkpoint.carried, path) };
    } catch (error) {
      if (!isDamage(error)) throw notPassedOver(error, path);
      const why = error instanceof Error ? error.message.replace(/^RUN_FOLDER: /, '') : String(error);
      note(`warning: the checkpoint ${name} is damaged, the one before is used: ${why}`);
      await removeWhole(path);
    }
  }
  return null;
}

/** What stands for a file that is gone or was never whole; of other errors (no permission, too many open files) it may be whole. */
const gone: readonly (string | null)[] = [null, 'ENOENT', 'ENOTDIR', 'EISDIR', 'ELOOP'];

const isDamage = (error: unknown): boolean =>
  error instanceof ProblemError && !(error instanceof LaterFormat) && gone.includes(errorCode(error.cause));

function notPassedOver(error: unknown, path: string): unknown {
  if (!(error instanceof ProblemError)) return error;
  const hint = `The checkpoint may be whole, so that none before it is used; to go on without it, remove ${shownFile(path)}.`;
  return new ProblemError(
    error.problems.map((one) => ({ ...one, hint })),
    { cause: error },
  );
}
