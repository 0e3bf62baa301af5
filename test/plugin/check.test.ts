// biome-ignore-all lint/suspicious/noThenProperty: a keyword of JSON Schema
import { describe, expect, test } from 'vitest';
import { check } from '../../core/plugin/check.js';
import type { Schema } from '../../core/plugin/schema.js';

const closed = (properties: Schema['properties'], required: readonly string[] = []): Schema => ({
  type: 'object',
  additionalProperties: false,
  properties: properties!,
  required,
});
/** `at kind words` of every mistake. */
const told = (schema: Schema, value: unknown): string[] =>
  check(schema, value).mistakes.map(({ at, kind, name, words }) =>
    `${[...at, ...(name === undefined ? [] : [name])].join('.')} ${kind} ${words}`.trim(),
  );

const margin: Schema = {
  anyOf: [
    { type: 'number', exclusiveMinimum: 0 },
    { type: 'string', enum: ['soft', 'hard'] },
  ],
  default: 1,
};

describe('check', () => {
  test.each<[Schema, unknown, string]>([
    [{ type: 'number' }, 'x', 'type must be a number, got "x"'],
    [{ type: 'integer' }, 1.5, 'type must be a whole number, got 1.5'],
    [{ type: 'number' }, Number.NaN, 'type must be a number, got NaN'],
    [{ type: ['number', 'null'] }, 'x', 'type must be a number or null, got "x"'],
    [{ type: 'boolean' }, 'yes', 'type must be true or false, got "yes"'],
    [{ type: 'array', items: {} }, { a: 1 }, 'type must be a list, got a map'],
    [{ type: 'string' }, null, 'type must be text, got nothing'],
    [{ type: 'string', minLength: 1 }, '', 'range must not be empty, got ""'],
    [{ minimum: 1 }, 0, 'range must be >= 1, got 0'],
    [{ maximum: 1 }, 2, 'range must be <= 1, got 2'],
    [{ exclusiveMinimum: 0 }, -1, 'range must be > 0, got -1'],
    [{ exclusiveMaximum: 1 }, 1, 'range must be < 1, got 1'],
    [{ multipleOf: 2 }, 3, 'range must be a multiple of 2, got 3'],
    [{ minItems: 1 }, [], 'range must have at least 1 item, got 0'],
    [{ maxItems: 2 }, [1, 2, 3], 'range must have at most 2 items, got 3'],
    [{ minProperties: 2 }, {}, 'range must have at least 2 entries, got 0'],
    [{ enum: ['relu', 'tanh'] }, 'rleu', 'choice must be one of relu, tanh, got "rleu"; did you mean relu?'],
    [{ enum: ['relu'] }, 3, 'type must be relu, got 3'],
    [{ const: 1 }, 2, 'choice must be 1, got 2'],
    [{ pattern: '^a' }, 'b', 'range must match ^a, got "b"'],
    [{ pattern: '^a', title: 'a word in a' }, 'b', 'range must be a word in a, got "b"'],
    [{ type: 'string', format: 'uri' }, 'no uri', 'range must be a URI, got "no uri"'],
    [{ type: 'string', format: 'path' }, 'a\0b', 'range must be a path, got "a\\u0000b"'],
    [margin, 'sotf', 'choice must be a number, soft or hard, got "sotf"; did you mean soft?'],
    [margin, true, 'type must be a number, soft or hard, got true'],
    [margin, -1, 'range must be > 0, got -1'],
    [{ type: 'string' }, 'x'.repeat(100), ''],
    [{ type: 'number' }, 'x'.repeat(100), `type must be a number, got "${'x'.repeat(60)}..."`],
  ])('%j of %j: %s', (schema, value, expected) => {
    expect(told(schema, value)).toEqual(expected === '' ? [] : [expected]);
  });

  test('all mistakes at once, one each, at their places', () => {
    const schema = closed(
      {
        a: { type: 'number' },
        b: { type: 'array', items: { type: 'integer', minimum: 1 } },
        c: closed({ d: {} }, ['d']),
      },
      ['a', 'z'],
    );
    expect(told(schema, { a: 'x', b: [1, 0, 'y'], c: { e: 1 } }).sort()).toEqual([
      'a type must be a number, got "x"',
      'b.1 range must be >= 1, got 0',
      'b.2 type must be a whole number, got "y"',
      'c.d missing',
      'c.e unknown',
      'z missing',
    ]);
  });

  test('inside a union only the branch that was meant is judged', () => {
    const schema = closed({
      test: {
        anyOf: [
          { type: 'null' },
          closed({ items: { type: 'string' }, groups: { type: 'string' } }, ['items', 'groups']),
        ],
      },
    });
    expect(told(schema, { test: { items: 3 } }).sort()).toEqual([
      'test.groups missing',
      'test.items type must be text, got 3 without quotes around it: write "3"',
    ]);
    expect(told(schema, { test: 3 })).toEqual(['test type must be null or a map, got 3']);
  });

  test('a union within a union, and one behind a reference', () => {
    const schema: Schema = {
      properties: { a: { $ref: '#/$defs/deep' } },
      $defs: {
        deep: { anyOf: [{ type: 'array', items: margin }, { $ref: '#/$defs/text' }] },
        text: { type: 'string', minLength: 2 },
      },
    };
    expect(told(schema, { a: [1, 'sotf'] })).toEqual([
      'a.1 choice must be a number, soft or hard, got "sotf"; did you mean soft?',
    ]);
    expect(told(schema, { a: 'x' })).toEqual(['a range must not be empty, got "x"']);
  });

  test('then and else are judged without a word of if', () => {
    const schema: Schema = { if: { type: 'array' }, then: { minItems: 1 }, else: { type: 'string' } };
    expect([told(schema, []), told(schema, 3)]).toEqual([
      ['range must have at least 1 item, got 0'],
      ['type must be text, got 3 without quotes around it: write "3"'],
    ]);
  });

  test('defaults are filled in a copy, at every depth and inside unions', () => {
    const inner = closed({ x: { type: 'number', default: 3 } });
    const schema = closed({
      a: { default: 1 },
      b: { ...inner, default: {} },
      c: { anyOf: [{ type: 'string' }, inner], default: {} },
      d: { type: 'array', items: inner, default: [] },
      e: { type: 'object', additionalProperties: { anyOf: [{ type: 'null' }, inner] }, default: {} },
    });
    const given = { d: [{}, { x: 4 }], e: { k: {}, n: null } };
    expect(check(schema, given).value).toEqual({
      a: 1,
      b: { x: 3 },
      c: { x: 3 },
      d: [{ x: 3 }, { x: 4 }],
      e: { k: { x: 3 }, n: null },
    });
    expect(given).toEqual({ d: [{}, { x: 4 }], e: { k: {}, n: null } });
    expect(check(schema, {}).value).toEqual(check(schema, {}).value);
  });
});
