import { describe, expect, test } from 'vitest';
import { harmless } from '../../core/cli/harmless.js';

const esc = '\u001b';

describe('what reaches a terminal', () => {
  test('moves no cursor, sets no title, turns no line: it is written out', () => {
    const hostile = `a${esc}]0;title\u0007b${esc}[2Jc\u009b2Kd\re\u202ef\u2028g\u0000h\tI\n`;
    const shown = 'a\\u001b]0;title\\u0007b\\u001b[2Jc\\u009b2Kd\\u000de\\u202ef\\u2028g\\u0000h\tI\n';
    expect(harmless(hostile, false)).toBe(shown);
    expect(harmless(hostile, true)).toBe(shown);
  });

  test('colours are kept where there are any, and nothing that looks like one', () => {
    const text = `${esc}[31mred${esc}[39m ${esc}[8mhidden${esc}[7m \u0007[31m`;
    expect(harmless(text, true)).toBe(`${esc}[31mred${esc}[39m \\u001b[8mhidden\\u001b[7m \\u0007[31m`);
    expect(harmless(text, false)).toBe('\\u001b[31mred\\u001b[39m \\u001b[8mhidden\\u001b[7m \\u0007[31m');
  });

  test('JSON stays what it was, and scripts of any direction are text', () => {
    const value = { name: 'a\u009b\u202e\u2028\\\u0085', word: 'שלום 👩‍👧 می‌خواهم' };
    expect(JSON.parse(harmless(JSON.stringify(value, null, 2), false))).toEqual(value);
    expect(harmless(value.word, false)).toBe(value.word);
  });
});
