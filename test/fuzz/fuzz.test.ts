import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { fail } from '../../core/problem/index.js';
import { fuzz } from './fuzz.js';

const numbers = fc.nat(9);
const refuseSome = (input: number): unknown => (input > 4 ? fail('DATA_FORMAT', 'too large') : input);
/** What the harness says of a reader that does `harm` beside its work. */
const said = (harm: () => unknown): Promise<string> =>
  fuzz('x', numbers, (input) => [refuseSome(input), harm()]).then(
    () => 'nothing',
    (error: Error) => `${error.message} ${String(error.cause)}`,
  );

test('the harness finds what it is for', async () => {
  expect(await said(() => null)).toBe('nothing');
  expect(await said(() => JSON.parse('{'))).toContain('SyntaxError');
  expect(await said(() => fail('DATA_FORMAT', 'x'.repeat(100_000)))).toContain('a message without end');
});

/** Numbers of the system that grow by so much in every input. */
test.each([
  ['took 2100 ms of processor time', { userCPUTime: 2_000_000, systemCPUTime: 100_000 }, 0],
  ['added 600000000 bytes of memory', {}, 6e8],
  ['added 614400000 bytes of memory', { maxRSS: 600_000 }, 0], // KiB, and let go of before anyone looked
])('an input that %s is found', async (message, used, memory) => {
  const real = process.resourceUsage();
  let [asked, seen] = [0, 0];
  vi.spyOn(process, 'resourceUsage').mockImplementation(() => {
    const more = asked++ % 2;
    const grown = { userCPUTime: 0, systemCPUTime: 0, maxRSS: 0, ...used };
    const total = Object.entries(grown).map(([name, by]) => [name, more * by]);
    return { ...real, ...Object.fromEntries(total) };
  });
  vi.spyOn(process.memoryUsage, 'rss').mockImplementation(() => (seen++ % 2) * memory);
  try {
    expect(await said(() => null)).toContain(message);
  } finally {
    vi.restoreAllMocks();
  }
});

test('inputs that are all good or all bad prove nothing', async () => {
  await expect(fuzz('x', numbers, () => null)).rejects.toThrow('too tame');
  await expect(fuzz('x', numbers, () => fail('DATA_FORMAT', 'no'))).rejects.toThrow('nothing was accepted');
});
