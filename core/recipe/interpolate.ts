import { fail, listed, nearest, type Problem, ProblemError, problem, suggestion } from '../problem/index.js';
import { DEEPEST, LONGEST_TEXT, MOST_NODES } from './limits.js';
import {
  type Keys,
  type MapNode,
  mapNode,
  mapScalars,
  type Node,
  nodeAt,
  placeOf,
  type ScalarNode,
  scalarNode,
  walk,
} from './node.js';
import { readValue } from './read.js';
import type { Origin } from './types.js';

/** A piece of text, or a reference in it. */
type Piece =
  | { readonly text: string }
  | { readonly scope: 'vars'; readonly name: string }
  | { readonly scope: 'env'; readonly name: string; readonly fallback: string | null };
type Reference = Exclude<Piece, { readonly text: string }>;

export interface Interpolation {
  /** The composed recipe, `vars` included. */
  readonly root: MapNode;
  /** Every tree that went into it: a variable that only an overridden value uses is used all the same. */
  readonly sources: readonly Node[];
  /** null: the environment is not to be read (`--untrusted`). */
  readonly environment: Readonly<Record<string, string | undefined>> | null;
}

export interface Interpolated {
  readonly root: MapNode;
  readonly problems: readonly Problem[];
  /** Paths of values that could not be resolved: they still hold their text, and nothing more is to be said of them. */
  readonly broken: ReadonlySet<string>;
}

/** More are not told: each lists the variables there are. */
const MOST_PROBLEMS = 100;

const isReference = ({ value }: ScalarNode): boolean => typeof value === 'string' && value.includes('${');

/** Replaces `${vars.x}`, `${env.NAME}`, `${env.NAME:fallback}` and `$${`, and takes `vars` out. */
export function interpolate({ root, sources, environment }: Interpolation): Interpolated {
  const vars = root.entries.get('vars')?.value;
  const variables = new Variables(vars?.kind === 'map' ? vars : null, environment);
  const problems = new Map<string, Problem>();
  const broken = new Set<string>();
  const replace = (scalar: ScalarNode, path: Keys): Node => {
    if (problems.size >= MOST_PROBLEMS && isReference(scalar)) {
      broken.add(path.join('.'));
      return scalar;
    }
    try {
      return variables.resolve(scalar);
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      broken.add(path.join('.'));
      for (const one of error.problems)
        problems.set(JSON.stringify([one.message, one.place]), { ...one, path: path.join('.') });
      return scalar;
    }
  };
  const entries = new Map([...root.entries].filter(([key]) => key !== 'vars'));
  const resolved = mapScalars(mapNode(entries, root.origin), replace) as MapNode;
  return { root: resolved, problems: [...problems.values(), ...unusedVariables(vars, sources)], broken };
}

class Variables {
  readonly #vars: MapNode | undefined;
  readonly #environment: Interpolation['environment'];
  readonly #known = new Map<string, Node>();
  readonly #open: string[] = [];
  readonly #budget = { nodes: MOST_NODES, characters: LONGEST_TEXT };
  constructor(vars: MapNode | null, environment: Interpolation['environment']) {
    this.#vars = vars ?? undefined;
    this.#environment = environment;
  }

  /** The scalar with its references replaced. Errors: of the reference that cannot be, at the scalar that holds it. */
  resolve(scalar: ScalarNode): Node {
    if (typeof scalar.value !== 'string' || !isReference(scalar)) return scalar;
    try {
      const pieces = parsePieces(scalar.value);
      const [first] = pieces;
      if (pieces.length === 1 && first && 'scope' in first) return this.#lone(first, scalar);
      return scalarNode(pieces.map((piece) => this.#text(piece)).join(''), originOf(pieces, scalar, this.#vars));
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      throw new ProblemError(error.problems.map((one) => ({ ...one, place: one.place ?? placeOf(scalar.origin) })));
    }
  }

  /** A value that is nothing but one reference keeps its type. */
  #lone(reference: Reference, scalar: ScalarNode): Node {
    const place = placeOf(scalar.origin);
    if (reference.scope === 'env') {
      return scalarNode(typed(this.#environmentText(reference)), { from: 'environment', name: reference.name, place });
    }
    const value = this.#variable(reference.name);
    this.#spend({ nodes: sizeOf(value).nodes, characters: 0 });
    if (value.kind !== 'scalar') return value;
    return scalarNode(value.value, { from: 'variable', name: reference.name, place, defined: value.origin });
  }

  /** Ten variables that each name the one before ten times are a bomb. Errors: INTERPOLATION. */
  #spend({ nodes, characters }: { readonly nodes: number; readonly characters: number }): void {
    this.#budget.nodes -= nodes;
    this.#budget.characters -= characters;
    if (this.#budget.nodes >= 0 && this.#budget.characters >= 0) return;
    fail(
      'INTERPOLATION',
      `variables repeat too much: they may stand for ${MOST_NODES} values and ${LONGEST_TEXT} characters in all`,
    );
  }

  #text(piece: Piece): string {
    if ('text' in piece) return piece.text;
    if (piece.scope === 'env') return this.#environmentText(piece);
    const value = this.#variable(piece.name);
    if (value.kind === 'scalar') {
      const text = String(value.value);
      this.#spend({ nodes: 0, characters: text.length });
      return text;
    }
    return fail('INTERPOLATION', `\${vars.${piece.name}} is a ${value.kind}: it cannot stand inside text`);
  }

  #environmentText({ name, fallback }: Extract<Reference, { readonly scope: 'env' }>): string {
    const environment = this.#environment ?? {};
    const text = Object.hasOwn(environment, name) ? (environment[name] ?? fallback) : fallback; // `constructor` is no variable
    if (text !== null) return text;
    const why = this.#environment === null ? 'is not read with --untrusted' : 'is not set';
    return fail('ENVIRONMENT_UNSET', `the environment variable ${name} ${why}, and \${env.${name}} has no fallback`, {
      hint: `Write \${env.${name}:fallback}.`,
    });
  }

  #variable(name: string): Node {
    if (this.#open.includes(name)) {
      fail('VARIABLE_CYCLE', `variables refer to each other in a circle: ${[...this.#open, name].join(' -> ')}`);
    }
    const known = this.#known.get(name);
    if (known) return known;
    if (this.#open.length >= DEEPEST)
      fail('INTERPOLATION', `variables refer to each other more than ${DEEPEST} deep, at ${name}`);
    const path = name.split('.');
    const node = nodeAt(this.#vars, path);
    if (!node) {
      const around = nodeAt(this.#vars, path.slice(0, -1));
      const names = around?.kind === 'map' ? [...around.entries.keys()] : [];
      fail('VARIABLE_UNKNOWN', `\${vars.${name}}: there is no variable ${name}${suggestion(path.at(-1)!, names)}`, {
        hint: names.length > 0 ? `Variables: ${listed(names)}` : 'This recipe has no vars.',
      });
    }
    this.#open.push(name);
    try {
      const value = mapScalars(node, (scalar) => this.resolve(scalar));
      if (sizeOf(value).depth > DEEPEST)
        fail('INTERPOLATION', `the variable ${name} nests values more than ${DEEPEST} deep`);
      this.#known.set(name, value);
      return value;
    } finally {
      this.#open.pop();
    }
  }
}

interface Size {
  readonly nodes: number;
  readonly depth: number;
}
const sizes = new WeakMap<Node, Size>();

/** A value that stands in several places is measured once: counting it out is what must not happen. */
function sizeOf(node: Node): Size {
  if (node.kind === 'scalar') return { nodes: 1, depth: 0 };
  const known = sizes.get(node);
  if (known) return known;
  const inner = node.kind === 'list' ? node.items : [...node.entries.values()].map(({ value }) => value);
  let [nodes, depth] = [1, 1];
  for (const one of inner) {
    const size = sizeOf(one);
    nodes += size.nodes;
    depth = Math.max(depth, size.depth + 1);
  }
  sizes.set(node, { nodes, depth });
  return { nodes, depth };
}

/** Text that begins with a variable is named where the variable is: a path in it starts there. */
function originOf(pieces: readonly Piece[], scalar: ScalarNode, vars: MapNode | undefined): Origin {
  const reference = pieces.find((piece): piece is Reference => 'scope' in piece);
  if (!reference) return scalar.origin;
  const place = placeOf(scalar.origin);
  if (reference.scope === 'env') return { from: 'environment', name: reference.name, place };
  const defined = pieces[0] === reference ? nodeAt(vars, reference.name.split('.'))?.origin : undefined;
  return { from: 'variable', name: reference.name, place, ...(defined ? { defined } : {}) };
}

/** `a ${vars.b} $${c}` -> text, reference, text. Errors: INTERPOLATION. */
function parsePieces(text: string): Piece[] {
  const pieces: Piece[] = [];
  let rest = text;
  while (rest !== '') {
    const at = rest.search(/\$\$\{|\$\{/);
    if (at > 0 || at < 0) pieces.push({ text: at < 0 ? rest : rest.slice(0, at) });
    if (at < 0) break;
    rest = rest.slice(at);
    if (rest.startsWith('$${')) {
      pieces.push({ text: '${' });
      rest = rest.slice(3);
      continue;
    }
    const end = rest.indexOf('}');
    if (end < 0)
      fail('INTERPOLATION', `"${rest}" is not closed: \${ needs a }`, { hint: 'For the text ${ itself write $${.' });
    pieces.push(parseReference(rest.slice(2, end)));
    rest = rest.slice(end + 1);
  }
  return pieces;
}

function parseReference(body: string): Reference {
  const variable = /^vars\.([A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*)$/.exec(body);
  if (variable) return { scope: 'vars', name: variable[1]! };
  const environment = /^env\.([A-Za-z_][A-Za-z0-9_]*)(?::(.*))?$/s.exec(body);
  if (environment) return { scope: 'env', name: environment[1]!, fallback: environment[2] ?? null };
  const instead = /^[A-Za-z0-9_-]+$/.test(body)
    ? `\${vars.${body}} or \${env.${body}}`
    : `\${vars.NAME}, \${env.NAME} or \${env.NAME:fallback}`;
  return fail('INTERPOLATION', `"\${${body}}" means nothing: write ${instead}`, {
    hint: 'For the text ${ itself write $${.',
  });
}

/** Text from the environment as YAML reads a bare value: a number, true, false, null, else the text. */
function typed(text: string): string | number | boolean | null {
  try {
    const node = readValue(text, { from: 'default', reason: 'environment' });
    return node.kind === 'scalar' ? node.value : text;
  } catch {
    return text; // text that is not YAML is just text
  }
}

function unusedVariables(vars: Node | undefined, sources: readonly Node[]): Problem[] {
  if (vars?.kind !== 'map') return [];
  const used = new Set<string>();
  const waiting = [...sources];
  for (let source = waiting.pop(); source; source = waiting.pop()) {
    walk(source, (one) => {
      for (const name of namesIn(one)) {
        const first = name.split('.')[0]!;
        if (used.has(first)) continue;
        used.add(first);
        const value = vars.entries.get(first)?.value;
        if (value) waiting.push(value);
      }
    });
  }
  const names = [...vars.entries.keys()];
  const unknown = [...used].filter((name) => !vars.entries.has(name)).slice(0, MOST_PROBLEMS);
  const meant = unknown.map((name) => nearest(name, names)); // a misspelt use is one mistake
  return [...vars.entries]
    .filter(([name]) => !used.has(name) && !meant.includes(name))
    .map(([name, { key }]) =>
      problem('VARIABLE_UNUSED', `the variable ${name} is never used`, {
        place: key,
        path: `vars.${name}`,
        hint: `A value takes it by \${vars.${name}}.`,
      }),
    );
}

function namesIn(node: Node): string[] {
  if (node.kind !== 'scalar' || typeof node.value !== 'string') return [];
  return [...node.value.matchAll(/\$?\$\{(?:vars\.)?([A-Za-z0-9_.-]+)\}/g)]
    .filter(([all]) => !all.startsWith('$$'))
    .map(([, name]) => name!);
}
