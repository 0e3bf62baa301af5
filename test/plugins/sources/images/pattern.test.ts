import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readPattern } from '../../../../plugins/sources/images/pattern.js';
import { messageOf } from '../../../files/problem-of.js';

const match = (pattern: string, path: string) => readPattern(pattern).match(path);

describe('patterns of file names', () => {
  it.each([
    ['{group}/{session}_{name}.png', 'ann/mon_1.png', { group: 'ann', session: 'mon', name: '1' }],
    ['{group}/{session}_{name}.png', 'ann/mon_1_2.png', { group: 'ann', session: 'mon', name: '1_2' }],
    ['{group}/{session}_{name}.png', 'ann/_1_2.png', { group: 'ann', session: '_1', name: '2' }],
    ['{group}/{session}_{name}.png', 'ann/mon.png', null],
    ['{group}/{session}_{name}.png', 'x/ann/mon_1.png', null],
    ['{group}/*.*', 'ann/a.b.png', { group: 'ann' }],
    ['{group}-*.png', 'ann-.png', null],
    ['a{n}a', 'aba', { n: 'b' }],
    ['a{n}a', 'aa', null],
    ['{n}.png', 'x.png.png', { n: 'x.png' }],
    ['{__proto__}', 'x', { ['__proto__']: 'x' }],
    ['{größe}x', '12x', { größe: '12' }],
  ])('%s of %s', (pattern, path, expected) => expect(match(pattern, path)).toEqual(expected));

  it.each([
    ['', 'an empty name, or one of dots, in ""'],
    ['a//b', 'an empty name, or one of dots, in "a//b"'],
    ['../{group}', 'an empty name, or one of dots, in "../{group}"'],
    ['{group', 'a { without its partner in "{group"'],
    ['{group}}', 'a } without its partner in "{group}}"'],
    ['{a b}', '{a b} in "{a b}"'],
    ['{}', '{} in "{}"'],
    ['**/{a}', '**; a folder of any name is *, in "**/{a}"'],
    ['{a}{b}', 'two names without text between them in "{a}{b}"'],
    ['{a}*', 'two names without text between them in "{a}*"'],
    ['{a}/{a}', '{a} stands twice in "{a}/{a}"'],
  ])('%s is none', async (pattern, why) =>
    expect(await messageOf(() => readPattern(pattern))).toBe(
      `DATA_MISSING data.source.pattern is no pattern of file names: ${why}`,
    ),
  );

  it('what it finds, put back, is the path', () => {
    const word = fc.string({ minLength: 1, maxLength: 5, unit: fc.constantFrom('a', 'b', '_', '.') });
    fc.assert(
      fc.property(word, word, word, (a, b, c) => {
        const path = `${a}/${b}_${c}.png`;
        const found = match('{a}/{b}_{c}.png', path)!;
        expect(`${found['a']}/${found['b']}_${found['c']}.png`).toBe(path);
      }),
    );
  });

  it('takes no longer on what nearly matches', () => {
    const pattern = readPattern(`${Array.from({ length: 40 }, (_, i) => `{n${i}}`).join('_')}.png`);
    const start = performance.now();
    expect(pattern.match(`${'_'.repeat(20_000)}.jpg`)).toBeNull();
    expect(performance.now() - start).toBeLessThan(500);
  });
});
