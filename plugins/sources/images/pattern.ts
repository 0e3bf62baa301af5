import { fail } from '../../../core/problem/index.js';

type Part =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'any' };

/** How names of files are read: `{group}/{session}_{name}.png`, `*` for what is not kept. */
export interface Pattern {
  readonly names: readonly string[];
  /** What the names stand for in a path relative to the folder; null where it does not match. */
  match(path: string): Readonly<Record<string, string>> | null;
}

/**
 * Reads a pattern. Each `{name}` and each `*` stands for one character or more within one name of a folder or file, and for as
 * few as can be, from left to right. Matching takes time linear in the path for each part.
 * Errors: DATA_MISSING for what is no pattern.
 */
export function readPattern(pattern: string): Pattern {
  const wrong = (why: string): never =>
    fail('DATA_MISSING', `data.source.pattern is no pattern of file names: ${why} in ${JSON.stringify(pattern)}`);
  if (pattern.length > LONGEST) return wrong(`more than ${LONGEST} characters`);
  const levels = pattern.split('/');
  if (levels.some((level) => ['', '.', '..'].includes(level))) wrong('an empty name, or one of dots,');
  const parts = levels.map((level) => partsOf(level, wrong));
  const names = parts.flat().flatMap((part) => (part.kind === 'name' ? [part.name] : []));
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice !== undefined) wrong(`{${twice}} stands twice`);
  return { names, match: (path) => matchLevels(parts, path.split('/')) };
}

const LONGEST = 1000;

function partsOf(level: string, wrong: (why: string) => never): readonly Part[] {
  const parts = [...level.matchAll(/\{([^{}]*)\}|\*+|[^{}*]+|[{}]/g)].map(([text, name]): Part => {
    if (name !== undefined)
      return /^[\p{L}_][\p{L}\p{N}_-]*$/u.test(name) ? { kind: 'name', name } : wrong(`{${name}}`);
    if (text === '{' || text === '}') return wrong(`a ${text} without its partner`);
    if (text.startsWith('*')) return text === '*' ? { kind: 'any' } : wrong(`${text}; a folder of any name is *,`);
    return { kind: 'text', text };
  });
  const open = parts.findIndex((part, i) => part.kind !== 'text' && i > 0 && parts[i - 1]!.kind !== 'text');
  if (open >= 0) wrong('two names without text between them');
  return parts;
}

function matchLevels(levels: readonly (readonly Part[])[], given: readonly string[]): Record<string, string> | null {
  if (levels.length !== given.length) return null;
  const found: Record<string, string> = Object.create(null) as Record<string, string>;
  return levels.every((parts, i) => matchLevel(parts, given[i]!, found)) ? { ...found } : null;
}

/**
 * Texts are looked for from left to right, the last one at the end: where that finds no match there is none, so that
 * nothing is tried twice.
 */
function matchLevel(parts: readonly Part[], text: string, found: Record<string, string>): boolean {
  let at = 0;
  for (const [i, part] of parts.entries()) {
    if (part.kind === 'text') {
      if (!text.startsWith(part.text, at)) return false;
      at += part.text.length;
      continue;
    }
    const next = parts[i + 1] as { readonly text: string } | undefined;
    const isLast = i + 2 >= parts.length;
    const end =
      next === undefined ? text.length : isLast ? text.length - next.text.length : text.indexOf(next.text, at + 1);
    if (end <= at) return false;
    if (part.kind === 'name') found[part.name] = text.slice(at, end);
    at = end;
  }
  return at === text.length;
}
