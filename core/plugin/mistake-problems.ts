import { type Code, nearest, type Place, type Problem, problem } from '../problem/index.js';
import type { Mistake } from './check.js';
import { optionMeant, placeElsewhere } from './other-names.js';
import type { Schema } from './schema.js';

export type Keys = readonly (string | number)[];

/** Where a checked value came from, for messages about it. */
export interface Site {
  /** Path of the value itself: `loss`, '' for a whole recipe. */
  readonly path: string;
  /** A place for the caret: at the key, or at the value. */
  place(at: Keys, part: 'key' | 'value'): Place | null;
  /** ` (from --set)` and the like behind a value; '' for what the file itself says. */
  origin(at: Keys): string;
  /** Other names that may stand beside the value's own keys: they are suggested too. */
  readonly neighbours?: readonly string[];
}

/** Whose value it is: a plugin's options, or the recipe's own keys. */
export interface Owner {
  readonly codes: 'OPTION' | 'VALUE';
  /** The plugin's name; null for the recipe. */
  readonly plugin: string | null;
}

/** Mistakes as problems, one each; what merely follows from another mistake is left out. */
export function problemsOf(mistakes: readonly Mistake[], site: Site, owner: Owner): Problem[] {
  return withoutConsequences(mistakes, site.neighbours ?? []).map((mistake) => toProblem(mistake, site, owner));
}

/** A misspelt required key is one mistake, not an unknown key and a missing one. */
function withoutConsequences(mistakes: readonly Mistake[], neighbours: readonly string[]): Mistake[] {
  const meant = new Set(
    mistakes
      .filter(({ kind }) => kind === 'unknown')
      .map(({ at, name, schema }) => [...at, nearest(name!, candidates(schema, at, neighbours))].join('.')),
  );
  return mistakes.filter(({ kind, at, name }) => kind !== 'missing' || !meant.has([...at, name].join('.')));
}

function candidates(schema: Schema, at: Keys, neighbours: readonly string[]): string[] {
  return [...Object.keys(schema.properties ?? {}), ...(at.length === 0 ? neighbours : [])];
}

function toProblem(mistake: Mistake, site: Site, owner: Owner): Problem {
  const { at, kind, name, words, schema } = mistake;
  const path = joinPath(site.path, at);
  if (kind === 'unknown') return unknownProblem(mistake, site, owner);
  if (kind === 'missing') {
    const full = joinPath(path, [name!]);
    const code: Code = owner.codes === 'OPTION' ? 'OPTION_MISSING' : 'KEY_MISSING';
    const about = schema.properties?.[name!];
    return problem(code, `${full} is missing${owner.plugin === null ? '' : `: ${owner.plugin} needs it`}`, {
      place: site.place(at, 'key'),
      path: full,
      ...hintOf(typeof about === 'object' ? about : {}, owner, joinPath(owner.plugin ?? site.path, [...at, name!])),
    });
  }
  const code = `${owner.codes}_${kind.toUpperCase()}` as `${Owner['codes']}_${'TYPE' | 'RANGE' | 'CHOICE'}`;
  return problem(code, `${path} ${words}${site.origin(at)}`, {
    place: site.place(at, 'value'),
    path,
    ...hintOf(schema, owner, joinPath(owner.plugin ?? site.path, at)),
  });
}

function unknownProblem({ at, name, schema }: Mistake, site: Site, { plugin }: Owner): Problem {
  const path = joinPath(site.path, [...at, name!]);
  const known = candidates(schema, at, site.neighbours ?? []);
  const near = nearest(name!, known) ?? optionMeant(name!, known);
  const elsewhere = plugin === null && near === null ? placeElsewhere(name!, schema, at) : null;
  const parent = joinPath(site.path, at);
  const subject = plugin === null ? `is no key of ${parent === '' ? 'a recipe' : parent}` : `is no option of ${plugin}`;
  const takes = `${plugin ?? (parent === '' ? 'A recipe' : parent)} takes ${known.length === 0 ? 'none' : known.join(', ')}`;
  const hint = misplaced(name!, plugin, at) ?? takes;
  return problem(
    plugin === null ? 'KEY_UNKNOWN' : 'OPTION_UNKNOWN',
    `${path} ${subject}${meant(near ?? elsewhere)}${site.origin([...at, name!])}`,
    {
      place: site.place([...at, name!], 'key'),
      path,
      ...(near === null && elsewhere === null ? { hint } : {}),
    },
  );
}

/** What stands at another level than it should. */
function misplaced(name: string, plugin: string | null, at: Keys): string | null {
  if (name.startsWith('-')) return `A dash that begins an item of a list needs a space after it: - ${name.slice(1)}`;
  const [outer, ...inner] = name.split('.');
  if (inner.length > 0) return `A key below another is nested: ${outer}: { ${inner.join('.')}: ... }`;
  if (plugin === null) return at.length > 0 && topLevel.has(name) ? `${name} is a key of the recipe itself.` : null;
  return nests.has(name) ? `Options stand beside type: { type: ${plugin}, ... }` : null;
}
const topLevel = new Set(
  'name seed plugins data encoder distance head loss sampler optimizer train evaluate trackers'.split(' '),
);
const nests = new Set('options params parameters args arguments kwargs config settings'.split(' '));

const meant = (name: string | null): string => (name === null ? '' : `; did you mean ${name}?`);

/** `contrastive.margin: Distance beyond which a different pair costs nothing. Default 1.` */
function hintOf(schema: Schema, { plugin }: Owner, path: string): { hint?: string } {
  if (schema.description === undefined) return {};
  const named = plugin === null ? path : path.replace(/\.\d+(?=\.|$)/g, '');
  return { hint: `${named}: ${describeOption(schema)}` };
}

/** Description and default of an option: `Share of positives. Default 0.5.` */
export function describeOption(schema: Schema): string {
  const shown = JSON.stringify(schema.default);
  const text = (schema.description ?? '').replace(/([^.!?])$/, '$1.');
  const simple = shown !== undefined && shown !== '{}' && shown.length <= 60;
  return simple ? `${text} Default ${typeof schema.default === 'string' ? schema.default : shown}.` : text;
}

export function joinPath(path: string, at: Keys): string {
  return [...(path === '' ? [] : [path]), ...at].join('.');
}
