import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { type Condition, type Depth, engineFolder, inspect } from './cache.js';
import { unsupported } from './platform.js';

export interface NativeStatus {
  /** Where it would be loaded from. */
  readonly source: 'installed' | 'cache';
  readonly folder: string;
  readonly state: Condition['state'] | 'unsupported';
  /** What is wrong, where something is. */
  readonly reason: string | null;
}

/** Whether a native engine is there, without loading it. `full` reads every byte of the cached one. */
export async function nativeStatus(depth: Depth = 'quick'): Promise<NativeStatus> {
  const installed = installedPackage();
  if (installed) return { source: 'installed', folder: installed.folder, state: 'ready', reason: null };
  const folder = engineFolder();
  const reason = unsupported();
  if (reason !== null) return { source: 'cache', folder, state: 'unsupported', reason };
  const found = await inspect(folder, depth);
  return { source: 'cache', folder, state: found.state, reason: 'reason' in found ? found.reason : null };
}

const require = createRequire(import.meta.url);

/** An installed tfjs-node that has its addon and shares our tfjs-core; two copies of that would not know each other's tensors. */
export function installedPackage(): { readonly folder: string; readonly binding: string } | null {
  try {
    const file = require.resolve('@tensorflow/tfjs-node/package.json');
    const folder = dirname(file);
    const core = createRequire(createRequire(file).resolve('@tensorflow/tfjs')).resolve('@tensorflow/tfjs-core');
    if (core !== require.resolve('@tensorflow/tfjs-core')) return null;
    const versions = readdirSync(join(folder, 'lib')).filter((name) => name.startsWith('napi-v'));
    const binding = versions
      .map((name) => join(folder, 'lib', name, 'tfjs_binding.node'))
      .find((path) => existsSync(path));
    return binding === undefined ? null : { folder, binding };
  } catch {
    return null; // not installed, or its install step left it without the addon
  }
}
