import { expect, test } from 'vitest';
import { listed } from '../../core/problem/index.js';

test('lists twenty names, and how many there are', () => {
  const names = Array.from({ length: 100_000 }, (_, i) => `c${i}`);
  expect(listed(names.slice(0, 3))).toBe('c0, c1, c2');
  expect(listed(names.slice(0, 20))).toBe(names.slice(0, 20).join(', '));
  expect(listed(names)).toBe(`${names.slice(0, 20).join(', ')}, ... (100000)`);
  expect(listed([])).toBe('');
  expect(listed(['x'.repeat(5000)])).toBe(`${'x'.repeat(100)}...`);
});
