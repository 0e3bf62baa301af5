import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseFloat32 } from '../../../plugins/sources/rows/float32.js';

const parse = (text: string): number => {
  const bytes = Buffer.from(`;${text};`);
  return parseFloat32(bytes, 1, bytes.length - 1);
};
const same = (text: string): void => expect(parse(text)).toBe(Math.fround(Number(text)));

describe('numbers out of bytes', () => {
  it.each([
    ['0', 0],
    ['-0', -0],
    ['+1.5', 1.5],
    ['.5', 0.5],
    ['5.', 5],
    ['1e3', 1000],
    ['2.5E-2', 0.025],
    ['1e+2', 100],
    ['  7\t', 7],
    ['0000000000000000000000012', 12],
    ['0.000000000000000000000000000000000000000012e42', 12],
    ['340282346638528859811704183484516925440', 3.4028234663852886e38],
    ['1e-400', 0],
    ['1e400', Number.POSITIVE_INFINITY],
  ])('%j is %d', (text, value) => {
    expect(parse(text)).toBe(Math.fround(value));
  });

  it.each([
    '',
    ' ',
    '.',
    '-',
    '+',
    'e5',
    '1e',
    '1e+',
    '1.2.3',
    '1,5',
    '1 2',
    '0x10',
    'NaN',
    'inf',
    '--1',
    '1-',
    '1_000',
    '１',
  ])('%j is none', (text) => {
    expect(parse(text)).toBeNaN();
  });

  it('shortest and fixed forms of doubles are what Number says, as float32', () => {
    fc.assert(
      fc.property(
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.integer({ min: 0, max: 20 }),
        (value, digits) => {
          same(String(value));
          same(value.toExponential(digits));
          if (Math.abs(value) < 1e21) same(value.toFixed(digits));
        },
      ),
      { numRuns: 2000, seed: 32 },
    );
  });

  it('digits in any number are what Number says, as float32', () => {
    const digits = fc.string({ unit: fc.constantFrom('0', '1', '5', '9'), minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(digits, digits, fc.integer({ min: -60, max: 60 }), (whole, part, exponent) => {
        same(`${whole}.${part}`);
        same(`-${whole}.${part}e${exponent}`);
      }),
      { numRuns: 2000, seed: 32 },
    );
  });

  it('halfway between two float32, where the last digit of many decides', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2 ** 23, max: 2 ** 24 - 2 }),
        fc.integer({ min: 0, max: 20 }),
        (mantissa, zeros) => {
          for (const last of ['', `${'0'.repeat(zeros)}1`]) same(`${mantissa}.5${last}`);
          same(`${mantissa}.4${'9'.repeat(zeros + 1)}`);
        },
      ),
      { numRuns: 1000, seed: 32 },
    );
  });
});
