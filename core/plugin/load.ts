import { existsSync, realpathSync } from 'node:fs';
import { extname, isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { shown } from '../files/index.js';
import { type Place, type Problem, ProblemError, problem } from '../problem/index.js';
import { codeHash, sourceExtensions } from './code-hash.js';
import type { Plugin } from './define.js';
import type { PluginGroup } from './registry.js';
import { contractVersion, faultsOf, isPlugin, versionOf } from './valid.js';

/** An entry of a recipe's `plugins:`. */
export interface PluginEntry {
  /** A package, or a file relative to `folder`. */
  readonly name: string;
  /** The folder of the file that names it; packages are looked for from here upwards. */
  readonly folder: string;
  readonly place: Place | null;
}

/** Whether an entry of `plugins:` names a file rather than a package. */
export function isPluginFile(name: string, folder: string): boolean {
  if (name.startsWith('./') || name.startsWith('../') || isAbsolute(name)) return true;
  return sourceExtensions.includes(extname(name)) && existsSync(join(folder, name));
}

/**
 * Loads packages and files of plugins. A TypeScript file works as it stands, and `import ... from 'siamese'` inside it
 * gives the running siamese, installed there or not.
 * Errors: PLUGIN_LOAD (not found, throws on import), PLUGIN_INVALID, PLUGIN_API; all of them at once.
 */
export async function loadPlugins(names: readonly string[], from: string): Promise<PluginGroup[]> {
  const { groups, problems } = await gatherPlugins(names.map((name) => ({ name, folder: from, place: null })));
  if (problems.length > 0) throw new ProblemError(problems);
  return groups;
}

/** As `loadPlugins`, but what cannot be used is left out and reported. */
export async function gatherPlugins(
  entries: readonly PluginEntry[],
): Promise<{ groups: PluginGroup[]; problems: Problem[] }> {
  const groups: PluginGroup[] = [];
  const problems: Problem[] = [];
  for (const entry of entries) {
    try {
      const { module, code } = await importEntry(entry);
      groups.push({ owner: entry.name, plugins: pluginsOf(module, entry), place: entry.place, code });
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      problems.push(...error.problems);
    }
  }
  return { groups, problems };
}

async function importEntry({ name, folder, place }: PluginEntry): Promise<{ module: unknown; code: string }> {
  const file = isPluginFile(name, folder) ? resolve(folder, name) : null;
  if (file !== null && !existsSync(file))
    throw new ProblemError(problem('PLUGIN_LOAD', `the plugin file ${name} does not exist`, { place }));
  const importer = await openImporter(folder);
  const found = file ?? importer.esmResolve(name, { try: true });
  if (found === undefined) {
    const hint = `Looked in node_modules from ${shown(folder)} upwards: npm install ${name}`;
    throw new ProblemError(problem('PLUGIN_LOAD', `the plugin package ${name} is not installed`, { place, hint }));
  }
  try {
    const code = codeHash(found.startsWith('file:') ? fileURLToPath(found) : found, file === null);
    return { module: await importer.import(file === null ? name : realpathSync(file)), code };
  } catch (error) {
    throw new ProblemError(
      problem('PLUGIN_LOAD', `the plugins of ${name} cannot be loaded: ${reasonOf(error)}`, { place }),
    );
  }
}

/** The first line of what was thrown; of text that is no TypeScript, where. */
function reasonOf(error: unknown): string {
  const lines = (error instanceof Error ? error.message : String(error)).split('\n').map((line) => line.trim());
  const first = lines.find((line) => line !== '') ?? 'it throws without a message';
  const [, line, column] = /:(\d+):(\d+)$/.exec(lines.slice(1).join('')) ?? [];
  return first.startsWith('ParseError') && line !== undefined
    ? `${first.slice('ParseError: '.length)} at line ${line}, column ${column}`
    : first;
}

/** The running modules themselves are handed over: an alias to their files would load CommonJS plugins a second copy. */
async function openImporter(folder: string): Promise<import('jiti').Jiti> {
  const { createJiti } = await import('jiti');
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const door = (await import(new URL(`../index.${extension}`, import.meta.url).href)) as Record<string, unknown>;
  const testkit = fileURLToPath(new URL(`../testkit/index.${extension}`, import.meta.url));
  return createJiti(join(folder, 'recipe.yaml'), {
    fsCache: false,
    interopDefault: false,
    virtualModules: { siamese: door },
    alias: { 'siamese/testkit': testkit },
  });
}

/** The default export, checked: TypeScript's types do not reach a plugin written in JavaScript. */
function pluginsOf(module: unknown, { name, place }: PluginEntry): readonly Plugin[] {
  const exported = (module as { readonly default?: unknown }).default ?? module;
  const list: readonly unknown[] = Array.isArray(exported) ? exported : [exported];
  const strangers = list.filter((one) => !isPlugin(one)).length;
  if (list.length === 0 || strangers > 0) {
    const hint = 'export default [myLoss, myDistance], each made by definePlugin(...)';
    const what = list.length === 0 ? 'an empty list' : 'something else';
    throw new ProblemError(
      problem(
        'PLUGIN_INVALID',
        `${name} must have a default export of one plugin or a list of them, but exports ${what}`,
        { place, hint },
      ),
    );
  }
  const plugins = list as readonly Plugin[];
  const problems = plugins.flatMap((plugin) => pluginProblems(plugin, name, place));
  if (problems.length > 0) throw new ProblemError(problems);
  return plugins;
}

/** Which of the two is the older one. */
const adviceFor = (version: unknown, owner: string): string =>
  typeof version === 'number' && version > contractVersion
    ? `Install a newer siamese, or a version of ${owner} for contract ${contractVersion}.`
    : `Install a newer version of ${owner}, or the siamese that it is written for.`;

function pluginProblems(plugin: Plugin, owner: string, place: Place | null): Problem[] {
  const subject = `${plugin.kind} ${JSON.stringify(plugin.name)} of ${owner}`;
  const version = versionOf(plugin);
  if (version !== contractVersion) {
    return [
      problem(
        'PLUGIN_API',
        `${subject} is written for plugin contract ${String(version)}; this siamese has ${contractVersion}`,
        { place, hint: adviceFor(version, owner) },
      ),
    ];
  }
  return faultsOf(plugin, owner).map((fault) => problem('PLUGIN_INVALID', `${subject}: ${fault}`, { place }));
}
