import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Json } from '../contract/index.js';
import type { Plugin } from '../plugin/define.js';
import { loadPlugins } from '../plugin/load.js';
import { fail } from '../problem/index.js';
import { type Checked, checkPlugin, renderChecks, type Settings } from '../testkit/index.js';
import type { Cli } from './cli.js';
import { status } from './exit.js';
import { out } from './terminal.js';

interface TestOptions {
  readonly json?: boolean;
  readonly options: string;
}

/** Checks every plugin of a file, a folder with a package, or an installed package; `siamese`: its own. */
export async function test(cli: Cli, path: string, { json, options }: TestOptions): Promise<number> {
  const given = parseOptions(options);
  const builtIn = await cli.builtIn();
  const own = path === 'siamese';
  const { plugins, folder } = own ? { plugins: builtIn, folder: '.' } : await pluginsAt(path);
  const unknown = Object.keys(given).find((name) => !plugins.some((plugin) => plugin.name === name));
  if (unknown !== undefined) {
    const names = plugins.map(({ name }) => `"${name}"`).join(', ');
    const hint = `By plugin: '{${plugins[0] ? `"${plugins[0].name}"` : '"vendor/name"'}: {...}}'`;
    fail('USAGE', `--options names "${unknown}", and the plugins of ${path} are ${names}`, { hint });
  }
  const found: Checked[] = [];
  for (const plugin of plugins) {
    const settings: Settings = {
      owner: own ? 'siamese' : 'other',
      folder,
      plugins: builtIn,
      ...optionsOf(given, plugin),
    };
    found.push({ kind: plugin.kind, name: plugin.name, checks: await checkPlugin(plugin, settings) });
  }
  out(json ? JSON.stringify(found, null, 2) : renderChecks(found));
  return found.some(({ checks }) => checks.some(({ outcome }) => outcome === 'fail')) ? status.problem : status.good;
}

type Given = Readonly<Record<string, Readonly<Record<string, Json>>>>;
const optionsOf = (given: Given, { name }: Plugin): Settings => (given[name] ? { options: given[name] } : {});

function parseOptions(text: string): Given {
  try {
    return JSON.parse(text) as Given;
  } catch (error) {
    return fail('USAGE', `--options is no JSON: ${(error as Error).message}`, {
      hint: `By plugin: '{"vendor/name": {"margin": 2}}'`,
    });
  }
}

/** Paths among the options begin at the plugins' own folder. */
async function pluginsAt(path: string): Promise<{ plugins: readonly Plugin[]; folder: string }> {
  const isFolder = existsSync(path) && statSync(path).isDirectory();
  const entry = isFolder ? entryOf(path) : existsSync(path) ? resolve(path) : path;
  const folder = isFolder ? resolve(path) : existsSync(path) ? dirname(resolve(path)) : '.';
  const groups = await loadPlugins([entry], process.cwd());
  return { plugins: groups.flatMap(({ plugins }) => plugins), folder };
}

/** The file that a package exports: as built, or before that as written. */
function entryOf(folder: string): string {
  const manifest = join(folder, 'package.json');
  if (!existsSync(manifest)) fail('PLUGIN_LOAD', `${folder} has no package.json`);
  const { exports, main } = JSON.parse(readFileSync(manifest, 'utf8')) as { exports?: unknown; main?: string };
  const root = typeof exports === 'object' && exports !== null ? (exports as Record<string, unknown>)['.'] : exports;
  const named = typeof root === 'object' && root !== null ? (root as Record<string, unknown>)['default'] : root;
  const candidates = [named, main, './src/index.ts', './index.ts', './index.js'].filter(
    (one) => typeof one === 'string',
  );
  const found = candidates.map((one) => resolve(folder, one)).find((file) => existsSync(file));
  return found ?? fail('PLUGIN_LOAD', `${folder} exports ${candidates[0]}, which is not there`);
}
