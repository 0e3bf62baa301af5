import * as tfc from '@tensorflow/tfjs-core';
import { registerChainedOps } from './chained.js';
import type { Engine } from './engine.js';
import { registerKernels } from './kernels/index.js';
import { repairGradients } from './repaired-gradients.js';
import { registerUniform } from './step-random.js';
import { loadWasmModule, releaseWorkers } from './wasm-module.js';

let opened: Promise<Engine> | undefined;

/**
 * Opens the portable engine, once per process, and makes its backend `wasm` the active one: tfjs-wasm, with what it lacks
 * for training. Everything it needs lies in the installed packages. `threads` counts at the first call; the results do not
 * depend on it.
 */
export async function openPortable(threads?: number): Promise<Engine> {
  opened ??= open(threads);
  const engine = await opened;
  await tfc.setBackend(engine.backend);
  return engine;
}

async function open(threads: number | undefined): Promise<Engine> {
  registerChainedOps();
  repairGradients();
  const { BackendWasm } = await import('@tensorflow/tfjs-backend-wasm'); // registers its kernels, and a backend
  const module = await loadWasmModule(threads);
  tfc.removeBackend('wasm');
  tfc.registerBackend('wasm', () => {
    const backend = new BackendWasm(module);
    releaseWorkers(module);
    return backend;
  });
  registerKernels();
  registerUniform('wasm');
  return { name: 'portable', backend: 'wasm', tensorflow: null };
}
