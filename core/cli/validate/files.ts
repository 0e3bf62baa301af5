import { existsSync, statSync } from 'node:fs';
import { findFiles, splitPattern } from '../../files/glob.js';
import { reason } from '../../files/index.js';
import { fail } from '../../problem/index.js';

/**
 * The recipes that the arguments name: files as they are, patterns (star, double star, `?`, `[abc]`, `{a,b}`), and folders with all of their
 * YAML files. Each once, in the order of the arguments, those of one argument sorted.
 * Errors: USAGE for a pattern or a folder without a recipe: a check that looks at nothing must not pass.
 */
export async function recipeFiles(args: readonly string[]): Promise<readonly string[]> {
  const found = new Set<string>();
  for (const arg of args) for (const file of await filesOf(arg)) found.add(file);
  return [...found];
}

async function filesOf(arg: string): Promise<readonly string[]> {
  if (existsSync(arg))
    return statSync(arg).isDirectory() ? matching(`${folderPattern(arg)}/**/*.{yaml,yml}`, arg) : [arg];
  if (/[*?[{]/.test(arg)) return matching(arg.replaceAll('\\', process.platform === 'win32' ? '/' : '\\'), arg);
  return [arg]; // it is not there, which planning tells
}

const folderPattern = (folder: string): string => folder.replace(/\/+$/, '').replaceAll(/[*?{}[\]\\]/g, '\\$&');

async function matching(pattern: string, arg: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const { base, segments } of splitPattern(pattern)) {
    const folder = base === '' ? '.' : base.replaceAll(/\\(.)/g, '$1');
    if (!existsSync(folder)) continue;
    try {
      found.push(...(await findFiles(folder, segments)));
    } catch (error) {
      fail('USAGE', `${arg} cannot be searched: ${reason(error)}`);
    }
  }
  const recipes = found.filter((file) => !/(^|\/)node_modules\//.test(file)).sort();
  return recipes.length > 0 ? recipes : fail('USAGE', `no recipe matches ${arg}`);
}
