import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, extname, relative, resolve } from 'node:path';
import { endsWithin, isPackagePath, openFiles, readBounded, reason, shown } from '../files/index.js';
import { fail, nearest, type Place, type Problem, ProblemError, problem } from '../problem/index.js';
import { interpolate } from './interpolate.js';
import { LONGEST_TEXT } from './limits.js';
import { mergeNodes } from './merge.js';
import { type MapNode, mapNode, type Node, placeOf, type ScalarNode } from './node.js';
import { originSuffix } from './origin.js';
import { readYaml } from './read.js';
import { applySet } from './set.js';
import { spentOf } from './spent.js';

export interface Composition {
  /** The recipe with its bases below it, `--set` above it and everything interpolated; no `extends`, no `vars`. */
  readonly root: MapNode;
  readonly problems: readonly Problem[];
  /** Paths whose value could not be resolved. */
  readonly broken: ReadonlySet<string>;
  /** A base is missing: what is absent may stand there. */
  readonly incomplete: boolean;
  /** Texts of all files read, by path; the recipe's own first. */
  readonly texts: ReadonlyMap<string, string>;
  /** The `extends` and `vars` that the root is without. */
  readonly spent: MapNode;
}
export interface ComposeSettings {
  readonly set?: readonly string[];
  /** No environment, and no file above the recipe's folder. */
  readonly untrusted?: boolean;
  /** What the recipe's file would hold. */
  readonly text?: string;
}

const EMPTY = mapNode(new Map(), { from: 'default', reason: 'nothing' });

interface Loading {
  readonly given: { readonly file: string; readonly text: string } | null;
  readonly texts: Map<string, string>;
  readonly trees: Node[];
  /** Of composing. */
  readonly problems: Problem[];
  /** Of reading: nothing can be said of the rest. */
  readonly unreadable: Problem[];
  readonly untrusted: string | null;
}

/**
 * Reads a recipe and what it extends.
 * Errors: those of YAML (FILE_MISSING, YAML_*) are thrown, since nothing can be said of the rest; those of composing are
 * returned beside what could be composed.
 */
export function composeRecipe(file: string, { set = [], untrusted = false, text }: ComposeSettings = {}): Composition {
  const path = resolve(file);
  const loading: Loading = {
    texts: new Map(),
    given: text === undefined ? null : { file: path, text },
    trees: [],
    problems: [],
    unreadable: [],
    untrusted: untrusted ? dirname(path) : null,
  };
  if (untrusted && text === undefined && !endsWithin(path, dirname(path)))
    fail('FILE_MISSING', `${shown(path)} is a link out of its folder, which --untrusted does not follow`);
  const own = loadFile(path, [], loading);
  if (loading.unreadable.length > 0) throw new ProblemError(loading.unreadable);
  const incomplete = loading.problems.some(({ code }) => code.startsWith('EXTENDS'));
  let root: Node = own;
  for (const change of set) {
    try {
      root = applySet(root, change);
      loading.trees.push(root);
    } catch (error) {
      collect(error, loading.problems);
    }
  }
  const composed = root.kind === 'map' ? root : own;
  const resolved = interpolate({
    root: composed,
    sources: loading.trees.map(withoutVariables),
    environment: untrusted ? null : process.env,
  });
  const problems = [...loading.problems, ...resolved.problems];
  const spent = spentOf(loading.trees[0] as MapNode, composed);
  return { ...resolved, problems, incomplete, texts: loading.texts, spent };
}

function loadFile(file: string, stack: readonly string[], loading: Loading): MapNode {
  const tree = readTree(file, loading);
  const here = [...stack, file];
  const bases = extended(tree, loading.problems).flatMap((entry) => loadBase(entry, here, loading));
  checkVariables(tree, loading.problems);
  const own = mapNode(new Map([...tree.entries].filter(([key]) => key !== 'extends')), tree.origin);
  return [...bases, own].reduce<MapNode>((base, over) => mergeNodes(base, over) as MapNode, EMPTY); // two maps without type merge into one
}

function readTree(file: string, loading: Loading): MapNode {
  try {
    const text = loading.given?.file === file ? loading.given.text : readText(file);
    loading.texts.set(file, text);
    const tree = readYaml(text, file);
    loading.trees.push(tree);
    return tree;
  } catch (error) {
    collect(error, loading.unreadable);
    return mapNode(new Map(), { from: 'file', place: { file, line: 1, column: 1 } });
  }
}

/** Of UTF-8; one more is read, so that what is longer is told as such. */
const LONGEST_BYTES = 4 * LONGEST_TEXT + 1;

function readText(file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(readBounded(file, LONGEST_BYTES));
  } catch (error) {
    if (error instanceof TypeError)
      return fail('YAML_SYNTAX', 'the file is not UTF-8 text: save it in that encoding', {
        place: { file, line: 1, column: 1 },
      });
    if (error instanceof ProblemError) throw error;
    return fail('FILE_MISSING', `the recipe ${file} cannot be read: ${reason(error)}`);
  }
}

/** The entries of `extends`: one or several texts. */
function extended(tree: MapNode, problems: Problem[]): ScalarNode[] {
  const node = tree.entries.get('extends')?.value;
  if (!node) return [];
  const entries = node.kind === 'list' ? node.items : [node];
  const isText = (entry: Node): entry is ScalarNode => entry.kind === 'scalar' && typeof entry.value === 'string';
  for (const entry of entries.filter((one) => !isText(one))) {
    problems.push(
      problem('VALUE_TYPE', 'extends must be a file or a list of files', {
        place: placeOf(entry.origin),
        path: 'extends',
      }),
    );
  }
  return entries.filter(isText);
}

function loadBase(entry: ScalarNode, stack: readonly string[], loading: Loading): MapNode[] {
  const details = { place: placeOf(entry.origin), path: 'extends' };
  try {
    const file = locateBase(String(entry.value), dirname(stack.at(-1)!), { details, loading });
    const at = stack.map(realOf).indexOf(realOf(file));
    if (at >= 0) {
      const circle = [...stack.slice(at), file].map((one) => relative(dirname(file), one));
      fail('EXTENDS_CYCLE', `recipes extend each other in a circle: ${circle.join(' -> ')}`, details);
    }
    return [loadFile(file, stack, loading)];
  } catch (error) {
    collect(error, loading.problems);
    return [];
  }
}

/** The recipe's own file need not be there: its text may be given. */
const realOf = (file: string): string => (existsSync(file) ? realpathSync(file) : file);

interface Naming {
  readonly details: { readonly place: Place | null; readonly path: string };
  readonly loading: Loading;
}

const stem = (file: string): string => basename(file, extname(file));

/** `; did you mean faces.yaml?`: of what lies where the file should. */
function besides(file: string): string {
  try {
    const beside = readdirSync(dirname(file));
    const meant = nearest(stem(file), beside.map(stem));
    const name = beside.find((one) => stem(one) === meant);
    return name === undefined ? '' : `; did you mean ${name}?`;
  } catch {
    return ''; // there is no such folder either
  }
}

function locateBase(name: string, folder: string, { details, loading }: Naming): string {
  const { untrusted } = loading;
  const file = isPackagePath(name) ? locateInPackage(name, folder) : resolve(folder, name);
  if (untrusted !== null && file !== null && !endsWithin(file, untrusted))
    // before asking whether it exists
    fail('EXTENDS_MISSING', `${name} lies outside the recipe's folder, which --untrusted forbids`, details);
  if (file === null || !existsSync(file))
    return fail(
      'EXTENDS_MISSING',
      `the recipe ${name}, which this one extends, does not exist${file === null ? '' : besides(file)}`,
      details,
    );
  if (!statSync(file).isFile()) fail('EXTENDS_MISSING', `${name}, which this recipe extends, is not a file`, details);
  if (loading.trees.length > MOST_FILES)
    fail('EXTENDS_CYCLE', `recipes extend each other more than ${MOST_FILES} times in all`, details);
  return file;
}

/** A base that is named twice counts twice: thirty files that each name the next twice would be read a billion times. */
const MOST_FILES = 100;

function locateInPackage(name: string, folder: string): string | null {
  try {
    return openFiles({ folder }).resolve(name);
  } catch (error) {
    if (error instanceof ProblemError) return null;
    throw error;
  }
}

function checkVariables(tree: MapNode, problems: Problem[]): void {
  const vars = tree.entries.get('vars');
  if (!vars || vars.value.kind === 'map') return;
  problems.push(
    problem('VALUE_TYPE', `vars must be a map of names to values${originSuffix(vars.value.origin)}`, {
      place: placeOf(vars.value.origin),
      path: 'vars',
    }),
  );
}

function withoutVariables(tree: Node): Node {
  return tree.kind === 'map'
    ? mapNode(new Map([...tree.entries].filter(([key]) => key !== 'vars')), tree.origin)
    : tree;
}

function collect(error: unknown, problems: Problem[]): void {
  if (!(error instanceof ProblemError)) throw error;
  problems.push(...error.problems);
}
