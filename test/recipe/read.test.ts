// biome-ignore-all lint/suspicious/noTemplateCurlyInString: a recipe's own syntax
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Problem, ProblemError } from '../../core/problem/index.js';
import { keyPlace, nodeAt, placeOf, plainOf } from '../../core/recipe/node.js';
import { readYaml, writeYaml } from '../../core/recipe/read.js';

const read = (text: string): unknown => plainOf(readYaml(text, 'r.yaml'));
function problemsOf(text: string): readonly Problem[] {
  try {
    readYaml(text, 'r.yaml');
  } catch (error) {
    if (error instanceof ProblemError) return error.problems;
    throw error;
  }
  throw new Error(`no problem in ${JSON.stringify(text)}`);
}
/** `CODE line:column+length message` of the only problem. */
function only(text: string): string {
  const problems = problemsOf(text);
  expect(problems.map(({ message }) => message)).toHaveLength(1);
  const { code, place, message } = problems[0]!;
  return `${code} ${place!.line}:${place!.column}+${place!.length ?? 1} ${message}`;
}

describe('readYaml', () => {
  test('is YAML 1.2 core', () => {
    expect(read('a: yes\nb: 0x1f\nc: 0o17\nd: 1e3\ne: ~\nf: true\n1: x\ng: -0.5\nh: off\ni: 010\n')).toEqual({
      a: 'yes',
      b: 31,
      c: 15,
      d: 1000,
      e: null,
      f: true,
      1: 'x',
      g: -0.5,
      h: 'off',
      i: 10,
    });
  });

  test('knows the place of keys and values', () => {
    const root = readYaml(
      'name: faces\nloss:\n  { type: contrastive,\n    margin: -1 }\nlist:\n- "a b"\nempty:\n',
      'r.yaml',
    );
    const value = (...path: (string | number)[]): unknown => placeOf(nodeAt(root, path)!.origin);
    expect(value('name')).toEqual({ file: 'r.yaml', line: 1, column: 7, length: 5 });
    expect(value('loss', 'margin')).toEqual({ file: 'r.yaml', line: 4, column: 13, length: 2 });
    expect(value('loss')).toEqual({ file: 'r.yaml', line: 3, column: 3, length: 1 });
    expect(value('list', 0)).toEqual({ file: 'r.yaml', line: 6, column: 3, length: 5 });
    expect(value('empty')).toEqual({ file: 'r.yaml', line: 7, column: 1, length: 5 });
    expect(keyPlace(root, ['loss', 'margin'])).toEqual({ file: 'r.yaml', line: 4, column: 5, length: 6 });
  });

  test('places survive a byte order mark and CRLF', () => {
    const root = readYaml('\ufeffa: 1\r\nbc: -1\r\n', 'r.yaml');
    expect(placeOf(nodeAt(root, ['bc'])!.origin)).toEqual({ file: 'r.yaml', line: 2, column: 5, length: 2 });
  });

  test('follows aliases and merges maps, each value at its own place', () => {
    const root = readYaml('base: &b { x: 1, y: 2 }\nover:\n  <<: *b\n  y: 3\nboth:\n  <<: [{ x: 7 }, *b]\n', 'r.yaml');
    expect(plainOf(root)).toEqual({ base: { x: 1, y: 2 }, over: { y: 3, x: 1 }, both: { x: 7, y: 2 } });
    expect(placeOf(nodeAt(root, ['over', 'x'])!.origin)).toMatchObject({ line: 1, column: 15 });
    expect(placeOf(nodeAt(root, ['over', 'y'])!.origin)).toMatchObject({ line: 4, column: 6 });
  });

  test('an alias means the last anchor of its name, also after an older one was repeated', () => {
    expect(read('a: &x { b: &y 1 }\nc: &y 2\nd: *x\ne: *y\n')).toMatchObject({ d: { b: 1 }, e: 2 });
  });

  test('a key called __proto__ is a key like any other', () => {
    expect(Object.keys(read('__proto__: 1\na: 2\n') as object)).toEqual(['__proto__', 'a']);
  });

  test.each([
    ['a: 1\nbc: 2\n"a": 3\n', 'YAML_DUPLICATE_KEY 3:1+3 the key "a" stands twice in this map, first in line 1'],
    ['a: !foo 1\n', 'YAML_TAG 1:4+4 the tag !foo is not used in recipes: write the value without it'],
    ['a: !!binary aGk=\n', 'YAML_TAG 1:4+8 the tag !!binary is not used in recipes: write the value without it'],
    ['a: *nope\n', 'YAML_ALIAS 1:4+5 the alias *nope comes before any anchor &nope'],
    ['a: *.csv\n', 'YAML_ALIAS 1:4+5 a value that begins with * needs quotes: "*.csv"'],
    ['a: { b: **/*.csv }\n', 'YAML_ALIAS 1:9+8 a value that begins with * needs quotes: "**/*.csv"'],
    ['a: &a [*a]\n', 'YAML_ALIAS 1:8+2 the alias *a stands inside its own anchor &a'],
    ['a: 1\n---\nb: 2\n', 'YAML_DOCUMENTS 2:1+1 a recipe is one document, this file holds 2: give each a file'],
    ['- a\n', 'YAML_DOCUMENTS 1:1+1 a recipe is a map of keys and values, not a list'],
    ['just text\n', 'YAML_DOCUMENTS 1:1+1 a recipe is a map of keys and values, not a single value'],
    ['# nothing\n', 'YAML_DOCUMENTS 1:1+1 the file is empty: a recipe is a map of keys and values'],
    ['a:\n\tb: 1\n', 'YAML_SYNTAX 2:1+1 a tab stands where spaces must indent'],
    ['a: [1, 2\nb: 3\n', 'YAML_SYNTAX 1:4+1 the [ that opens here is not closed: ] is missing'],
    ['a: b: c\n', 'YAML_SYNTAX 1:4+1 a second "key: value" stands inside a value'],
    ['a: "x\n', 'YAML_SYNTAX 1:4+1 a quote that was opened is not closed'],
    ['a: @b\n', 'YAML_SYNTAX 1:4+1 text cannot begin with this character'],
    ['? [a]\n: 1\n', 'YAML_SYNTAX 1:3+1 a key must be text'],
    ['%YAML 1.1\n---\na: yes\n', 'YAML_SYNTAX 1:1+9 recipes are YAML 1.2, this one says 1.1'],
    ['<<: 3\n', 'YAML_ALIAS 1:1+2 << takes a map, or a list of maps'],
    ['train: { epochs: ${vars.x} }\n', 'YAML_SYNTAX 1:18+2 ${...} inside { } or [ ] must stand in quotes'],
  ])('%j: %s', (text, expected) => {
    expect(only(text)).toBe(expected);
  });

  test('all duplicate keys and tags of a file are told at once', () => {
    expect(problemsOf('a: 1\na: 2\nb: !x 1\nc: 1\nc: 2\n').map(({ code }) => code)).toEqual([
      'YAML_DUPLICATE_KEY',
      'YAML_DUPLICATE_KEY',
      'YAML_TAG',
    ]);
  });

  test('lines are counted where the parser leaves one out', () => {
    const duplicate = problemsOf('*a: 1\nb: 1\nc: { d: 1, d: 2 }\n').find(({ code }) => code === 'YAML_DUPLICATE_KEY');
    expect(duplicate!.place).toMatchObject({ line: 3, column: 12, length: 1 });
  });

  test('an alias bomb is refused', () => {
    const bomb = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
    for (let i = 1; i < 10; i++)
      bomb.push(
        `a${i}: &a${i} [${Array(10)
          .fill(`*a${i - 1}`)
          .join(', ')}]`,
      );
    expect(only(bomb.join('\n'))).toContain('YAML_ALIAS');
  });

  test.each([100, 5_000, 50_000])('nesting %d deep is refused', (depth) => {
    expect(problemsOf(`a: ${'['.repeat(depth)}${']'.repeat(depth)}`)[0]!.message).toMatch(/^nested too deeply/);
  });

  test('more values than any recipe has are refused before they are composed', () => {
    const start = process.cpuUsage();
    const said = 'YAML_SYNTAX 1:1+1 a recipe has at most 20000 values, this one has more';
    expect(only(Array.from({ length: 27_000 }, (_, i) => `k${i}: 1`).join('\n'))).toContain(said); // every key against every other
    expect(only(`a: [${','.repeat(200_000)}]`)).toContain(said);
    expect(process.cpuUsage(start).user).toBeLessThan(4e6);
  });

  test('a key that stands twice is found in maps of any depth, __proto__ among them', () => {
    expect(problemsOf('a: { b: 1, b: 2 }\nc: [{ __proto__: 1, __proto__: 2 }]\n').map(({ code }) => code)).toEqual([
      'YAML_DUPLICATE_KEY',
      'YAML_DUPLICATE_KEY',
    ]);
  });

  test('a huge text is refused', () => {
    expect(only(`a: ${'x'.repeat(2 ** 18)}`)).toContain('YAML_SYNTAX 1:1+1 a recipe has at most 262144 characters');
  });
});

const fragment = fc.constantFrom(
  'a',
  'b',
  ': ',
  ':',
  '\n',
  '\n  ',
  '- ',
  '[',
  ']',
  '{',
  '}',
  ', ',
  '"',
  "'",
  '&x ',
  '*x',
  '!t ',
  '#',
  '|',
  '>',
  '\t',
  '<<',
  '? ',
  '---\n',
  '%',
  '1',
  '~',
  '${',
  '\u0000',
  '\r\n',
  '\ufeff',
  '\u2028',
);
test('any text is either a map or problems whose places lie inside it', () => {
  const text = fc.oneof(
    fc.array(fragment, { maxLength: 30 }).map((parts) => parts.join('')),
    fc.string(),
  );
  fc.assert(
    fc.property(text, (source) => {
      let problems: readonly Problem[] = [];
      try {
        expect(readYaml(source, 'r.yaml').kind).toBe('map');
      } catch (error) {
        if (!(error instanceof ProblemError)) throw error;
        problems = error.problems;
        expect(problems.length).toBeGreaterThan(0);
      }
      const lines = source.split('\n');
      for (const { place } of problems) {
        expect(place!.line).toBeGreaterThanOrEqual(1);
        expect(place!.line).toBeLessThanOrEqual(lines.length);
        expect(place!.column).toBeGreaterThanOrEqual(1);
        expect(place!.column).toBeLessThanOrEqual(lines[place!.line - 1]!.length + 1);
      }
    }),
    { numRuns: 1500 },
  );
});

test('what is written is read back', () => {
  const plain = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.string(),
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0), // JSON has no -0
      fc.boolean(),
      fc.constant(null),
      tie('list'),
      tie('map'),
    ),
    list: fc.array(tie('value'), { maxLength: 4 }),
    map: fc.dictionary(fc.string({ minLength: 1 }), tie('value'), { maxKeys: 4, noNullPrototype: true }),
  }));
  fc.assert(
    fc.property(plain.map as fc.Arbitrary<Record<string, unknown>>, (value) => {
      fc.pre(Object.keys(value).length > 0);
      expect(read(writeYaml(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
    { numRuns: 300 },
  );
});
