import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  makeFolder,
  removeWhole,
  type StoredTensors,
  writeFolderWhole,
  writeJson,
  writeSafetensors,
} from '../files/index.js';
import type { LoopState } from './loop.js';
import { writeMined } from './mined-state.js';
import type { Network } from './network.js';
import type { OptimizerState } from './optimizer.js';
import { exportWeights, type NamedArrays } from './weights.js';

export interface CheckpointSettings {
  readonly folder: string;
  /** This many are kept, the newest. */
  readonly keep: number;
  readonly network: Network;
  readonly optimizer: OptimizerState;
  /** sha256 of the plan: a checkpoint goes on with no other. */
  readonly plan: string;
}

/**
 * Writes all that a run carries from step to step as `step-00000123/`, whole or not at all, then drops the oldest.
 * Errors: OUTPUT.
 */
export async function writeCheckpoint(settings: CheckpointSettings, state: LoopState): Promise<void> {
  const { best, mined, ...position } = state;
  await makeFolder(settings.folder);
  await writeFolderWhole(join(settings.folder, checkpointName(state.step)), async (beside) => {
    const bestAt = best && { value: best.value, epoch: best.epoch, step: best.step };
    const minedAt = await writeMined(beside, mined);
    const kept = { format: 1, plan: settings.plan, ...position, mined: minedAt, best: bestAt };
    await writeJson(join(beside, 'state.json'), kept);
    await writeSafetensors(join(beside, 'weights.safetensors'), stored(exportWeights(settings.network.weights)));
    await writeSafetensors(join(beside, 'optimizer.safetensors'), stored(slotArrays(settings.optimizer)));
    if (best) await writeSafetensors(join(beside, 'best.safetensors'), stored(best.weights));
  });
  await dropOldest(settings);
}

const checkpointName = (step: number): string => `step-${String(step).padStart(8, '0')}`;

const stored = (arrays: NamedArrays): StoredTensors =>
  new Map(Object.entries(arrays).map(([name, { shape, values }]) => [name, { shape, dtype: 'F32', data: values }]));

function slotArrays(optimizer: OptimizerState): NamedArrays {
  const named = [...optimizer.slots].flatMap(([weight, slots]) =>
    Object.entries(slots).map(([slot, variable]) => ({ name: `${weight}/${slot}`, variable })),
  );
  return exportWeights(named);
}

async function dropOldest({ folder, keep }: CheckpointSettings): Promise<void> {
  const names = (await readdir(folder)).filter((name) => name.startsWith('step-'));
  const stepOf = (name: string): number => Number(name.slice('step-'.length));
  names.sort((a, b) => stepOf(a) - stepOf(b));
  for (const name of names.slice(0, Math.max(0, names.length - keep))) await removeWhole(join(folder, name));
}
