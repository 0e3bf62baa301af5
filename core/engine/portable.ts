import * as tfc from '@tensorflow/tfjs-core';
import { registerChainedOps } from './chained.js';
import type { Engine } from './engine.js';
import { registerKernels } from './kernels/index.js';
import { repairGradients } from './repaired-gradients.js';
import { registerUniform } from './step-random.js';

let opened: Promise<Engine> | undefined;

/** Opens the portable engine, tfjs-wasm with what it lacks for training, and makes its backend `wasm` the active one. */
export async function openPortable(): Promise<Engine> {
  opened ??= load();
  const engine = await opened;
  await tfc.setBackend(engine.backend);
  return engine;
}

async function load(): Promise<Engine> {
  registerChainedOps();
  repairGradients();
  await import('@tensorflow/tfjs-backend-wasm');
  registerKernels();
  registerUniform('wasm');
  await tfc.setBackend('wasm');
  return { name: 'portable', backend: 'wasm', tensorflow: null };
}
