import '@tensorflow/tfjs-backend-cpu';
import { existsSync } from 'node:fs';
import * as tfc from '@tensorflow/tfjs-core';
import { registerUniform } from '../../core/engine/step-random.js';

export interface Backend {
  readonly name: 'cpu' | 'portable' | 'native';
  /** Makes it the active one. */
  readonly open: () => Promise<unknown>;
}

const cpu: Backend = {
  name: 'cpu',
  open: () => {
    registerUniform('cpu');
    return tfc.setBackend('cpu');
  },
};

/** Every backend that opens on this machine; for one that does not, a line says why. */
export async function availableBackends(): Promise<readonly Backend[]> {
  const found: Backend[] = [cpu];
  for (const [name, opener] of [
    ['portable', 'openPortable'],
    ['native', 'openNative'],
  ] as const) {
    try {
      const file = new URL(`../../core/engine/${name}.ts`, import.meta.url);
      if (!existsSync(file)) throw new Error('it is not built in');
      const module = (await import(file.href)) as Readonly<Record<string, () => Promise<unknown>>>;
      await module[opener]!();
      found.push({ name, open: () => module[opener]!() });
    } catch (error) {
      console.log(`backend ${name} left out: ${(error as Error).message}`);
    }
  }
  return found;
}
