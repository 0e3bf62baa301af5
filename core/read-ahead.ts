/** What the thread that reads ahead runs: a door, as the command line is one. It loads the plugins that compute on the host alone. */
import { parentPort, workerData } from 'node:worker_threads';
import { onHost } from '../plugins/host.js';
import { loadPlugins } from './plugin/load.js';
import type { PluginGroup } from './plugin/registry.js';
import type { ThreadRequest } from './run/ahead/messages.js';
import { serveAhead } from './run/ahead/serve.js';

async function load({ plugins, files }: ThreadRequest): Promise<readonly PluginGroup[]> {
  const others = plugins.length > 0 ? await loadPlugins(plugins, files.folder) : [];
  return [{ owner: 'siamese', plugins: onHost }, ...others];
}

await serveAhead(parentPort!, workerData as ThreadRequest, load);
