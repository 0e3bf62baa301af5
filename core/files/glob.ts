import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fail } from '../problem/index.js';

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

export type Found = 'files' | 'folders';

/**
 * The files (or folders) below a folder that match, in no order. `*` and `?` stay within one name, `**` is any number of folders, `[abc]`
 * and `[!abc]` one character, `\` takes the meaning from the next. Names that begin with a dot need a pattern that does.
 * Links are followed, circles of them left out. Throws the file system's own errors.
 */
export async function findFiles(
  base: string,
  segments: readonly string[],
  what: Found = 'files',
): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  await descend({ folder: base, segments, trail: [], found, what });
  return found;
}

interface Walk {
  readonly folder: string;
  readonly segments: readonly string[];
  /** Real paths of the folders above within one `**`, to notice a circle. */
  readonly trail: readonly string[];
  readonly found: Set<string>;
  readonly what: Found;
}

async function descend({ folder, segments, trail, found, what }: Walk): Promise<void> {
  const [segment, ...rest] = segments;
  if (segment === undefined) return;
  const real = await realpath(folder);
  if (trail.includes(real)) return;
  const deep = segment === '**';
  if (deep && rest.length > 0) await descend({ folder, segments: rest, trail: [], found, what });
  const matches = deep ? /^[^.]/ : toExpression(segment);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (!matches.test(entry.name)) continue;
    const path = join(folder, entry.name);
    const kind = entry.isSymbolicLink() ? await stat(path).catch(() => null) : entry; // null: a link to nothing
    if (kind?.isDirectory()) {
      if (what === 'folders' && rest.length === 0) found.add(path);
      await descend({
        folder: path,
        segments: deep ? segments : rest,
        trail: deep ? [...trail, real] : [],
        found,
        what,
      });
    } else if (what === 'files' && kind?.isFile() && rest.length === 0) found.add(path);
  }
}

const literal = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
/** The inside of `[]`, in which only ranges mean something. */
const choice = (set: string): string => set.replaceAll(/\\(.)/gsu, '$1').replaceAll(/[\\\]^[]/g, '\\$&');

function toExpression(segment: string): RegExp {
  const piece = /\\(.)|\[(!?)((?:\\.|[^\]\\])+)\]|([*?])|(.)/gsu;
  const source = segment.replaceAll(piece, (_, escaped, not, set, wild, plain) => {
    if (wild !== undefined) return wild === '*' ? '.*' : '.';
    if (set !== undefined) return `[${not === '!' ? '^' : ''}${choice(set)}]`;
    return literal(escaped ?? plain);
  });
  try {
    return new RegExp(`^${segment.startsWith('.') ? '' : '(?!\\.)'}${source}$`, 'su');
  } catch {
    return fail('DATA_MISSING', `${segment} is no pattern of file names: a range in [] runs backwards`);
  }
}
