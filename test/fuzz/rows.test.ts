import fc from 'fast-check';
import { test } from 'vitest';
import { memoryBytes, readLines } from '../../core/files/index.js';
import { openCsv } from '../../plugins/sources/rows/csv.js';
import { openJsonl } from '../../plugins/sources/rows/jsonl.js';
import { readRows } from '../../plugins/sources/rows/memory.js';
import type { Reading } from '../../plugins/sources/rows/window.js';
import { anyJson, damaged, fuzz } from './fuzz.js';

const nothing = { text: new Set<string>(), truth: new Set<string>() };
/** Small blocks, so that rows lie across them. */
function reading(bytes: Uint8Array): Reading {
  const source = memoryBytes('x', bytes);
  const view = { ...source, lines: (from: number) => readLines(source, from), close: async () => {} };
  return { view, file: 'x', signal: new AbortController().signal, block: 64 };
}
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

const cell = fc.oneof(
  fc.constantFrom(
    '1',
    '',
    '"',
    '""',
    '"a""b"',
    '"a\n',
    '\r',
    '\r\n',
    'nan',
    '1e999',
    '__proto__',
    '\ufeff',
    'é',
    '-',
    '0x1',
  ),
  fc.string({ maxLength: 5 }),
  fc.nat(5000).map((length) => '9'.repeat(length)),
);
const csv = fc
  .array(fc.array(cell, { minLength: 1, maxLength: 4 }), { maxLength: 8 })
  .map((lines) => encode(lines.map((cells) => cells.join(',')).join('\n')));
const goodCsv = encode('id,group,weight\na,x,1\n"b ""q""",y,2.5\r\nc,x,\n');

const jsonl = fc
  .array(fc.oneof(anyJson, fc.constant('{"v":[1,2],"g":"x"}')), { maxLength: 6 })
  .map((all) => encode(all.join('\n')));
const goodJsonl = encode('{"id":"a","v":[1,2],"n":null}\n{"id":"b","v":[3,4],"n":2}\n');

test('any CSV is rows or a problem', () =>
  fuzz('csv', fc.oneof(damaged(goodCsv), csv), async (bytes) => readRows(await openCsv(reading(bytes), ',', nothing))));

test('any JSONL is rows or a problem', () =>
  fuzz('jsonl', fc.oneof(damaged(goodJsonl), jsonl), async (bytes) =>
    readRows(await openJsonl(reading(bytes), nothing)),
  ));
