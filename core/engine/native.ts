/** The only file that loads tfjs-node: an installed one whose addon loads, else the one built in the cache folder. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import util from 'node:util';
import * as tfc from '@tensorflow/tfjs-core';
import { fail } from '../problem/index.js';
import { engineFolder, inspect, layout } from './cache.js';
import { registerChainedOps } from './chained.js';
import type { Engine } from './engine.js';
import { registerNativeGradients } from './gradients.js';
import type { NativeBackend, NativeBinding } from './native-backend.js';
import { registerNativeKernels } from './native-kernels.js';
import { unsupported } from './platform.js';
import { withoutTensorflow } from './quiet.js';
import { repairGradients } from './repaired-gradients.js';
import { coreSlot } from './shim.js';
import { installedPackage } from './status.js';
import { registerNativeUniform } from './step-random.js';

const require = createRequire(import.meta.url);

let opened: Promise<Engine> | null = null;

/**
 * Loads the native engine, once per process, and makes its backend `tensorflow` the active one.
 * Errors: ENGINE, where none is there or none loads.
 */
export async function openNative(): Promise<Engine> {
  opened ??= open().catch((error: unknown) => {
    opened = null; // it may be installed meanwhile
    throw error;
  });
  const engine = await opened;
  await tfc.setBackend('tensorflow');
  return engine;
}

async function open(): Promise<Engine> {
  const binding = await load();
  registerChainedOps();
  repairGradients(); // before the native ones, which are laid over what is there
  registerNativeUniform({ float: binding.TF_FLOAT, int: binding.TF_INT32, type: binding.TF_ATTR_TYPE });
  registerNativeKernels();
  registerNativeGradients();
  return { name: 'native', backend: 'tensorflow', tensorflow: binding.TF_Version };
}

/** The backend of the open native engine. */
export function nativeBackend(): NativeBackend {
  const backend = tfc.findBackend('tensorflow') as NativeBackend | null;
  if (backend === null) throw new Error('the native engine is not open');
  return backend;
}

async function load(): Promise<NativeBinding> {
  prepare();
  const installed = installedPackage();
  if (installed === null) return loadCached('');
  try {
    return start(installed.folder, require(installed.binding) as NativeBinding);
  } catch (error) {
    return loadCached(`, and the installed ${installed.binding} does not load: ${(error as Error).message}`);
  }
}

const rebuild = 'Build it by `siamese engine install`, or train without it by `--engine portable`';

/** `also` ends the message where there is none. */
async function loadCached(also: string): Promise<NativeBinding> {
  const folder = engineFolder();
  const reason = unsupported();
  if (reason !== null)
    fail('ENGINE', `there is no native engine: ${reason}${also}`, { hint: 'Use `--engine portable`' });
  const found = await inspect(folder, 'quick');
  if (found.state === 'absent') fail('ENGINE', `there is no native engine in ${folder}${also}`, { hint: rebuild });
  if (found.state === 'damaged') {
    fail('ENGINE', `the native engine in ${folder} is damaged: ${found.reason}`, { hint: rebuild });
  }
  process.env.TF_OVERRIDE_GLOBAL_THREADPOOL ??= 'true'; // each program has threads of its own: see session-config.ts
  try {
    return start(join(folder, layout.package), loadQuietly(folder));
  } catch (error) {
    const why = (error as Error).message;
    return fail('ENGINE', `the native engine in ${folder} does not load: ${why}`, { hint: rebuild });
  }
}

function prepare(): void {
  // tfjs-node calls these: Node 23 took the first away, and both warn where they still are
  const legacy = util as unknown as Record<'isNullOrUndefined' | 'isArray', (value: unknown) => boolean>;
  legacy.isNullOrUndefined = (value) => value === null || value === undefined;
  legacy.isArray = Array.isArray;
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '3'; // the user's own choice stands
  // XLA's fusion emitters take a quarter longer to compile a step, and 40 MB, for no speed that could be measured
  process.env.XLA_FLAGS ??= '--xla_cpu_use_fusion_emitters=false';
  (globalThis as Record<symbol, unknown>)[Symbol.for(coreSlot)] = require('@tensorflow/tfjs-core');
}

/** Loads the addon with TensorFlow's own lines held back, unless the user has asked for its log. */
function loadQuietly(folder: string): NativeBinding {
  const binding = join(folder, layout.binding);
  if (/^[01]$/.test(process.env.TF_CPP_MIN_LOG_LEVEL ?? '')) return require(binding) as NativeBinding;
  const quiet = require(join(folder, layout.quiet)) as { hush(): boolean; restore(): string };
  quiet.hush();
  try {
    return require(binding) as NativeBinding;
  } finally {
    process.stderr.write(withoutTensorflow(quiet.restore()));
  }
}

/** Registers tfjs-node's kernels and backend: the two files of it that matter, not its index with its dependencies. */
function start(folder: string, binding: NativeBinding): NativeBinding {
  require(join(folder, 'dist', 'register_all_kernels.js'));
  const { NodeJSKernelBackend } = require(join(folder, 'dist', 'nodejs_kernel_backend.js')) as {
    NodeJSKernelBackend: new (binding: NativeBinding, packageName: string) => tfc.KernelBackend;
  };
  tfc.registerBackend('tensorflow', () => new NodeJSKernelBackend(binding, '@tensorflow/tfjs-node'), 3);
  return binding;
}
