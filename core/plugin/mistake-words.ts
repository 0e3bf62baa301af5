import { suggestion } from '../problem/index.js';
import { cureOf, shareOf } from './cures.js';
import { admits, type Schema, type TypeName, undecided } from './schema.js';

const LONGEST = 60;
const typeWords: Readonly<Record<TypeName, string>> = {
  number: 'a number',
  integer: 'a whole number',
  string: 'text',
  boolean: 'true or false',
  null: 'null',
  array: 'a list',
  object: 'a map',
};
type Worded = { readonly kind: 'type' | 'range' | 'choice'; readonly words: string };

/** A failed keyword in words: `must be > 0, got -1`. */
export function wordMistake(keyword: string, schema: Schema, value: unknown): Worded {
  const got = describeValue(value);
  const range = (demand: string, found = got): Worded => ({ kind: 'range', words: `must ${demand}, got ${found}` });
  switch (keyword) {
    case 'type':
      return { kind: 'type', words: `must be ${describeSchema(schema)}, got ${got}${cureOf(schema, value)}` };
    case 'enum':
    case 'const': {
      if (!admits(schema, value)) return { kind: 'type', words: `must be ${describeSchema(schema)}, got ${got}` };
      const near = typeof value === 'string' ? suggestion(value, choicesOf(schema).map(String)) : '';
      return { kind: 'choice', words: `must be ${describeSchema(schema)}, got ${got}${near}` };
    }
    case 'minimum':
      return range(`be >= ${schema.minimum}`);
    case 'maximum':
      return range(`be <= ${schema.maximum}`, got + shareOf(schema.maximum, value));
    case 'exclusiveMinimum':
      return range(`be > ${schema.exclusiveMinimum}`);
    case 'exclusiveMaximum':
      return range(`be < ${schema.exclusiveMaximum}`, got + shareOf(schema.exclusiveMaximum, value));
    case 'multipleOf':
      return range(`be a multiple of ${schema.multipleOf}`);
    case 'minItems':
      return range(`have at least ${counted(schema.minItems ?? 0, 'item')}`, String(lengthOf(value)));
    case 'maxItems':
      return range(`have at most ${counted(schema.maxItems ?? 0, 'item')}`, String(lengthOf(value)));
    case 'minProperties':
      return range(`have at least ${counted(schema.minProperties ?? 0, 'entry')}`, String(lengthOf(value)));
    case 'minLength':
      return range('not be empty');
    case 'pattern':
      return range(schema.title === undefined ? `match ${schema.pattern}` : `be ${schema.title}`);
    case 'format':
      return range(
        `be a ${schema.format === 'uri' ? 'URI' : schema.format === 'regex' ? 'regular expression' : schema.format}`,
      );
    case 'everyPropertyDefaultsOrIsRequired':
      return { kind: 'range', words: `must give a default to, or require, ${undecided(value as Schema).join(', ')}` };
    default:
      throw new Error(`a schema uses ${keyword}, for which there are no words`);
  }
}

/** A value that fits no branch of an `anyOf`, in words. */
export function describeUnion(branches: readonly Schema[], value: unknown): string {
  const near = typeof value === 'string' ? suggestion(value, branches.flatMap(choicesOf).map(String)) : '';
  return `must be ${describeSchema({ anyOf: branches })}, got ${describeValue(value)}${near}`;
}

/** What a schema takes: `a number`, `one of a, b, c`, `a number or soft`. */
export function describeSchema(schema: Schema): string {
  const choices = choicesOf(schema);
  if (choices.length > 0) return (choices.length > 1 ? 'one of ' : '') + choices.map(describeChoice).join(', ');
  if (schema.anyOf) return joined([...new Set(schema.anyOf.flatMap(describeBranch))]);
  const types = [schema.type ?? []].flat();
  return joined(types.map((type) => typeWords[type])) || 'something else';
}

/** `a`, `a or b`, `a, b or c`. */
function joined(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}

function describeBranch(schema: Schema): string[] {
  const choices = choicesOf(schema);
  return choices.length > 0 ? choices.map(describeChoice) : [describeSchema(schema)];
}

function choicesOf(schema: Schema): readonly unknown[] {
  return schema.enum ?? (schema.const !== undefined ? [schema.const] : []);
}

const describeChoice = (choice: unknown): string => (typeof choice === 'string' ? choice : JSON.stringify(choice));
const counted = (count: number, word: string): string =>
  `${count} ${count === 1 ? word : word === 'entry' ? 'entries' : `${word}s`}`;
const lengthOf = (value: unknown): number => Object.keys(value as object).length;

/** A value as a message shows it: text in quotes, collections by their kind. */
export function describeValue(value: unknown): string {
  if (typeof value === 'string')
    return JSON.stringify(value.length > LONGEST ? `${value.slice(0, LONGEST)}...` : value);
  if (Array.isArray(value)) return 'a list';
  if (value !== null && typeof value === 'object') return 'a map';
  return value === null ? 'nothing' : String(value);
}
