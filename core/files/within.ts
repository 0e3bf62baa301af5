import { lstatSync, readlinkSync, realpathSync } from 'node:fs';
import { isAbsolute, join, parse, relative, resolve, sep } from 'node:path';
import { toPackagePath } from './package-path.js';

/** More than this many links in one path lead in a circle: opening it says so. */
const MOST_LINKS = 40;

/**
 * Whether a path ends below a folder, link by link, or in an installed package. Nothing outside the folder is asked for
 * meanwhile: whether a link's target exists out there must not show.
 */
export function endsWithin(path: string, folder: string): boolean {
  const root = realOr(folder);
  const end = follow(path, resolve(folder), root);
  return isBelow(end, root) || inPackage(end);
}

/** Where a path leads, followed as far as it stays below `root`: the first place outside, else its end. */
function follow(path: string, folder: string, root: string): string {
  let at = parse(root).root;
  let steps = stepsOf(aliased(resolve(path), folder, root));
  for (let links = 0; steps.length > 0; ) {
    const [step, ...rest] = steps;
    const next = step === '..' ? resolve(at, '..') : join(at, step!);
    steps = rest;
    if (isBelow(root, next)) {
      at = next; // a folder above `root`, or that itself: no link, since `root` is a real path
      continue;
    }
    if (!isBelow(next, root)) return rest.includes('..') ? next : join(next, ...rest); // behind a link `..` is another folder
    const target = linkAt(next);
    if (target === null) at = next;
    else if (++links > MOST_LINKS) return next;
    else {
      if (isAbsolute(target)) at = parse(target).root;
      steps = [...stepsOf(aliased(target, folder, root)), ...rest];
    }
  }
  return at;
}

/** The folder may be known by a path that holds links itself. */
const aliased = (path: string, folder: string, root: string): string =>
  path === folder || path.startsWith(folder + sep) ? root + path.slice(folder.length) : path;

const stepsOf = (path: string): string[] =>
  path
    .slice(isAbsolute(path) ? parse(path).root.length : 0)
    .split(sep === '/' ? '/' : /[\\/]/)
    .filter((step) => step !== '' && step !== '.');

function linkAt(path: string): string | null {
  try {
    return lstatSync(path).isSymbolicLink() ? readlinkSync(path) : null;
  } catch {
    return null; // it is not there, or not to be read: opening it says so
  }
}

/** Below `node_modules` stands what its owner installed, links of theirs included. */
const inPackage = (path: string): boolean => toPackagePath(path) !== null && toPackagePath(realOr(path)) !== null;

function realOr(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    const up = resolve(path, '..');
    return up === path ? path : join(realOr(up), relative(up, path)); // a link further up may lead out all the same
  }
}

function isBelow(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
