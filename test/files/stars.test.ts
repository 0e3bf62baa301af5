import fc from 'fast-check';
import { expect, it } from 'vitest';
import { starMatcher } from '../../core/files/index.js';

const letters = fc.string({ unit: fc.constantFrom('a', 'b', '\n', '.'), maxLength: 8 });
const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*', '\n', '.'), maxLength: 8 });

it('property: a pattern matches what its expression matches', () => {
  fc.assert(
    fc.property(pattern, letters, (stars, text) => {
      const parts = stars.split('*').map((part) => part.replaceAll('.', '\\.'));
      expect(starMatcher(stars)(text)).toBe(new RegExp(`^${parts.join('.*')}$`, 's').test(text));
    }),
  );
});

it('many stars and a long text take no time', () => {
  expect(starMatcher(`${'a*'.repeat(1000)}b`)('a'.repeat(1e6))).toBe(false);
  expect(starMatcher(`${'a*'.repeat(1000)}a`)('a'.repeat(1e6))).toBe(true);
});
