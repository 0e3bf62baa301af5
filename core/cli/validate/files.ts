import { existsSync, statSync } from 'node:fs';
import { findFiles, splitPattern } from '../../files/glob.js';
import { endsWithin, reason } from '../../files/index.js';
import { fail, ProblemError } from '../../problem/index.js';

export interface RecipeFiles {
  readonly files: readonly string[];
  /** Links out of the folder that is searched: with `untrusted` not followed. */
  readonly out: readonly string[];
}

/**
 * The recipes that the arguments name: files as they are, patterns (star, double star, `?`, `[abc]`, `{a,b}`), and folders with all of their
 * YAML files. Each once, in the order of the arguments, those of one argument sorted.
 * Errors: USAGE for a pattern or a folder without a recipe: a check that looks at nothing must not pass.
 */
export async function recipeFiles(args: readonly string[], untrusted: boolean): Promise<RecipeFiles> {
  const files = new Set<string>();
  const out = new Set<string>();
  for (const arg of args) for (const file of await filesOf(arg, untrusted ? out : null)) files.add(file);
  return { files: [...files], out: [...out].sort() };
}

async function filesOf(arg: string, out: Set<string> | null): Promise<readonly string[]> {
  if (existsSync(arg))
    return statSync(arg).isDirectory() ? matching(`${folderPattern(arg)}/**/*.{yaml,yml}`, { arg, out }) : [arg];
  if (/[*?[{]/.test(arg))
    return matching(arg.replaceAll('\\', process.platform === 'win32' ? '/' : '\\'), { arg, out });
  return [arg]; // it is not there, which planning tells
}

const folderPattern = (folder: string): string => folder.replace(/\/+$/, '').replaceAll(/[*?{}[\]\\]/g, '\\$&');

interface Search {
  readonly arg: string;
  /** null: links are followed. */
  readonly out: Set<string> | null;
}

async function matching(pattern: string, { arg, out }: Search): Promise<readonly string[]> {
  const found: string[] = [];
  for (const { base, segments } of splitPattern(pattern)) {
    const folder = base === '' ? '.' : base.replaceAll(/\\(.)/g, '$1');
    if (!existsSync(folder)) continue;
    const follows = (link: string): boolean => {
      if (out === null || endsWithin(link, folder)) return true;
      if (isRecipe(link))
        found.push(link); // it is named, which its check refuses
      else out.add(link);
      return false;
    };
    try {
      found.push(...(await findFiles(folder, segments, { follows })));
    } catch (error) {
      if (error instanceof ProblemError) throw error;
      fail('USAGE', `${arg} cannot be searched: ${reason(error)}`);
    }
  }
  const recipes = [...new Set(found)].filter((file) => !/(^|\/)node_modules\//.test(file)).sort();
  return recipes.length > 0 ? recipes : fail('USAGE', `no recipe matches ${arg}`);
}

const isRecipe = (file: string): boolean => /\.ya?ml$/.test(file);
