import type { ErrorObject } from './ajv.js';
import { describeUnion, describeValue, wordMistake } from './mistake-words.js';
import { admits, dereference, type Schema } from './schema.js';
import { standingAlone, type Validate, validatorOf } from './validators.js';

/** One thing that is wrong with a value, in words and without a trace of the schema. */
export interface Mistake {
  /** Where in the value. For `unknown` and `missing`: the map that has, or lacks, the key `name`. */
  readonly at: readonly (string | number)[];
  readonly kind: 'unknown' | 'missing' | 'type' | 'range' | 'choice';
  readonly name?: string;
  /** `must be > 0, got -1`; '' for `unknown` and `missing`. */
  readonly words: string;
  /** The part of the schema that the value (or the missing key) stands under. */
  readonly schema: Schema;
}
export interface Checked {
  /** A copy with every default filled in. */
  readonly value: unknown;
  readonly mistakes: readonly Mistake[];
}

const compiled = new WeakMap<Schema, Validate>();
function compile(schema: Schema, root: Schema): Validate {
  const known = compiled.get(schema);
  if (known) return known;
  const validate = validatorOf(standingAlone(schema, root));
  compiled.set(schema, validate);
  return validate;
}

/** Checks a value against a schema: all mistakes, one each, and a copy with the defaults. */
export function check(schema: Schema, value: unknown): Checked {
  const copy = structuredClone(value);
  return { mistakes: mistakesIn(schema, copy, schema), value: fillBranches(schema, copy, schema) };
}

function mistakesIn(schema: Schema, value: unknown, root: Schema): Mistake[] {
  const validate = compile(schema, root);
  if (validate(value)) return [];
  const errors = validate.errors ?? [];
  const unions = errors.filter(({ keyword }) => keyword === 'anyOf');
  const places = new Set(unions.map(({ instancePath }) => instancePath));
  const isBelow = ({ instancePath }: ErrorObject): boolean => above(instancePath).some((path) => places.has(path));
  const inUnion = (error: ErrorObject): boolean => places.has(error.instancePath) || isBelow(error);
  const outermost = unions.filter((union) => !isBelow(union));
  return [
    ...errors.filter((error) => !inUnion(error) && error.keyword !== 'if').map((error) => plainMistake(error)),
    ...outermost.flatMap((union) => mistakesInUnion(union, root)),
  ];
}

/** `/a/b/c` lies below `/a/b`, `/a` and the whole, ''. */
function above(pointer: string): string[] {
  const parts = pointer.split('/');
  return parts.slice(1).map((_, i) => parts.slice(0, i + 1).join('/'));
}

function plainMistake({ instancePath, keyword, params, parentSchema, data }: ErrorObject): Mistake {
  const schema = parentSchema as Schema;
  const at = pathOf(instancePath);
  if (keyword === 'additionalProperties')
    return { at, kind: 'unknown', name: params['additionalProperty'], words: '', schema };
  if (keyword === 'required') return { at, kind: 'missing', name: params['missingProperty'], words: '', schema };
  return { at, ...wordMistake(keyword, schema, data), schema };
}

/** The mistakes of the branch that the value was meant for; when it fits none by type, one sentence about all. */
function mistakesInUnion({ instancePath, parentSchema, data }: ErrorObject, root: Schema): Mistake[] {
  const at = pathOf(instancePath);
  const union = parentSchema as Schema;
  const all = (union.anyOf ?? []).map((branch) => dereference(branch, root));
  const tag = tagOf(all);
  const branches = tag === null ? all : all.filter((branch) => choiceOf(branch, tag) === propertyOf(data, tag));
  if (tag !== null && branches.length === 0) return [untagged(tag, { branches: all, value: data, at })];
  const found = branches
    .filter((branch) => admits(branch, data))
    .map((branch) => mistakesIn(branch, structuredClone(data), root))
    .sort((a, b) => a.length - b.length)[0];
  const deeper = found?.every(
    ({ at: inner, kind }) => inner.length > 0 || kind === 'unknown' || kind === 'missing' || kind === 'range',
  );
  if (found && deeper) return found.map((mistake) => ({ ...mistake, at: [...at, ...mistake.at] }));
  return [{ at, kind: found ? 'choice' : 'type', words: describeUnion(branches, data), schema: union }];
}

/** The one value that a branch gives a property, as `{ type: dense, ... }` does. */
function choiceOf({ properties }: Schema, name: string): unknown {
  const own = properties?.[name];
  return typeof own === 'object' && own.enum?.length === 1 ? own.enum[0] : undefined;
}
const propertyOf = (value: unknown, name: string): unknown =>
  value !== null && typeof value === 'object' ? (value as Readonly<Record<string, unknown>>)[name] : undefined;

/** A required property that tells all branches of a union apart; null where there is none. */
function tagOf(branches: readonly Schema[]): string | null {
  const names = branches[0]?.required ?? [];
  return (
    names.find((name) => {
      const choices = branches.map((branch) => choiceOf(branch, name));
      return !choices.includes(undefined) && new Set(choices).size === branches.length;
    }) ?? null
  );
}

/** A value of a tagged union that names none of its branches. */
function untagged(
  tag: string,
  {
    branches,
    value,
    at,
  }: { readonly branches: readonly Schema[]; readonly value: unknown; readonly at: Mistake['at'] },
): Mistake {
  const schema: Schema = { enum: branches.map((branch) => choiceOf(branch, tag)), type: 'string' };
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    return { at, kind: 'type', words: `must be a map with ${tag}, got ${describeValue(value)}`, schema };
  }
  const given = propertyOf(value, tag);
  if (given === undefined) return { at, kind: 'missing', name: tag, words: '', schema };
  return { at: [...at, tag], ...wordMistake('enum', schema, given), schema };
}

function pathOf(pointer: string): (string | number)[] {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}

/** ajv fills defaults everywhere but below `anyOf`: there the branch that the value fits fills its own. */
function fillBranches(schema: Schema, value: unknown, root: Schema): unknown {
  const here = dereference(schema, root);
  if (here.anyOf) {
    for (const option of here.anyOf) {
      const branch = dereference(option, root);
      const copy = structuredClone(value);
      if (compile(branch, root)(copy)) return fillBranches(branch, copy, root);
    }
    return value;
  }
  if (Array.isArray(value)) return here.items ? value.map((item) => fillBranches(here.items!, item, root)) : value;
  if (value === null || typeof value !== 'object') return value;
  const inner = (name: string): Schema | null => {
    const own = here.properties?.[name] ?? here.additionalProperties;
    return typeof own === 'object' ? own : null;
  };
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => {
      const next = inner(name);
      return [name, next ? fillBranches(next, item, root) : item];
    }),
  );
}
