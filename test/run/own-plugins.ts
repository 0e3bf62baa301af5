import { readdirSync } from 'node:fs';
import type { Kind } from '../../core/contract/index.js';
import type { Plugin } from '../../core/plugin/define.js';
import { createRegistry, type Registry } from '../../core/plugin/registry.js';
import { isPlugin } from '../../core/plugin/valid.js';

const rooms: Partial<Record<Kind, string>> = {
  distance: 'distances',
  head: 'heads',
  loss: 'losses',
  evaluator: 'evaluators',
};

/** siamese's own plugins of the kinds that `evaluateCase` needs, found in their folders. */
export async function ownPlugins(): Promise<Registry> {
  const plugins: Plugin[] = [];
  for (const room of Object.values(rooms)) {
    const folder = new URL(`../../plugins/${room}/`, import.meta.url);
    for (const file of readdirSync(folder).filter((name) => name.endsWith('.ts'))) {
      const module = (await import(new URL(file, folder).href)) as Readonly<Record<string, unknown>>;
      plugins.push(...Object.values(module).filter(isPlugin));
    }
  }
  return createRegistry([{ owner: 'siamese', plugins }]);
}
