// biome-ignore-all lint/suspicious/noTemplateCurlyInString: a recipe's own syntax
import type { Code } from '../problem/index.js';
import { stillOpen } from './opened.js';

/** What the parser says of an error. */
interface YamlError {
  readonly code: string;
  readonly message: string;
  readonly pos: readonly [start: number, end: number];
  /** Of a key that stands twice: where it stood first. */
  readonly first?: number;
}

/** A YAML error in the words of someone who writes recipes. `at`, `length`: where the caret goes, when not where the parser stopped. */
interface Worded {
  readonly code: Code;
  readonly message: string;
  readonly hint?: string;
  readonly at?: number;
  readonly length?: number;
}
type Words = (error: YamlError, text: string) => Worded;

const syntax = (message: string, hint?: string): Worded => ({
  code: 'YAML_SYNTAX',
  message,
  ...(hint === undefined ? {} : { hint }),
});

/** Told where it was opened, not where the text could not go on. */
function unclosed({ pos }: YamlError, text: string): Worded {
  const at = stillOpen(text, pos[0]);
  if (at === null) return syntax('a [ or { that was opened is not closed');
  const closing: Readonly<Record<string, string>> = { '[': ']', '{': '}' };
  const opened = text[at]!;
  return { ...syntax(`the ${opened} that opens here is not closed: ${closing[opened]} is missing`), at, length: 1 };
}

function unclosedQuote({ pos }: YamlError, text: string): Worded {
  const at = stillOpen(text, pos[0]);
  return { ...syntax('a quote that was opened is not closed'), ...(at === null ? {} : { at, length: 1 }) };
}

/** What stands where a key should. */
function noKey({ pos }: YamlError, text: string): Worded {
  const line = text.slice(pos[0]).split('\n', 1)[0]!.trimEnd();
  const [, key, value] = /^([\w-]+):(\S.*)$/.exec(line) ?? [];
  if (key !== undefined) return { ...syntax(`a colon needs a space after it: ${key}: ${value}`), length: line.length };
  if (line.startsWith('//')) return { ...syntax('a comment begins with #, not with //'), length: line.length };
  if (/^[\w-]+:?\u00a0/.test(line)) return syntax('a no-break space stands where a plain space is needed');
  const [, name, equal] = /^([\w-]+) *= *(\S.*)$/.exec(line) ?? [];
  if (name !== undefined)
    return { ...syntax(`a key takes a colon, no equals sign: ${name}: ${equal}`), length: line.length };
  if (!line.includes(':'))
    return { ...syntax('a key and its value are parted by a colon; here is none'), length: line.length };
  return syntax('a key and its colon must stand on one line');
}

const words: Readonly<Record<string, Words>> = {
  DUPLICATE_KEY: ({ pos: [at], first = at }, text) => {
    const name = keyFrom(text, at);
    const line = (offset: number): number => text.slice(0, offset).split('\n').length;
    const before = text.slice(first, at).includes('\n') ? `, first in line ${line(first)}` : '';
    const message = `the key ${name} stands twice in this map${before}`;
    return { code: 'YAML_DUPLICATE_KEY', message, length: name.length };
  },
  TAG_RESOLVE_FAILED: ({ pos }, text) => {
    const tag = text.slice(pos[0], pos[1]);
    return { code: 'YAML_TAG', message: `the tag ${tag} is not used in recipes: write the value without it` };
  },
  NON_STRING_KEY: ({ pos }, text) =>
    text.slice(pos[0] - 1, pos[0] + 1) === '{{'
      ? syntax('{{ }} means nothing here', 'A variable is written "${vars.name}", and defined in vars.')
      : syntax('a key must be text'),
  TAB_AS_INDENT: () => syntax('a tab stands where spaces must indent', 'Indent with spaces: two for each level.'),
  RESOURCE_EXHAUSTION: () => syntax('nested too deeply'),
  BAD_ALIAS: () => ({
    code: 'YAML_ALIAS',
    message: 'an alias (*name) or anchor (&name) has no usable name',
    hint: 'Text that begins with * or & needs quotes around it.',
  }),
  MISSING_CHAR: (error, text) => {
    const { message } = error;
    if (/quote/.test(message)) return unclosedQuote(error, text);
    return /must end with/.test(message) ? unclosed(error, text) : syntax(lowered(message));
  },
  BLOCK_AS_IMPLICIT_KEY: () =>
    syntax(
      'a second "key: value" stands inside a value',
      'Quote text that holds ": ", or indent the inner map below its key.',
    ),
  MULTILINE_IMPLICIT_KEY: noKey,
  BAD_SCALAR_START: (_error, text) =>
    syntax('text cannot begin with this character', `Quote it${text.includes('@') ? ': "@..."' : ''}.`),
  BAD_INDENT: (error, text) =>
    /flow/i.test(error.message)
      ? unclosed(error, text)
      : syntax('this line is not indented like its neighbours', 'Keys of one map begin in the same column.'),
  BAD_DQ_ESCAPE: () => syntax('no such escape in double quotes', 'Use single quotes for text with backslashes.'),
  UNEXPECTED_TOKEN: ({ message }) =>
    /node end|in YAML stream|scalar/.test(message)
      ? syntax(
          'this does not belong here: the value before it has already ended',
          'Check the indentation and the quotes.',
        )
      : syntax(lowered(message)),
};

export function wordYamlError(error: YamlError, text: string): Worded {
  const start = error.pos[0];
  const dollar = text.slice(Math.max(0, start - 1), start + 1);
  if (dollar === '${' && error.code !== 'DUPLICATE_KEY') {
    return {
      ...syntax('${...} inside { } or [ ] must stand in quotes', `Write "${variableAt(text, start - 1)}".`),
      at: start - 1,
      length: 2,
    };
  }
  const worded = words[error.code]?.(error, text) ?? syntax(lowered(error.message));
  const end = text.trimEnd().length; // what is missing at the end of the text shows at its last line
  return start > end && worded.at === undefined ? { ...worded, at: end } : worded;
}

/** The interpolation that begins here, where it ends in its line. */
const variableAt = (text: string, at: number): string =>
  /^\$\{[^}\r\n]{1,60}\}/.exec(text.slice(at, at + 70))?.[0] ?? '${vars.name}';

const lowered = (message: string): string => message.charAt(0).toLowerCase() + message.slice(1).replace(/\.$/, '');

/** The key that begins here, for a message. */
function keyFrom(text: string, at: number): string {
  return /^("(?:[^"\\\r\n]|\\.)*"|'[^'\r\n]*'|[^:\r\n]+)/.exec(text.slice(at, at + 200))?.[0].trimEnd() ?? 'here';
}
