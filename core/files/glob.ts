import type { Stats } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fail } from '../problem/index.js';
import { shown } from './errno.js';
import { nameMatcher } from './name-pattern.js';

/** A path as a pattern that matches it alone. */
export const escapeGlob = (path: string): string => path.replaceAll(/[*?{}[\]\\]/g, '\\$&');

/**
 * A pattern's choices written out, each cut into its leading folders that hold no special character, and the rest.
 * `a/{b,c}/*.png` -> a/b and *.png, a/c and *.png.
 */
export function splitPattern(
  pattern: string,
): readonly { readonly base: string; readonly segments: readonly string[] }[] {
  return expandChoices(pattern).map((choice) => {
    const segments = choice.split('/');
    const first = segments.findIndex((segment) => /[*?[\]\\]/.test(segment));
    const cut = first < 0 ? segments.length - 1 : first;
    const base = segments.slice(0, cut).join('/');
    return { base: base === '' && choice.startsWith('/') ? '/' : base, segments: segments.slice(cut).filter(isStep) };
  });
}

/** Empty steps lead nowhere, and `**` twice is once, only slower. */
const isStep = (segment: string, i: number, all: readonly string[]): boolean =>
  segment !== '' && segment !== '.' && !(segment === '**' && all[i - 1] === '**');

const mostChoices = 1000;

/** `{a,b}`, also one inside another; a brace without its partner stands for itself. */
function expandChoices(pattern: string): readonly string[] {
  const done: string[] = [];
  const waiting = [pattern];
  for (let text = waiting.pop(); text !== undefined; text = waiting.pop()) {
    const { open, commas, close } = findChoice(text);
    const cuts = [open, ...commas, close];
    if (close < 0) done.push(text);
    for (let i = cuts.length - 1; close >= 0 && i > 0; i--) {
      waiting.push(text.slice(0, open) + text.slice(cuts[i - 1]! + 1, cuts[i]) + text.slice(close + 1));
    }
    if (done.length + waiting.length > mostChoices) {
      fail(
        'DATA_MISSING',
        `${pattern.slice(0, 80)} is no pattern of file names: {} give more than ${mostChoices} choices`,
      );
    }
  }
  return done;
}

/** The first braces that are closed, and the commas directly inside. close -1: there are none. */
function findChoice(pattern: string): { open: number; commas: readonly number[]; close: number } {
  for (let open = 0; open < pattern.length; open++) {
    if (pattern[open] === '\\') open++;
    else if (pattern[open] === '{') {
      const commas: number[] = [];
      let depth = 0;
      for (let at = open; at < pattern.length; at++) {
        if (pattern[at] === '\\') at++;
        else if (pattern[at] === '{') depth++;
        else if (pattern[at] === ',' && depth === 1) commas.push(at);
        else if (pattern[at] === '}' && --depth === 0) return { open, commas, close: at };
      }
    }
  }
  return { open: -1, commas: [], close: -1 };
}

export interface Finding {
  /** Default: files. */
  readonly what?: 'files' | 'folders';
  /** Whether a link is followed, asked before anything is known of its end. Default: each. */
  readonly follows?: (link: string) => boolean;
}

/** Ten folders that link to each other have more ways through them than can be gone: so often one is met again by links. */
const MOST_AGAIN = 10_000;

/**
 * The files (or folders) below a folder that match, in no order. `*` and `?` stay within one name, `**` is any number of folders, `[abc]`
 * and `[!abc]` one character, `\` takes the meaning from the next. Names that begin with a dot need a pattern that does.
 * Links are followed, circles of them left out. Errors: DATA_MISSING (no pattern, links without end), and the file system's own.
 */
export async function findFiles(
  base: string,
  segments: readonly string[],
  how: Finding = {},
): Promise<ReadonlySet<string>> {
  const search: Search = { base, found: new Set(), seen: new Set(), again: 0, how };
  await descend({ folder: base, segments, trail: [] }, search);
  return search.found;
}

interface Search {
  readonly base: string;
  readonly found: Set<string>;
  /** Folders, as they were reached and by their real path, with how much of the pattern was left there. */
  readonly seen: Set<string>;
  /** Folders that were seen by another path already. */
  again: number;
  readonly how: Finding;
}

interface Walk {
  readonly folder: string;
  readonly segments: readonly string[];
  /** Real paths of the folders above within one `**`, to notice a circle. */
  readonly trail: readonly string[];
}

async function descend({ folder, segments, trail }: Walk, search: Search): Promise<void> {
  const [segment, ...rest] = segments;
  if (segment === undefined || wasSeen(`${segments.length} ${folder}`, search)) return; // `**` twice leads here twice
  const real = await realpath(folder);
  if (trail.includes(real)) return;
  if (real !== folder && wasSeen(`${segments.length} -> ${real}`, search) && ++search.again > MOST_AGAIN)
    fail('DATA_MISSING', `links below ${shown(search.base)} lead to the same folders more than ${MOST_AGAIN} times`);
  const deep = segment === '**';
  if (deep && rest.length > 0) await descend({ folder, segments: rest, trail: [] }, search);
  const matches = deep ? (name: string) => !name.startsWith('.') : nameMatcher(segment);
  const { what = 'files' } = search.how;
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (!matches(entry.name)) continue;
    const path = join(folder, entry.name);
    const kind = entry.isSymbolicLink() ? await behindLink(path, search.how) : entry;
    if (kind?.isDirectory()) {
      if (what === 'folders' && rest.length === 0) search.found.add(path);
      const inner = deep ? { segments, trail: [...trail, real] } : { segments: rest, trail: [] };
      await descend({ folder: path, ...inner }, search);
    } else if (what === 'files' && kind?.isFile() && rest.length === 0) search.found.add(path);
  }
}

function wasSeen(state: string, { seen }: Search): boolean {
  if (seen.has(state)) return true;
  seen.add(state);
  return false;
}

/** null: a link to nothing, or one that is not to be followed. */
async function behindLink(path: string, { follows }: Finding): Promise<Stats | null> {
  if (follows && !follows(path)) return null;
  return stat(path).catch(() => null);
}
