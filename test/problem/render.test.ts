import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { problem, warning } from '../../core/problem/index.js';
import { render, summary, toJson } from '../../core/problem/render.js';

const cwd = '/home';
const file = '/home/recipes/faces.yaml';
const text = ['version: 1', 'name: faces', 'loss:', '  { type: contrastve }', '#', 'x:', '    margin: -1', ''].join(
  '\n',
);
const texts = new Map([[file, text]]);
const range = problem('OPTION_RANGE', 'loss.margin must be > 0, got -1', {
  place: { file, line: 7, column: 13, length: 2 },
  path: 'loss.margin',
  hint: 'contrastive.margin: Distance beyond which a different pair costs nothing. Default 1.',
});
const unknown = problem('PLUGIN_UNKNOWN', 'no loss is called "contrastve"; did you mean contrastive?', {
  place: { file, line: 4, column: 11, length: 10 },
});

describe('render', () => {
  test('shows place, code, message, frame, caret and hint', () => {
    expect(render([range], { texts, cwd })).toBe(
      [
        'recipes/faces.yaml:7:13  OPTION_RANGE  loss.margin must be > 0, got -1',
        '   7 |     margin: -1',
        '     |             ^^',
        '   contrastive.margin: Distance beyond which a different pair costs nothing. Default 1.',
        '1 problem',
        '',
      ].join('\n'),
    );
  });

  test('what a stranger wrote is one line, and shows what does not print', () => {
    const hostile = 'a\n::error::b\u001b[2J\u202ec\u200bd\u{e0041}';
    const place = { file: `/home/x\n${hostile}.yaml`, line: 1, column: 3 };
    const one = problem('VALUE_TYPE', hostile, { place, hint: 'x: \u001b[2J\ny' });
    const marked = 'a·::error::b·[2J·c·d··';
    expect(render([one], { texts: new Map([[place.file, '\u200b\u202emargin\n']]), cwd })).toBe(
      [
        `x·${marked}.yaml:1:3  VALUE_TYPE  ${marked}`,
        '   1 | ··margin',
        '     |   ^',
        '   x: ·[2J',
        '   y',
        '1 problem',
        '',
      ].join('\n'),
    );
  });

  test('sorts by place, aligns the codes, counts errors and warnings', () => {
    const unused = warning('UNUSED_SETTING', 'nothing reads x', { place: { file, line: 6, column: 1 } });
    expect(
      render([range, unused, unknown], { texts, cwd })
        .split('\n')
        .filter((line) => !line.startsWith(' ')),
    ).toEqual([
      'recipes/faces.yaml:4:11  PLUGIN_UNKNOWN  no loss is called "contrastve"; did you mean contrastive?',
      'recipes/faces.yaml:6:1   UNUSED_SETTING  warning: nothing reads x',
      'recipes/faces.yaml:7:13  OPTION_RANGE  loss.margin must be > 0, got -1',
      '2 problems, 1 warning',
      '',
    ]);
  });

  test('a problem without a place is one line', () => {
    expect(render([problem('SET_SYNTAX', '--set x is not PATH=VALUE')], { cwd })).toBe(
      'SET_SYNTAX  --set x is not PATH=VALUE\n1 problem\n',
    );
  });

  test('a file that was not handed over is read, one that cannot be read has no frame', () => {
    const path = join(mkdtempSync(join(tmpdir(), 'render-')), 'a.yaml');
    writeFileSync(path, 'a: 1\r\nb: 2\r\n');
    const at = (where: string) => render([problem('YAML_SYNTAX', 'm', { place: { file: where, line: 2, column: 4 } })]);
    expect(at(path)).toContain('\n   2 | b: 2\n     |    ^\n');
    expect(at(`${path}.gone`).split('\n')).toHaveLength(3);
  });

  test('a caret never runs past its line, a long line is cut around it, control characters do not pass', () => {
    const long = `${'x'.repeat(500)}: \u001b[31mred`;
    const frame = (column: number, length: number, line = long): string =>
      render([problem('YAML_SYNTAX', 'm', { place: { file, line: 1, column, length } })], {
        texts: new Map([[file, line]]),
      });
    const [, shown, caret] = frame(503, 99).split('\n');
    expect(shown!.length).toBeLessThan(180);
    expect(shown!.slice(caret!.indexOf('^'))).toBe('\u00b7[31mred');
    expect(caret!.trimEnd()).toHaveLength(shown!.length);
    expect(frame(1, 3, 'abcdef')).toContain('   1 | abcdef\n     | ^^^\n');
  });

  test('colours only when asked', () => {
    expect(render([range], { texts, cwd, colour: true })).toContain('\u001b[');
    expect(render([range], { texts, cwd })).not.toContain('\u001b[');
  });

  test('nothing for no problems', () => {
    expect(render([])).toBe('');
    expect(summary([])).toBe('no problems');
  });
});

test('toJson spreads the place and sorts', () => {
  expect(toJson([range, unknown], cwd)).toEqual([
    {
      code: 'PLUGIN_UNKNOWN',
      severity: 'error',
      message: unknown.message,
      file: 'recipes/faces.yaml',
      line: 4,
      column: 11,
      length: 10,
      path: null,
      hint: null,
    },
    {
      code: 'OPTION_RANGE',
      severity: 'error',
      message: range.message,
      file: 'recipes/faces.yaml',
      line: 7,
      column: 13,
      length: 2,
      path: 'loss.margin',
      hint: range.hint,
    },
  ]);
  expect(toJson([problem('USAGE', 'm')])[0]).toMatchObject({ file: null, line: null, length: null });
});
