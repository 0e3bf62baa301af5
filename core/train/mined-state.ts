/** What a sampler mined, in a checkpoint: its JSON in state.json, its arrays in mined.safetensors. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Arrays, Json, State } from '../contract/index.js';
import { readSafetensors, type StoredTensor, writeSafetensors } from '../files/index.js';

const FILE = 'mined.safetensors';

/** Writes the arrays, if there are any; returns what stands in state.json. Errors: OUTPUT. */
export async function writeMined(folder: string, mined: State | null): Promise<{ readonly json: Json } | null> {
  if (mined === null) return null;
  if (mined.arrays) {
    const tensors = new Map(Object.entries(mined.arrays).map(([name, values]) => [name, stored(values)]));
    await writeSafetensors(join(folder, FILE), tensors);
  }
  return { json: mined.json ?? null };
}

/** The state again; `kept`: what stands in state.json. Errors: RUN_FOLDER, where the arrays are damaged. */
export async function readMined(folder: string, kept: { readonly json: Json } | null): Promise<State | null> {
  if (kept === null) return null;
  const file = join(folder, FILE);
  if (!existsSync(file)) return { json: kept.json };
  const { tensors } = await readSafetensors(file);
  return {
    json: kept.json,
    arrays: Object.fromEntries([...tensors].map(([name, { data }]) => [name, data])) as Arrays,
  };
}

function stored(data: Int32Array | Float32Array | Uint8Array): StoredTensor {
  const shape = [data.length];
  if (data instanceof Int32Array) return { shape, dtype: 'I32', data };
  return data instanceof Float32Array ? { shape, dtype: 'F32', data } : { shape, dtype: 'U8', data };
}
