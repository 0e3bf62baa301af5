/** What the thread that reads ahead runs: a door, as the command line is one. It loads the plugins that it needs, and no others. */
import { parentPort, workerData } from 'node:worker_threads';
import { loadPlugins } from './plugin/load.js';
import type { PluginGroup } from './plugin/registry.js';
import { isPlugin } from './plugin/valid.js';
import type { ThreadRequest } from './run/ahead/messages.js';
import { serveAhead } from './run/ahead/serve.js';

/** One of siamese's own, by its file, which is called as it is. */
async function ownPlugin(kind: 'source' | 'split', name: string): Promise<PluginGroup> {
  const module = (await import(`../plugins/${kind}s/${name}.js`)) as Readonly<Record<string, unknown>>;
  return { owner: 'siamese', plugins: Object.values(module).filter(isPlugin) };
}

async function load({ source, split, plugins, files }: ThreadRequest): Promise<readonly PluginGroup[]> {
  const own = [['source', source.type] as const, ['split', split.type] as const].filter(
    ([, name]) => !name.includes('/'),
  );
  return [
    ...(await Promise.all(own.map(([kind, name]) => ownPlugin(kind, name)))),
    ...(plugins.length > 0 ? await loadPlugins(plugins, files.folder) : []),
  ];
}

await serveAhead(parentPort!, workerData as ThreadRequest, load);
