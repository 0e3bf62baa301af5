import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Json } from '../contract/index.js';
import {
  errorCode,
  failReading,
  makeFolder,
  removeWhole,
  type StoredTensors,
  writeChecksums,
  writeFolderWhole,
  writeJson,
  writeSafetensors,
} from '../files/index.js';
import type { LoopState } from './loop.js';
import { writeMined } from './mined-state.js';
import type { Network } from './network.js';
import { type OptimizerState, slotHolders } from './optimizer.js';
import { exportWeights, type NamedArrays } from './weights.js';

export interface CheckpointSettings {
  readonly folder: string;
  /** This many are kept, the newest. */
  readonly keep: number;
  readonly network: Network;
  readonly optimizer: OptimizerState;
  /** What the run around the training must know to go on with it. */
  readonly carried: () => Json;
}

/** Files of a checkpoint; `mined.safetensors` beside them. */
export const inCheckpoint = {
  state: 'state.json',
  weights: 'weights.safetensors',
  optimizer: 'optimizer.safetensors',
  best: 'best.safetensors',
} as const;

/**
 * Writes all that a run carries from step to step as `step-00000123/`, whole or not at all, with the hash of every file,
 * then drops the oldest.
 * Errors: OUTPUT.
 */
export async function writeCheckpoint(settings: CheckpointSettings, state: LoopState): Promise<void> {
  const { best, mined, ...position } = state;
  await makeFolder(settings.folder);
  await writeFolderWhole(join(settings.folder, checkpointName(state.step)), async (beside) => {
    const at = (name: keyof typeof inCheckpoint): string => join(beside, inCheckpoint[name]);
    const bestAt = best && { value: best.value, epoch: best.epoch, step: best.step };
    const minedAt = await writeMined(beside, mined);
    await writeJson(at('state'), {
      format: 1,
      ...position,
      mined: minedAt,
      best: bestAt,
      carried: settings.carried(),
    });
    await writeSafetensors(at('weights'), stored(exportWeights(settings.network.weights)));
    await writeSafetensors(at('optimizer'), stored(exportWeights(slotHolders(settings.optimizer))));
    if (best) await writeSafetensors(at('best'), stored(best.weights));
    await writeChecksums(beside);
  });
  await dropOldest(settings);
}

export const checkpointName = (step: number): string => `step-${String(step).padStart(8, '0')}`;

const stored = (arrays: NamedArrays): StoredTensors =>
  new Map(Object.entries(arrays).map(([name, { shape, values }]) => [name, { shape, dtype: 'F32', data: values }]));

async function dropOldest({ folder, keep }: CheckpointSettings): Promise<void> {
  const names = await checkpointNames(folder);
  for (const name of names.slice(keep)) await removeWhole(join(folder, name));
}

/**
 * Names of the checkpoints in a folder, the newest first; none where there is no folder.
 * Errors: RUN_FOLDER, where there is one that cannot be read, or a link whose disk is not there: a run that started over
 * would lose what lies in it.
 */
export async function checkpointNames(folder: string): Promise<readonly string[]> {
  const isThere = (await lstat(folder).catch((error: unknown) => errorCode(error))) !== 'ENOENT';
  if (!isThere) return [];
  const names = await readdir(folder).catch((error: unknown) => failReading(folder, error, 'RUN_FOLDER'));
  const stepOf = (name: string): number => Number(name.slice('step-'.length));
  return names.filter((name) => /^step-\d+$/.test(name)).sort((a, b) => stepOf(b) - stepOf(a));
}
